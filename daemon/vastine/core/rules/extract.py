"""Facts found in a mail: by a regular expression of the administrator's, or built in, with check digits verified."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from vastine.core.identity import identity_codes
from vastine.core.rules.dates import dates, reply_dates
from vastine.core.rules.matcher import REGEX_SECONDS

_MOST = 20  # of one fact in one mail; the first ones are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """`find` gives every occurrence in a text, in order; it may raise TimeoutError."""

    name: str
    written: str
    find: Callable[[str], Iterator[str]]

    @property
    def tells_apart(self) -> bool:
        """Whether its values are names of things, such as orders: those that no built-in way finds, and references."""
        return self.written not in BUILTINS or self.written == "reference_number"

    def values(self, text: str) -> tuple[str, ...]:
        """The different values in the text, in the order in which they stand there."""
        found: dict[str, None] = {}
        for value in self.find(text):
            found[value] = None
            if len(found) == _MOST:
                break
        return tuple(found)


def by_regex(pattern: Any) -> Callable[[str], Iterator[str]]:
    """What the first group of the pattern takes, or all of it where it has no group."""
    group = 1 if pattern.groups else 0

    def find(text: str) -> Iterator[str]:
        for match in pattern.finditer(text, timeout=REGEX_SECONDS):
            if match[group]:
                yield match[group]

    return find


_NUMBER = r"(?:[0-9]{1,3}(?:[ \u00a0\u202f.,'][0-9]{3}){1,3}|[0-9]{1,9})(?:[.,][0-9]{1,2}|,-|:-)?"
_CURRENCY = (
    r"€|\$|£|eur(?:oa|on|osta|ja|os|o)?|e|kr(?:onor|onan)?|sek|nok|dkk|usd|gbp"
    r"|dollaria|dollars?|pounds?|kruunua|snt|senttiä"
)
_MONEY = re.compile(
    rf"(?<![\w.,])(?:(?:[€$£]|(?:eur|sek|nok|dkk|usd|gbp)\b)\s?[-–]?{_NUMBER}(?![\w])"
    rf"|[-–]?{_NUMBER}\s?(?:{_CURRENCY})(?!\w))",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w+.,/-])(?:\+|00)[1-9](?:[ ()-]{0,2}[0-9]){6,14}(?![\w-])|(?<![\w+.,/-])0[1-9](?:[ -]?[0-9]){4,9}(?![\w-])"
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}[0-9]{2}(?:[ \u00a0]?[A-Z0-9]){11,30}(?!\w)", re.IGNORECASE)
_BUSINESS_ID = re.compile(r"(?<![\w-])(?:([0-9]{7})-([0-9])|FI([0-9]{7})([0-9]))(?![\w-])")
_RF_REFERENCE = re.compile(r"(?<!\w)RF[0-9]{2}(?: ?[A-Z0-9]){1,21}(?!\w)", re.IGNORECASE)
_REFERENCE = re.compile(r"(?<![\w+.,:/-])[0-9](?: ?[0-9]){3,23}(?![\w-]|[.,:/][0-9])")
_CUE = re.compile(
    r"(?:viit|referens|reference|ref)\w*\W{0,3}(?:n(?:ume)?ro|numero\w*|nummer|number|no)?\W{0,3}$", re.IGNORECASE
)


def _money(text: str) -> Iterator[str]:
    for match in _MONEY.finditer(text):
        yield " ".join(match[0].split())


def _phone(text: str) -> Iterator[str]:
    for match in _PHONE.finditer(text):
        yield " ".join(match[0].split())


def _iban(text: str) -> Iterator[str]:
    """IBANs whose check digits are right (ISO 13616); what follows one in capitals is cut off where need be."""
    for match in _IBAN.finditer(text):
        compact = "".join(match[0].split()).upper()
        lengths = (
            (18,) if compact.startswith("FI") else (24,) if compact.startswith("SE") else range(len(compact), 14, -1)
        )
        fitting = (compact[:length] for length in lengths if len(compact) >= length)
        found = next((iban for iban in fitting if _mod_97(iban)), None)
        if found:
            yield " ".join(found[i : i + 4] for i in range(0, len(found), 4))


def _mod_97(code: str) -> bool:
    """ISO 7064 MOD 97-10 with the first four characters moved to the end."""
    return int("".join(str(int(sign, 36)) for sign in code[4:] + code[:4])) % 97 == 1


def _business_id(text: str) -> Iterator[str]:
    """Finnish business ids, also as VAT numbers."""
    for match in _BUSINESS_ID.finditer(text):
        digits, check = (match[1], match[2]) if match[1] else (match[3], match[4])
        rest = sum(int(d) * w for d, w in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
        if rest != 1 and int(check) == (11 - rest if rest else 0):
            yield f"{digits}-{check}"


def _reference_number(text: str) -> Iterator[str]:
    """Finnish reference numbers and RF creditor references (ISO 11649), in the order in which they stand.

    One number in ten has a right check digit by chance: short ones count only where a word for "reference" stands
    before them.
    """
    found = [(m.start(), "".join(m[0].split()).upper()) for m in _RF_REFERENCE.finditer(text)]
    numbers = [(position, code) for position, code in found if _mod_97(code)]
    for match in _REFERENCE.finditer(text):
        compact = "".join(match[0].split())
        long_enough = len(compact) >= 8 and not compact.startswith("0")
        if (
            len(compact) <= 20
            and _weighted_731(compact)
            and (long_enough or _CUE.search(text, max(0, match.start() - 40), match.start()))
        ):
            numbers.append((match.start(), compact))
    yield from (code for _, code in sorted(numbers))


def _weighted_731(digits: str) -> bool:
    total = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(digits[:-1])))
    return total > 0 and (10 - total % 10) % 10 == int(digits[-1])


BUILTINS: dict[str, Callable[[str], Iterator[str]]] = {
    "money": _money,
    "date": dates,
    "reply_date": reply_dates,
    "phone": _phone,
    "iban": _iban,
    "business_id": _business_id,
    "reference_number": _reference_number,
    "personal_id": identity_codes,
}


def amount_of(value: str) -> float | None:
    """The number in a found value, as `1 299,00 €` is 1299; None where there is none."""
    found = re.search(r"[0-9][0-9 \u00a0\u202f.,']*", value)
    if not found:
        return None
    digits = re.sub(r"[ \u00a0\u202f']", "", found[0]).rstrip(".,")
    whole, sign, cents = digits, "", ""
    if decimal := re.search(r"[.,]([0-9]{1,2})$", digits):
        whole, sign, cents = digits[: decimal.start()], ".", decimal[1]
    return float(re.sub(r"[.,]", "", whole) + sign + cents)
