"""Finnish personal identity codes: found by date and check character, and masked in whatever leaves or is logged.

As the law on the population data system has them (661/2009, section 11; the signs of 2023 too): DDMMYY, a sign for the
century, three digits and a check character.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

_EDGE: Final = "0-9A-Za-zÅÄÖåäö"
_SIGN: Final = r"[-+A-Fa-fU-Yu-y\u2010-\u2013]"
# Every mail of ours goes through this. The engine skips from digit to digit, three times as fast, where the pattern
# begins with a single one; so both cases are written out, and what may not stand before is looked at later.
_CODE: Final = re.compile(
    rf"([0-9][0-9]{{5}})({_SIGN})(?<![{_EDGE}][0-9]{{6}}{_SIGN})"
    rf"([0-9]{{3}})([0-9A-FHJ-NPR-Ya-fhj-npr-y])(?![{_EDGE}])"
)
_CHECK: Final = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def identity_codes(text: str) -> Iterator[str]:
    """Every code in the text, in capitals."""
    for match in _CODE.finditer(text):
        if _holds(match):
            yield match[0].upper()


def masked(text: str) -> str:
    """The text with each code cut down to its date of birth: 131052-****."""
    return _CODE.sub(lambda match: f"{match[1]}{match[2]}****" if _holds(match) else match[0], text)


def _holds(match: re.Match[str]) -> bool:
    """Whether the date exists and the check character is right."""
    birth, sign, number, check = match[1], match[2].upper(), match[3], match[4].upper()
    century = 18 if sign == "+" else 20 if sign in "ABCDEF" else 19
    try:
        date(century * 100 + int(birth[4:]), int(birth[2:4]), int(birth[:2]))
    except ValueError:
        return False
    return _CHECK[int(birth + number) % 31] == check
