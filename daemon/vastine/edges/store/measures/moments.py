"""Times as whole seconds since 1970, worked out by the database: reading them as datetimes would take half of all."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


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


def between(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[int]:
    """Seconds from one time to another."""
    return seconds_of(end) - seconds_of(start)
