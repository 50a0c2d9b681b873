"""Replies of the rules as sandboxed Jinja templates: compiled once, undefined variables an error, no loops to run away.

The variables are those of the rules language: greeting, reference, promise, customer.name, complaint.subject,
company, team, found; the filter `words` says a time in words.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, Template, TemplateError, pass_context
from jinja2.exceptions import SecurityError, TemplateRuntimeError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from vastine.core.compose.moments import in_full

LONGEST_OUTPUT = 50_000  # characters
_MANY_BLANK_LINES = re.compile(r"\n{3,}")

# What a template may do wrong at run time: Jinja's own errors, and those of Python inside an expression.
_FAILURES = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError)


class ReplyError(Exception):
    """A template that cannot be read, or that failed on these values; the message is one sentence."""


class _Environment(ImmutableSandboxedEnvironment):
    """Without `*`, `**` and `%`, which make a text of any length out of a short one."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "*" and all(isinstance(side, int | float) for side in (left, right)):
            return left * right
        raise SecurityError(f"'{operator}' is not offered in a reply")


class Facts:
    """What was found in the mail, as `found.NAME`: a list that is empty where nothing of that name was found."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Mapping[str, tuple[str, ...] | list[str]]) -> None:
        self._facts = facts

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return tuple(self._facts.get(name, ()))

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __contains__(self, name: object) -> bool:
        return name in self._facts


def render(source: str, variables: Mapping[str, Any], *, language: str, zone: ZoneInfo) -> str:
    """The text of a reply. Raises ReplyError with the reason."""
    try:
        text = _compiled(source).render(variables, _language=language, _zone=zone)
    except _FAILURES as error:
        raise ReplyError(_sentence(error)) from error
    if len(text) > LONGEST_OUTPUT:
        raise ReplyError(f"the text has {len(text)} characters, more than {LONGEST_OUTPUT}")
    # A block of its own line that comes to nothing leaves its line end behind.
    return _MANY_BLANK_LINES.sub("\n\n", text)


def _sentence(error: Exception) -> str:
    line = getattr(error, "lineno", None)
    message = str(error) or type(error).__name__
    return f"line {line}: {message}" if line else message


@pass_context
def _words(context: Context, moment: datetime | None) -> str:
    if moment is None:
        raise TemplateRuntimeError(
            "there is no time to say in words; test it first, with {% if promise %} or {% if opening %}"
        )
    return in_full(moment, language=context["_language"], zone=context["_zone"])


@pass_context
def _shown(context: Context, value: Any) -> Any:
    """How a value stands in the text when nothing says otherwise: a time in words, a list with commas."""
    if value is None or isinstance(value, datetime):
        return _words(context, value)
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else value


def _environment() -> _Environment:
    environment = _Environment(undefined=StrictUndefined, finalize=_shown, autoescape=False)
    environment.globals.clear()  # range, lipsum and the like only serve loops
    for name in ("center", "format", "indent", "wordwrap", "attr"):
        del environment.filters[name]
    environment.filters["words"] = _words
    return environment


_ENVIRONMENT = _environment()
_from_string: Callable[[str], Template] = _ENVIRONMENT.from_string


@lru_cache(maxsize=512)
def _compiled(source: str) -> Template:
    return _from_string(source)
