"""What a mail to staff shows of a customer's mail: its text with `| ` before every line (R33), and its attachments."""

import re
from collections.abc import Iterable

from vastine.core.compose import moments
from vastine.core.compose.block import Notice, one_line
from vastine.core.compose.readers import Reader
from vastine.core.compose.sheet import Row
from vastine.core.mail import Attachment, Mail
from vastine.core.tokens import mask_text

MOST_OF_TEXT = 200_000  # characters of a customer's text; the original is attached to nothing and kept whole
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def quoted(text: str, *, reader: Reader) -> list[str]:
    """The customer's text, every line with `| ` before it, without control characters and tokens of theirs."""
    readable = mask_text(text).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    cut = len(readable) > MOST_OF_TEXT
    lines = _CONTROLS.sub("", readable[:MOST_OF_TEXT]).split("\n")
    notice = [reader.texts.staff["shortened"]] if cut else []
    return [*(f"| {line}".rstrip() for line in lines), *notice]


def attachment_rows(
    attachments: Iterable[Attachment], *, reader: Reader, with_attachments: bool = True
) -> tuple[Row, ...]:
    """Such as `Liitteet   kuitti.pdf (84 kt)`, and that they are not here where they are not; none without any."""
    texts = reader.texts.staff
    names = [
        f"{each.filename or texts['nameless']} ({moments.size_in_words(each.size, language=reader.language)})"
        for each in attachments
    ]
    if not names:
        return ()
    left_out = () if with_attachments else (texts["without_attachments"],)
    return (Row(label=texts["label_attachments"], lines=(one_line(" · ".join(names)), *left_out)),)


def notice_rows(notices: Iterable[Notice], mail: Mail, *, reader: Reader) -> list[Row]:
    """A row a notice, and one that says so where not all of the mail could be read (R8)."""
    texts = reader.texts.staff
    said = [texts[notice.key].format(**notice.values) for notice in notices]
    said += [texts["damaged"]] if mail.defects else []
    return [Row(label=texts["label_notice"], lines=(one_line(each),), tone="due") for each in said]
