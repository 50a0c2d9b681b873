"""The tree of a rule's `when`: all, any and not over single tests, each able to say why it went as it did."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Protocol

from vastine.core.rules.case import Checked
from vastine.core.rules.look import Look
from vastine.core.words import Word

Verdict = tuple[bool, tuple[str, ...]]
Keys = frozenset[Hashable]


class Condition(Protocol):
    """A part of the tree.

    `keys` are what a mail must have one of for this to hold, so that a rule none of whose keys a mail has need not
    be tried at all; None where nothing of the kind can be said. `missed` is the reason given then.
    """

    @property
    def keys(self) -> Keys | None: ...

    @property
    def missed(self) -> tuple[str, ...]: ...

    def check(self, look: Look) -> Verdict: ...

    def examine(self, look: Look) -> Checked: ...

    def tests(self) -> "Iterator[Test]": ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """A single condition. `check` gives the reasons for which it holds (without its name), or None.

    `wants` is what is asked for, in words. `sees` says what is there instead, where that is more telling than `fails`.
    `terms` are the values of which any one will do, or what stands for all that is asked: by them two tests of one
    name are compared.
    """

    name: str
    holds: Callable[[Look], tuple[str, ...] | None]
    fails: str
    wants: str
    terms: frozenset[Hashable]
    sees: Callable[[Look], str] | None = None
    keys: Keys | None = None
    words: tuple[Word, ...] = ()

    @property
    def missed(self) -> tuple[str, ...]:
        return (f"{self.name}: {self.fails}",)

    def check(self, look: Look) -> Verdict:
        timed_out = len(look.timed_out)
        reasons = self.holds(look)
        late = tuple(f"{self.name}: {what}" for what in look.timed_out[timed_out:])
        if reasons is None:
            return False, late or self.missed
        return True, (*(f"{self.name}: {reason}" for reason in reasons), *late)

    def examine(self, look: Look) -> Checked:
        holds, reasons = self.check(look)
        if holds or self.sees is None:
            saw = "; ".join(reason.removeprefix(f"{self.name}: ") for reason in reasons)
        else:
            saw = self.sees(look)
        return Checked(condition=f"{self.name}: {self.wants}", holds=holds, saw=saw)

    def tests(self) -> "Iterator[Test]":
        yield self


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]

    @property
    def keys(self) -> Keys | None:
        """Any one part's keys will do, since all parts must hold: the fewest are the best."""
        known = [keys for part in self.parts if (keys := part.keys) is not None]
        return min(known, key=len) if known else None

    @property
    def missed(self) -> tuple[str, ...]:
        keyed = [part for part in self.parts if part.keys is not None]
        return min(keyed, key=lambda part: len(part.keys or ())).missed if keyed else ()

    def check(self, look: Look) -> Verdict:
        reasons: list[str] = []
        for part in self.parts:
            matched, why = part.check(look)
            if not matched:
                return False, why
            reasons += why
        return True, tuple(reasons)

    def examine(self, look: Look) -> Checked:
        parts = tuple(part.examine(look) for part in self.parts)
        return Checked(condition="all of these", holds=all(part.holds for part in parts), parts=parts)

    def tests(self) -> Iterator[Test]:
        for part in self.parts:
            yield from part.tests()


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]

    @property
    def keys(self) -> Keys | None:
        found: set[Hashable] = set()
        for part in self.parts:
            if (keys := part.keys) is None:
                return None
            found |= keys
        return frozenset(found)

    @property
    def missed(self) -> tuple[str, ...]:
        return tuple(reason for part in self.parts for reason in part.missed)

    def check(self, look: Look) -> Verdict:
        reasons: list[str] = []
        for part in self.parts:
            matched, why = part.check(look)
            if matched:
                return True, why
            reasons += why
        return False, tuple(reasons)

    def examine(self, look: Look) -> Checked:
        parts = tuple(part.examine(look) for part in self.parts)
        return Checked(condition="any of these", holds=any(part.holds for part in parts), parts=parts)

    def tests(self) -> Iterator[Test]:
        for part in self.parts:
            yield from part.tests()


def implies(one: Condition, other: Condition) -> bool:
    """Whether the other holds wherever the one does, as far as that can be seen from how they are written."""
    if isinstance(other, All):
        return all(implies(one, part) for part in other.parts)
    if isinstance(one, AnyOf):
        return all(implies(part, other) for part in one.parts)
    if isinstance(one, All) and any(implies(part, other) for part in one.parts):
        return True
    if isinstance(other, AnyOf):
        return any(implies(one, part) for part in other.parts)
    if isinstance(one, Not) and isinstance(other, Not):
        return implies(other.part, one.part)
    return isinstance(one, Test) and isinstance(other, Test) and one.name == other.name and one.terms <= other.terms


@dataclass(frozen=True, slots=True)
class Not:
    """`over_any`: it was written as `any`, and not as a list."""

    part: Condition
    over_any: bool = False
    keys: None = None
    missed: tuple[str, ...] = ()

    def check(self, look: Look) -> Verdict:
        matched, why = self.part.check(look)
        return not matched, tuple(f"not: {reason}" for reason in why)

    def examine(self, look: Look) -> Checked:
        inner = self.part.examine(look)
        if isinstance(self.part, AnyOf):
            return Checked(condition="none of these", holds=not inner.holds, parts=inner.parts)
        return Checked(condition="not", holds=not inner.holds, parts=(inner,))

    def tests(self) -> Iterator[Test]:
        yield from self.part.tests()
