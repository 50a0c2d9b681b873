"""What the database works out of times, and lists of it: reading each time as a datetime would take half of all."""

from array import array
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from vastine.edges.store.tables import Instant


class Integers(TypeDecorator["array[int]"]):
    """A list of 32-bit integers, as a text that both databases can put together fast; none of nothing."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, _dialect: Dialect) -> "array[int]":
        return array("i", map(int, value.split(","))) if value else array("i")


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
    """A value of all rows of a group for which a condition holds, as one list; none of them null."""

    type = Integers()
    name = "listed"
    inherit_cache = True


@compiles(listed, "sqlite")
def _listed_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    value, condition = (compiler.process(each, **options) for each in element.clauses)
    return f"group_concat({value}, ',') FILTER (WHERE {condition})"


@compiles(listed, "postgresql")
def _listed_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    value, condition = (compiler.process(each, **options) for each in element.clauses)
    return f"string_agg(CAST({value} AS TEXT), ',') FILTER (WHERE {condition})"


def between(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[int]:
    """Seconds from one time to another."""
    return seconds_of(end) - seconds_of(start)
