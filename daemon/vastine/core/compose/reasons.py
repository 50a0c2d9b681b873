"""Why a rule matched, and what was found, in the reader's language.

The rules give their reasons in English, for `explain` and the log; old ones come from the records of complaints. One of
a shape that is not known here is shown as it was written.
"""

import re
from collections.abc import Callable, Mapping

from vastine.core.compose.moments import language_name
from vastine.core.compose.subjects import shortened
from vastine.texts import Texts

_WORD_FOUND = re.compile(
    r"(?:[a-z]+: )?'(?P<word>[^~]*)' ~ '(?P<found>[^~]*?)'(?: \([^()]*\))?"
    r"(?:, (?:a compound of|base form) '[^']*'(?: \([^()]*\))?)?"
)
_FAILED = re.compile(r"(?<=: )(?:not|none of|fewer than) | (?:found|that fit)$")
_FIELD = re.compile(r"(?P<field>[!-~]+) is (?P<state>there|missing)")
_MATCHER = re.compile(r"^has |\b(?:contains|is|matches) (?=['/])|^/[^~]*/ ~ | \((?:subject|body)\)$")
_MORE = re.compile(r" and ([0-9]+) more$")
_COUNT = re.compile(r"([0-9]+) .*")
_TOO_FEW = re.compile(r"attachment: fewer than ([0-9]+) that fit")
_SIGNS = {" over ": " > ", " under ": " < ", " is ": " = "}


def reason_in_words(because: str, texts: Texts) -> str:
    """A reason such as `recent: 3 earlier complaints`, as staff read it."""
    staff = texts.staff
    if match := _WORD_FOUND.fullmatch(because):
        return shortened(staff["word_found"].format(**match.groupdict()))
    name, _, detail = because.partition(": ")
    if name == "not" and (opposite := _of_attachments(detail, staff)) is not None:
        return opposite
    if name == "not":  # then the reason is why the condition failed
        return shortened(staff["reason_not"].format(reason=reason_in_words(_FAILED.sub("", detail), texts)))
    if (whole := staff.get(f"reason_{name}_{detail}")) is not None:
        return whole
    if name == "header" and (match := _FIELD.fullmatch(detail)):
        return shortened(staff[f"reason_header_is_{match['state']}"].format(what=match["field"]))
    said = staff.get(f"reason_{name}") if detail else None
    if said is None:
        return shortened(because)
    write = _DETAILS.get(name)
    what = write(detail, texts) if write else detail
    what = _MORE.sub(lambda more: " " + staff["earlier_more"].format(n=more[1]), what)
    return shortened(said.format(what=what))


def _of_attachments(failed: str, staff: Mapping[str, str]) -> str | None:
    """Why a condition on attachments failed, said without a double negation; None for any other condition."""
    if failed == "attachment: there is one":
        return staff["reason_attachment_true"]
    if match := _TOO_FEW.fullmatch(failed):
        return staff["reason_attachment_unfit" if match[1] == "1" else "reason_attachment_fewer"].format(n=match[1])
    return None


def fact_in_words(name: str, texts: Texts) -> str:
    """A fact's name: `order` and others of the sample rules in the reader's language, any other as it is."""
    return texts.staff.get(f"fact_{name}", name)


def _passage(detail: str, _texts: Texts) -> str:
    """What a matcher looked for or found, without how it looks."""
    return _MATCHER.sub("", detail)


def _languages(detail: str, texts: Texts) -> str:
    return ", ".join(language_name(code, language=texts.language) for code in detail.split(", "))


def _fact(detail: str, texts: Texts) -> str:
    name, blank, values = detail.partition(" ")
    compared = blank + values
    for word, sign in _SIGNS.items():
        compared = compared.replace(word, sign)
    return fact_in_words(name, texts) + compared


def _count(detail: str, _texts: Texts) -> str:
    return _COUNT.sub(r"\1", detail)


_DETAILS: dict[str, Callable[[str, Texts], str]] = {
    **dict.fromkeys(("subject", "body", "text", "header"), _passage),
    "language": _languages,
    "found": _fact,
    "recent": _count,
}
