"""One header field: from the octets as they came to text without line ends (RFC 5322 section 2.2.3, RFC 2047)."""

import binascii
import quopri
import re

from vastine.core.charset import decode, windows_text

_MOST_WORDS = 2000
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
# Senders forget to encode a question mark; bounded, for it looks ahead.
_LOOSE_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,400})\?=")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def octets_to_text(value: str) -> str:
    """A raw field as the standard library keeps it (octets beyond ASCII as surrogates): UTF-8, else Windows-1252."""
    if value.isascii():
        return value
    try:
        data = value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("utf-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return windows_text(data)


def field_text(value: str) -> str:
    """The text of a raw field value: unfolded, encoded words decoded, no CR, LF or other control characters.

    Linear in the length of the value; at most 2,000 encoded words are decoded.
    """
    text = octets_to_text(value)
    if "\n" in text or "\r" in text:
        lines = (line.strip(" \t") for line in text.replace("\r", "\n").split("\n"))
        text = " ".join(line for line in lines if line)
    if "=?" in text:
        text = decode_words(text)
    return one_line(text)


def one_line(text: str) -> str:
    """Text with every run of control characters and line separators made one space."""
    return text.strip() if text.isprintable() else _UNSAFE.sub(" ", text).strip()


def decode_words(text: str) -> str:
    """RFC 2047 section 6.2: encoded words become text; blanks between two of them vanish."""
    decoded = _decode_with(_WORD, text)
    return _decode_with(_LOOSE_WORD, decoded) if "=?" in decoded and "?=" in decoded else decoded


def _decode_with(pattern: re.Pattern[str], text: str) -> str:
    pieces: list[str] = []
    run: list[bytes] = []  # neighbouring words of one charset: senders split characters between them
    charset, end = "", 0
    for count, word in enumerate(pattern.finditer(text)):
        if count >= _MOST_WORDS:
            break
        between = text[end : word.start()]
        if run and (between.strip() or word[1].lower() != charset):
            pieces.append(decode(b"".join(run), charset)[0])
            run = []
            between = between if between.strip() else ""
        elif run:
            between = ""
        pieces.append(between)
        charset = word[1].lower()
        run.append(_word_bytes(word[2], word[3]))
        end = word.end()
    if run:
        pieces.append(decode(b"".join(run), charset)[0])
    return "".join((*pieces, text[end:]))


def _word_bytes(encoding: str, encoded: str) -> bytes:
    data = encoded.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(data.replace(b" ", b"_"), header=True)
    return lenient_base64(data)


def lenient_base64(data: bytes) -> bytes:
    """Base64 as mail clients read it: strange characters are passed over, missing padding is made up."""
    letters = _NOT_BASE64.sub(b"", data.partition(b"=")[0])
    if len(letters) % 4 == 1:
        letters = letters[:-1]  # a lone last letter carries no octet
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
