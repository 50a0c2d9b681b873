"""One run of the rules over one mail: what conditions look at, each thing worked out once and only when asked for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from vastine.core.mail import Address
from vastine.core.rules.case import Case
from vastine.core.words import Hits, Word, compose, fold

LONGEST_READ = 100_000  # characters that are read for words and facts; no complaint is as long as a novel


class Passage:
    """A text to be searched: as it is, in lower case, and with its diacritics lost."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = compose(text)

    @cached_property
    def lower(self) -> str:
        return self.text.lower()

    @cached_property
    def folded(self) -> str:
        return fold(self.lower)


def address_keys(addresses: Iterable[Address]) -> frozenset[str]:
    """What a pattern for these addresses may be: the address itself, its `@domain`, and each `@parent.domain`."""
    keys = set()
    for address in addresses:
        keys.add(address.address)
        domain = address.address.rpartition("@")[2]
        while domain:
            keys.add(f"@{domain}")
            domain = domain.partition(".")[2]
    return frozenset(keys)


@dataclass
class Look:
    """The state of a run: the mail, and what the rules so far have set."""

    case: Case
    search: Callable[[tuple[tuple[str, str], ...], str | None], Hits]
    note: Callable[[Word, str], str]
    extract: Callable[[str], dict[str, tuple[str, ...]]]
    groups_of: Callable[[Address], tuple[str, ...]]
    open_now: Callable[[], bool]
    customer: Address
    topic: str
    priority: str
    tags: tuple[str, ...]
    timed_out: list[str] = field(default_factory=list)

    @cached_property
    def subject(self) -> Passage:
        return Passage("subject", self.case.mail.subject)

    @cached_property
    def body(self) -> Passage:
        return Passage("body", self.case.mail.new_text)

    @cached_property
    def hits(self) -> Hits:
        """The rule words that stand in the subject and in the new text."""
        mail = self.case.mail
        return self.search((("subject", mail.subject), ("body", mail.new_text[:LONGEST_READ])), self.case.language)

    @cached_property
    def headers(self) -> dict[str, list[str]]:
        """The fields by name in lower case. X-Vastine fields of others are never believed (R35)."""
        found: dict[str, list[str]] = {}
        for name, value in self.case.mail.headers:
            if not name.lower().startswith("x-vastine-"):
                found.setdefault(name.lower(), []).append(value)
        return found

    @cached_property
    def from_keys(self) -> frozenset[str]:
        return address_keys(self.case.mail.from_)

    @cached_property
    def to_keys(self) -> frozenset[str]:
        return address_keys(self.case.mail.to)

    @cached_property
    def cc_keys(self) -> frozenset[str]:
        return address_keys(self.case.mail.cc)

    @cached_property
    def reply_to_keys(self) -> frozenset[str]:
        return address_keys(self.case.mail.reply_to)

    @cached_property
    def found(self) -> dict[str, tuple[str, ...]]:
        return self.extract(f"{self.case.mail.subject}\n\n{self.case.mail.new_text[:LONGEST_READ]}")
