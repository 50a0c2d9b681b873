"""What the database works out of times, and lists of it: reading each time as a datetime would take half of all."""

from typing import Any

from sqlalchemy import JSON, BigInteger, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from vastine.edges.store.tables import Instant


class seconds_of(FunctionElement[int]):  # noqa: N801 - it is used like a function of SQL
    """The whole seconds since 1970 of a time; null of null."""

    type = BigInteger()
    name = "seconds_of"
    inherit_cache = True


@compiles(seconds_of, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **options)}) AS INTEGER)"


@compiles(seconds_of, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **options)})) AS BIGINT)"


class year_before(FunctionElement[Any]):  # noqa: N801 - likewise
    """365 days before a time, to compare other times with."""

    type = Instant()
    name = "year_before"
    inherit_cache = True


@compiles(year_before, "sqlite")
def _before_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    # A text as times are stored, but without the fraction of the second: of two that differ in that alone it is less.
    return f"datetime({compiler.process(element.clauses, **options)}, '-365 days')"


@compiles(year_before, "postgresql")
def _before_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} - interval '365 days')"


class listed(FunctionElement[Any]):  # noqa: N801 - likewise
    """All values of a group as one list; those that are null are left out."""

    type = JSON()
    name = "listed"
    inherit_cache = True


@compiles(listed, "sqlite")
def _listed_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    value = compiler.process(element.clauses, **options)
    return f"json_group_array({value}) FILTER (WHERE {value} IS NOT NULL)"


@compiles(listed, "postgresql")
def _listed_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    value = compiler.process(element.clauses, **options)
    return f"coalesce(json_agg({value}) FILTER (WHERE {value} IS NOT NULL), '[]'::json)"


def between(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[int]:
    """Seconds from one time to another."""
    return seconds_of(end) - seconds_of(start)
