"""Rules that come too late or in vain: behind one that stops the run, or before one that always says otherwise."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator

from vastine.core.rules.problem import Problem
from vastine.core.rules.rule import Effects, Rule
from vastine.core.rules.rulebook import Rulebook
from vastine.core.rules.when import Condition, implies

_CHANGING = ("topic", "tag", "priority", "customers")
_SET = ("topic", "priority", "team", "assign", "reply", "due")  # what a later rule overrides


def about_reach(book: Rulebook) -> Iterator[Problem]:
    """Warnings about rules that are never tried, and about those whose every word is overridden."""
    stops = _Indexed(enumerate(book.rules), only=lambda rule: rule.then.stop)
    setting = _Indexed(enumerate(book.rules), only=lambda rule: any(getattr(rule.then, name) for name in _SET))
    for number, rule in enumerate(book.rules):
        stop = next((s for n, s in stops.implied_by(rule) if n < number and _stops_all_of(s, rule)), None)
        if stop is not None:
            message = f"rule '{rule.name}' is never tried: whatever it matches, '{stop.name}' above it stops the run"
            yield book.warning(("rules", rule.name), message)
        elif overriding := _overriding(rule, _before_it_matters(book, number, setting.implied_by(rule))):
            names = ", ".join(f"'{name}'" for name in overriding)
            message = f"rule '{rule.name}' has no effect: whatever it matches, {names} below it says otherwise"
            yield book.warning(("rules", rule.name), message)


def _before_it_matters(book: Rulebook, number: int, later: list[tuple[int, Rule]]) -> list[Rule]:
    """Those of the later rules that come before one which may end the run, or which looks at what the rule has set."""
    looks_at = {name for name in ("topic", "priority") if getattr(book.rules[number].then, name) is not None}
    found = []
    for n, each in later:
        between = book.rules[number + 1 : n + 1]
        if n > number and not any(
            (other.then.stop and other is not each) or any(test.name in looks_at for test in other.when.tests())
            for other in between
        ):
            found.append(each)
    return found


def _stops_all_of(stop: Rule, rule: Rule) -> bool:
    """Whether the one ends the run on every mail on which the other would do something."""
    then = rule.then
    acts_on_follow_ups = rule.on_follow_up or then.raise_by or then.lower_by or then.tags or then.tell
    return _sees_as_much(stop, rule) and bool(stop.on_follow_up or not acts_on_follow_ups)


def _overriding(rule: Rule, later: list[Rule]) -> list[str]:
    """The later rules which together override all that the rule does; none where something of it stays."""
    set_here = {name for name in _SET if getattr(rule.then, name) is not None}
    if not set_here or rule.then != Effects(**{name: getattr(rule.then, name) for name in set_here}):
        return []  # it does something that adds up or ends the run
    names: dict[str, None] = {}
    for name in set_here:
        by = next((each for each in later if getattr(each.then, name) is not None and _sees_as_much(each, rule)), None)
        if by is None:
            return []
        names[by.name] = None
    return list(names)


def _sees_as_much(other: Rule, rule: Rule) -> bool:
    """Whether the other rule sees every mail that the rule sees."""
    return (other.sees_bulk or not rule.sees_bulk) and (other.on_follow_up or not rule.on_follow_up)


class _Indexed:
    """Some rules by what a mail must have for them to match, so that of 10,000 only a few have to be compared."""

    def __init__(self, rules: Iterable[tuple[int, Rule]], *, only: Callable[[Rule], bool]) -> None:
        self._by_key: dict[Hashable, list[tuple[int, Rule]]] = defaultdict(list)
        self._others: list[tuple[int, Rule]] = []
        for number, rule in rules:
            if not only(rule):
                continue
            for key in rule.when.keys or ():
                self._by_key[key].append((number, rule))
            if rule.when.keys is None:
                self._others.append((number, rule))

    def implied_by(self, rule: Rule) -> list[tuple[int, Rule]]:
        """Those that match whatever the rule matches, in order; not itself."""
        near = {number: each for key in _keys(rule.when) for number, each in self._by_key.get(key, ())}
        near |= dict(self._others)
        return [(n, near[n]) for n in sorted(near) if near[n] is not rule and _implies(rule.when, near[n].when)]


def _implies(one: Condition, other: Condition) -> bool:
    """As `implies`, but that what earlier rules set may have changed from the one to the other."""
    return implies(one, other) and not any(test.name in _CHANGING for test in other.tests())


def _keys(condition: Condition) -> set[Hashable]:
    return {key for test in condition.tests() for key in test.keys or ()}
