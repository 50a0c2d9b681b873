"""Whether a mail is another program's answer to our acknowledgement (R26), whatever marks its way has taken from it.

Only what follows an acknowledgement of ours is looked at: without one there is no loop, and many mails at once are no
answers. A mail that looks like a loop is a complaint like any other; it is only not acknowledged.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from zlib import crc32

from vastine.core.desk import Desk
from vastine.core.identity import masked
from vastine.core.mail import Mail
from vastine.core.subject import bare_subject

REMEMBERED_FOR: Final = timedelta(days=1)
_ALIKE: Final = 0.7  # of the words: a program's texts differ in numbers and times
_KEPT: Final = 64  # words of a mail, those with the smallest hashes: enough to tell how alike two texts are
_LOOKED_AT: Final = 20_000  # characters of a text
# In capitals and with a digit, as a desk writes it: "V-brake" and "V-JARRU" are words.
_REFERENCE = re.compile(r"\bV-(?=[A-Z]*[2-9])[2-9A-HJKMNP-Z]{5}\b")
_WORD = re.compile(r"\w[\w.:-]*\w|\w")


def said_in(mail: Mail) -> list[int]:
    """What a mail says, as hashes of its words: to be kept with its complaint, for `looks_like_loop`."""
    text = f"{bare_subject(mail.subject)}\n{mail.new_text[:_LOOKED_AT]}"
    words = _WORD.findall(_REFERENCE.sub(" ", masked(text)).casefold())
    return sorted({crc32(word.encode("utf-8", "replace")) for word in words})[:_KEPT]


def looks_like_loop(mail: Mail, customer: str, desk: Desk, *, at: datetime) -> str | None:
    """Why a mail that opens a complaint of `customer` is taken for a program's answer, as a sentence, or None.

    It names a reference of another desk; or it says what the last ones said that followed an acknowledgement of ours.
    """
    if customer not in desk.acknowledged:
        return None
    named = _REFERENCE.findall(f"{mail.subject}\n{mail.new_text[:_LOOKED_AT]}")
    foreign = next((reference for reference in named if reference not in desk.complaints), None)
    if foreign:
        return f"it follows our acknowledgement and names {foreign}, a reference of another desk"
    said = said_in(mail)
    for complaint in desk.earlier.get(customer, ()):
        lately = at - complaint.opened_at < REMEMBERED_FOR
        if lately and _likeness(said, complaint.decision.get("said", ())) >= _ALIKE:
            return f"it says what {complaint.reference} said, and both follow an acknowledgement of ours"
    return None


def _likeness(one: Iterable[int], other: Iterable[int]) -> float:
    """How much of what either says both say, from 0 to 1 (Jaccard's index, estimated by the smallest hashes)."""
    left, right = set(one), set(other)
    either = sorted(left | right)[:_KEPT]
    return sum(each in left and each in right for each in either) / len(either) if left and right else 0.0
