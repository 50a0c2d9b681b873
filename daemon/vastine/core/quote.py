"""What is new in a mail's text: quoted history, forwarded headers and signatures off. Linear, line by line."""

from vastine.core.quote_patterns import (
    ADDRESS,
    ANY_FIELD,
    BELOW,
    DATE_FIELD,
    DATED_FIRST,
    DAY,
    DIVIDER,
    DIVIDING,
    FIRST_FIELD,
    FORWARD,
    LIST_FOOTER,
    OTHER_FIELD,
    PHONE,
    QUOTED,
    QUOTING,
    RULE,
    SENT_FIELD,
    SUBJECT_FIELD,
    TIME,
    TOLD,
    VERB,
    VERBS,
)

MARKER_PHRASES = (
    "--- Kirjoita vastauksesi tämän rivin yläpuolelle.",
    "--- Skriv ditt svar ovanför den här raden.",
    "--- Write your answer above this line.",
)

_LONGEST_HEADER = 400
_LONGEST_SIGNATURE = 25
_DELIMITERS = ("--", "- --")  # RFC 3676 section 4.3, its blank already gone; as PGP escapes it
_LONGEST_PREFACE = 400  # characters of a text that only says where the answers are


def new_text(text: str, *, answers: bool = True) -> str:
    """The part of a mail's text that its writer added; the whole text where that is nothing (a forward).

    `text` has LF line ends and no blanks at line ends. Answers between quoted lines are kept. Where the writer says
    that they stand below, and nothing marks what is quoted there (Outlook), the whole text is kept: better too much.
    What a mail marks that `answers` nothing is its writer's too, unless a heading says that it is quoted.
    """
    own = _finished(_unquoted(text, marked=answers))
    return own if own and not _says_more_below(own, text) else text


def _says_more_below(own: str, text: str) -> bool:
    if len(own) > _LONGEST_PREFACE or len(own) == len(text) or BELOW.search(own) is None:
        return False
    return not any(QUOTED.match(line) for line in text.split("\n"))


def own_text(text: str) -> str:
    """The part of a mail's text that its writer added, and nothing else: empty where they only quoted."""
    return _finished(_unquoted(text))


def _finished(lines: list[str]) -> str:
    return "\n".join(_without_signature(lines)).strip("\n")


def signature_of(text: str) -> str:
    """The signature below what the writer added (RFC 3676 section 4.3), without its delimiter; "" for none."""
    lines = _unquoted(text)
    delimiter = next((n for n in range(len(lines) - 1, -1, -1) if lines[n].rstrip() in _DELIMITERS), None)
    if delimiter is None or any(_is_list_footer(lines, n) for n in range(delimiter, len(lines))):
        return ""
    below = lines[delimiter + 1 :]
    return "\n".join(below).strip("\n") if sum(1 for line in below if line) <= _LONGEST_SIGNATURE else ""


def _unquoted(text: str, *, marked: bool = True) -> list[str]:
    lowered = text.lower()
    # Most texts hold neither: then no line can be the heading of a quotation.
    may_quote = "@" in text or any(verb in lowered for verb in VERBS)
    return _own_lines(text.split("\n"), may_quote=may_quote, marked=marked)


def _own_lines(lines: list[str], *, may_quote: bool, marked: bool) -> list[str]:
    """`marked`: a mark alone says that a line is quoted; else one does only below a heading."""
    kept: list[str] = []
    number, gap = 0, False  # a gap: something was left out since the last line that was kept
    while number < len(lines):
        line = lines[number]
        if _is_marker(line):
            return _without_rule(kept)
        if below := _quotation_from(lines, number, may_quote=may_quote):
            if not _quote_follows(lines, below):
                return _without_rule(kept)
            number, gap, marked = below, True, True  # there may be answers between its marked lines and below them
            continue
        if marked and QUOTED.match(line):
            gap = True
        elif line or not gap:
            kept.extend([""] if gap and kept and kept[-1] else [])
            kept.append(line)
            gap = False
        number += 1
    return kept


def _is_marker(line: str) -> bool:
    return line.lstrip(" \t*|").startswith(MARKER_PHRASES)


def _quotation_from(lines: list[str], number: int, *, may_quote: bool) -> int:
    """Where a quotation begins whose heading begins here: the number of the line below the heading; 0 for none."""
    if not lines[number]:
        return 0
    if _is_divider(lines, number):
        return _below_header(lines, number)
    height = _attribution(lines, number) if may_quote else 0
    return number + height if height else 0


def _is_divider(lines: list[str], number: int) -> bool:
    """A line such as "--- Original message ---", the label of a forward, or the first of a block of header fields."""
    line = lines[number]
    if line.lstrip(" \t")[:2] in DIVIDING and DIVIDER.match(line[:_LONGEST_HEADER]):
        return True
    if len(line) > _LONGEST_HEADER or ":" not in line:
        return False
    if line.endswith(":") and FORWARD.match(line):
        return True
    if FIRST_FIELD.match(line):
        return _is_header_block(lines, number)
    return any(field.match(line) for field in (SENT_FIELD, DATE_FIELD, SUBJECT_FIELD)) and _is_turned_block(
        lines, number
    )


def _is_turned_block(lines: list[str], number: int) -> bool:
    """A header block that does not begin with the sender, as Hotmail, GMX and Thunderbird write it."""
    block = [lines[number], *_fields_below(lines, number)][:6]
    senders = [line for line in block if FIRST_FIELD.match(line)]
    dated = any(SENT_FIELD.match(line) or DATE_FIELD.match(line) for line in block)
    return len(block) >= 3 and dated and any("@" in line for line in senders)


def _below_header(lines: list[str], number: int) -> int:
    """The line below a divider or label and the header fields that follow it."""
    number += 1
    while number < len(lines) and (not lines[number] or ANY_FIELD.match(lines[number][:_LONGEST_HEADER])):
        number += 1
    return number


def _is_header_block(lines: list[str], number: int) -> bool:
    below = _fields_below(lines, number)
    if any(SENT_FIELD.match(line) for line in below):
        return True
    dated = any(DATE_FIELD.match(line) for line in below)
    others = sum(1 for line in below if OTHER_FIELD.match(line))
    # Without an address it may be a form that the writer filled in.
    addressed = any("@" in line for line in (lines[number], *below))
    return addressed and (dated or others > 1)


def _fields_below(lines: list[str], number: int) -> list[str]:
    """The lines that follow as long as they are header fields, perhaps with blank ones between and one wrapped."""
    found: list[str] = []
    wrapped = False
    for line in lines[number + 1 : number + 12]:
        if not line:
            continue
        is_field = ANY_FIELD.match(line[:_LONGEST_HEADER]) is not None
        if not is_field and (wrapped or not (found or "@" in line)):
            return found
        wrapped = not is_field
        if is_field:
            found.append(line[:_LONGEST_HEADER])
    return found


def _attribution(lines: list[str], number: int) -> int:
    """How many lines the heading of a quotation takes that begins here ("N.N. kirjoitti 22.6. klo 10.00:"), or 0."""
    joined = ""
    for height in range(1, 4):
        if number + height > len(lines) or not (line := lines[number + height - 1]):
            return 0
        joined = f"{joined} {line}".strip()
        if len(joined) > _LONGEST_HEADER or QUOTED.match(line):
            return 0
        if _is_closed(joined, lines, number + height):
            if height > 1 and _is_complete(lines[number + 1 : number + height]):
                return 0  # the first line is the writer's own
            return height if _is_heading(joined, quoted=_quote_follows(lines, number + height)) else 0
        if not any(sign.search(joined) for sign in (DAY, ADDRESS, VERB, QUOTING)):
            return 0
    return 0


def _is_closed(text: str, lines: list[str], below: int) -> bool:
    """Whether a heading ends here: by its colon, by Zoho's dashes, or as old Gmail's by the quotation itself."""
    if text.endswith(":") or (text.startswith("--") and text.endswith("--")):
        return True
    return text.endswith(">") and below < len(lines) and QUOTED.match(lines[below]) is not None


def _is_complete(lines: list[str]) -> bool:
    text = " ".join(lines)
    return bool(VERB.search(text) and DAY.search(text))


def _is_heading(text: str, *, quoted: bool) -> bool:
    day, addressed = bool(DAY.search(text)), bool(ADDRESS.search(text))
    dated = day and bool(TIME.search(text))
    if VERB.search(text):
        # Where nothing is marked as quoted it may be a customer who tells what somebody wrote to them.
        signed = day if addressed else dated and _is_signed(text)
        return quoted or (signed and not TOLD.search(text))
    if dated and addressed and text.endswith(">:") and DATED_FIRST.match(text):
        return True
    # Without a verb, as Gmail writes it in Russian and Horde everywhere, the quotation itself must follow.
    return quoted and ((day and addressed) or bool(QUOTING.match(text)))


def _is_signed(text: str) -> bool:
    """Without an address: the date stands before the verb, and a name in capitals beside it."""
    verb = VERB.search(text)
    if verb is None or not DAY.search(text[: verb.start()]):
        return False
    before = text[: verb.start()].split()
    after = text[verb.end() :].split()
    return any(word.lstrip("\"'(<„“")[:1].isupper() for word in (*before[-1:], *after[:1]))


def _quote_follows(lines: list[str], number: int) -> bool:
    following = next((line for line in lines[number : number + 4] if line), "")
    return bool(QUOTED.match(following))


def _without_rule(lines: list[str]) -> list[str]:
    while lines and (not lines[-1] or RULE.match(lines[-1])):
        lines.pop()
    return lines


def _without_signature(lines: list[str]) -> list[str]:
    kept = [line for line in lines if len(line) > _LONGEST_HEADER or not PHONE.match(line)]
    for number in range(len(kept) - 1, -1, -1):
        if _is_list_footer(kept, number):
            return kept[:number]
        if kept[number].rstrip() in _DELIMITERS:
            below = sum(1 for line in kept[number + 1 :] if line)
            return kept[:number] if below <= _LONGEST_SIGNATURE else kept
    return kept


def _is_list_footer(lines: list[str], number: int) -> bool:
    if not LIST_FOOTER.match(lines[number]):
        return False
    below = [line for line in lines[number + 1 :] if line]
    return 0 < len(below) <= 6 and any("mailing list" in line or "/listinfo/" in line for line in below)
