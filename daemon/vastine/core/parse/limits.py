"""What is mended and capped in the octets of a mail before any parser sees them (SAFETY R8). Every scan is linear."""

import re

MOST_FIELDS = 1000
LONGEST_LINE = 16 * 1024
LONGEST_FIELD = 64 * 1024
LONGEST_CONTENT_FIELD = 2 * 1024
MOST_PARAMETERS = 64
MOST_PARTS = 500
DEEPEST = 50

_HEADER_END = re.compile(rb"\n\r?\n")
_SOUND_HEADER = re.compile(rb"(?>[!-9;-~]+:[^\n]*+(?:\n|\Z))(?>[ \t][^\n]*+(?:\n|\Z)|[!-9;-~]+:[^\n]*+(?:\n|\Z))*+")
_SPACED_NAME = re.compile(rb"([!-9;-~]{1,80})[ \t]+:")
_FIELD_NAME = re.compile(rb"[!-9;-~]{1,200}:")
_KNOWN_NAME = re.compile(
    rb"(?i)(?:from|to|cc|bcc|subject|date|message-id|mime-version|content-[a-z-]+|received|reply-to|sender|references"
    rb"|in-reply-to|return-path|delivered-to|x-[!-9;-~]+|list-[a-z-]+|dkim-signature|auto-submitted|precedence"
    rb"|authentication-results|importance|user-agent)[ \t]*:"
)
_CONTENT_FIELD = re.compile(rb"(?im)^content-(?:type|disposition)[ \t]*:[^\n]*+(?:\n[ \t][^\n]*+)*+")
_MBOX_LINE = re.compile(rb"(?:>?From [^\n]{0,200}\n)++")
_STRUCTURE = re.compile(
    rb"""(?im)\bboundary[ \t]*=[ \t]*(?:"([^"\n]{1,200})"|([^\s;"]{1,200}))|^--([^\n]{1,210})"""
    rb"|^content-type[ \t]*:[ \t]*(message/)"
)


def within_limits(raw: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The octets to be parsed, and in words what was taken off or mended."""
    defects: list[str] = []
    data = _without_preface(raw, defects)
    end = _HEADER_END.search(data)
    head, rest = (data[: end.start() + 1], data[end.start() + 1 :]) if end else (data, b"")
    if _is_hard(head):
        head, rest = _mended_header(head, rest, defects)
    return _capped_structure(_capped_content_fields(head + rest, defects), defects), tuple(defects)


def _without_preface(raw: bytes, defects: list[str]) -> bytes:
    data = raw
    if b"\n" not in data[:LONGEST_LINE] and b"\r" in data[:LONGEST_LINE]:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        defects.append("lines end in bare CR")
    if data.startswith((b"\xef\xbb\xbf", b"\r", b"\n", b" \n", b" \r\n")):
        data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \t")
        defects.append("blank lines or a byte order mark before the header")
    mbox = _MBOX_LINE.match(data)
    return data[mbox.end() :] if mbox else data


def _is_hard(head: bytes) -> bool:
    sound = _SOUND_HEADER.match(head)
    if sound is None or sound.end() != len(head) or head.count(b"\n") > MOST_FIELDS:
        return True
    return (len(head) > LONGEST_CONTENT_FIELD and max(map(len, head.split(b"\n"))) > LONGEST_LINE) or (
        len(head) > LONGEST_FIELD
    )


def _mended_header(head: bytes, rest: bytes, defects: list[str]) -> tuple[bytes, bytes]:
    fields: list[list[bytes]] = []
    said: set[str] = set()
    lines = head.split(b"\n")
    last_known = max((number for number, line in enumerate(lines) if _KNOWN_NAME.match(line)), default=-1)
    for number, line in enumerate(lines[:-1] if lines[-1] == b"" else lines):
        if len(line) > LONGEST_LINE:
            said.add("a header line was cut at 16 kB")
            line = line[:LONGEST_LINE]  # noqa: PLW2901 - the rest of the line is meant to be gone
        if line[:1] in b" \t" and fields:
            fields[-1].append(line)
        elif _FIELD_NAME.match(line):
            fields.append([line])
        elif spaced := _SPACED_NAME.match(line):
            said.add("a blank before the colon of a header field")
            fields.append([spaced[1] + b":" + line[spaced.end() :]])
        elif number < last_known:
            said.add("a line among the header fields is none")
        else:
            said.add("no blank line between header and body")
            rest = b"\n" + b"\n".join(lines[number:]) + rest
            break
    if len(fields) > MOST_FIELDS:
        said.add(f"more than {MOST_FIELDS} header fields; the rest was left out")
    kept = [_cut_field(field, said) for field in fields[:MOST_FIELDS]]
    defects.extend(sorted(said))
    return b"".join(kept), rest


def _cut_field(field: list[bytes], said: set[str]) -> bytes:
    size = 0
    for count, line in enumerate(field):
        size += len(line) + 1
        if size > LONGEST_FIELD:
            said.add("a header field was cut at 64 kB")
            return b"\n".join(field[: max(count, 1)]) + b"\n"
    return b"\n".join(field) + b"\n"


def _capped_content_fields(data: bytes, defects: list[str]) -> bytes:
    """Parameters cost the standard library quadratic time: 64 kB of `;` take 8 s."""
    pieces: list[bytes] = []
    end = 0
    for field in _CONTENT_FIELD.finditer(data):
        text = field[0]
        if len(text) <= LONGEST_CONTENT_FIELD and text.count(b";") <= MOST_PARAMETERS:
            continue
        cut = b";".join(text[:LONGEST_CONTENT_FIELD].split(b";")[:MOST_PARAMETERS]).rstrip()
        pieces += (data[end : field.start()], cut)
        end = field.end()
    if not pieces:
        return data
    defects.append("a Content-Type or Content-Disposition field was cut at 2 kB")
    return b"".join((*pieces, data[end:]))


def _capped_structure(data: bytes, defects: list[str]) -> bytes:
    """Data up to where it has too many parts or is nested too deeply."""
    if data.count(b"\n--") < MOST_PARTS and not _may_be_deep(data):
        return data
    open_boundaries: list[bytes] = []
    parts = 0
    for mark in _STRUCTURE.finditer(data):
        if mark[3] is None:
            open_boundaries.append((mark[1] or mark[2] or b"message/").rstrip())
        else:
            parts += _close_down_to(mark[3].rstrip(), open_boundaries)
        if parts > MOST_PARTS or len(open_boundaries) > DEEPEST:
            what = f"more than {MOST_PARTS} parts" if parts > MOST_PARTS else f"nested deeper than {DEEPEST}"
            defects.append(f"{what}; the rest was left out")
            return data[: mark.start()]
    return data


def _may_be_deep(data: bytes) -> bool:
    lowered = data.lower()
    return lowered.count(b"boundary") + lowered.count(b"message/") >= DEEPEST


def _close_down_to(line: bytes, open_boundaries: list[bytes]) -> int:
    for depth in range(len(open_boundaries) - 1, -1, -1):
        if line in (open_boundaries[depth], open_boundaries[depth] + b"--"):
            del open_boundaries[depth + 1 :]
            return 1
    return 0
