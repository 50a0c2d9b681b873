"""What the standard library's parser leaves undone in a tree: multiparts whose boundary is not the one declared."""

import email
import re

from vastine.core.parse.header import octets_to_text
from vastine.core.parse.leaves import Part

_GUESS = re.compile(r"^--(?!\s)([^\n]{1,200}?)[ \t\r]{0,20}\n(?:[A-Za-z-]{1,60}:|\r?\n)", re.MULTILINE)
_BOILERPLATE = re.compile(r"\bmime\b|multi-?part", re.IGNORECASE)


def mend(message: Part, defects: list[str]) -> None:
    """Divide a multipart that stayed whole by the boundary that it really has; what has none becomes plain text."""
    if message.get_content_maintype() != "multipart" or message.is_multipart():
        return
    payload = message.get_payload()
    guess = _GUESS.search(payload) if isinstance(payload, str) else None
    if guess:
        again = email.message_from_string(f'Content-Type: multipart/mixed; boundary="{guess[1]}"\n\n{payload}')
        if again.is_multipart():
            message.set_payload(again.get_payload())
            message.preamble = again.preamble
            defects.append("a multipart with another boundary than it declares")
            return
    defects.append("a multipart without parts was read as text")
    del message["content-type"]
    message["Content-Type"] = "text/plain"


def preamble_of(message: Part) -> str:
    """What stands before the first part: some old bounces put their notice there."""
    preamble = octets_to_text(message.preamble or "").strip()
    return "" if len(preamble) < 20 or _BOILERPLATE.search(preamble[:400]) else preamble
