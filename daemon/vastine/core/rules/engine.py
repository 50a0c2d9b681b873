"""What is prepared once for a rulebook, so that 10,000 rules cost a mail no more than those that it touches."""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from functools import cached_property

from vastine.core.rules.case import Tried
from vastine.core.rules.look import Look
from vastine.core.rules.rule import Rule
from vastine.core.words import WordIndex


class Engine:
    """The rules in order, their words, and by which words, senders and header fields each must be looked at.

    `missed` holds for each rule how it goes where a mail has nothing of it.
    """

    def __init__(self, rules: Sequence[Rule], languages: tuple[str, ...]) -> None:
        self.rules = tuple(rules)
        self._languages = languages
        self._by_key: dict[Hashable, list[int]] = defaultdict(list)
        self._always: list[int] = []
        for number, rule in enumerate(self.rules):
            keys = rule.when.keys
            if keys is None:
                self._always.append(number)
            else:
                for key in keys:
                    self._by_key[key].append(number)
        self.missed = [Tried(name=rule.name, matched=False, because=rule.when.missed) for rule in self.rules]

    @cached_property
    def missed_by_bulk(self) -> list[Tried]:
        """The same for bulk mail, which most rules do not see."""
        unseen = ("bulk mail: only rules that test header or from see it",)
        return [
            tried if rule.sees_bulk else Tried(name=rule.name, matched=False, because=unseen)
            for rule, tried in zip(self.rules, self.missed, strict=True)
        ]

    @cached_property
    def words(self) -> WordIndex:
        """Built when the first mail asks, or by `prepare`: the dictionaries take seconds to read."""
        words = (word for rule in self.rules for test in rule.when.tests() for word in test.words)
        return WordIndex(words, self._languages)

    def prepare(self) -> None:
        """Read dictionaries and build the index now."""
        self.words.prepare()

    def candidates(self, look: Look) -> list[int]:
        """The numbers of the rules that may match this mail, in order."""
        numbers = set(self._always)
        for key in self._keys_of(look):
            numbers.update(self._by_key.get(key, ()))
        return sorted(numbers)

    def _keys_of(self, look: Look) -> Iterator[Hashable]:
        yield from (("word", word) for word in look.hits)
        yield from (("from", key) for key in look.from_keys)
        yield from (("header", name) for name in look.headers)
