"""Bytes to text by the name that a mail gives its charset, from an allow-list of codecs. Nothing here raises."""

import codecs
import re

# Python's codec registry also answers to punycode, idna, zlib, unicode_escape ...: slow or dangerous on hostile
# input. Only what stands here is ever looked up.
_SAME = (
    "utf-8", "utf-7", "utf-16", "utf-16le", "utf-16be", "utf-32", "utf-32le", "utf-32be", "iso-8859-2",
    "iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7", "iso-8859-8", "iso-8859-10",
    "iso-8859-11", "iso-8859-13", "iso-8859-14", "iso-8859-15", "iso-8859-16", "cp437", "cp737", "cp775",
    "cp850", "cp852", "cp855", "cp857", "cp858", "cp860", "cp861", "cp862", "cp863", "cp864", "cp865", "cp866",
    "cp869", "cp874", "cp932", "cp949", "cp950", "cp1125", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254",
    "cp1255", "cp1256", "cp1257", "cp1258", "koi8-r", "koi8-u", "koi8-t", "kz1048", "gb18030", "big5",
    "big5hkscs", "euc-jp", "euc-jis-2004", "euc-kr", "johab", "hz", "iso2022-jp", "iso2022-jp-1",
    "iso2022-jp-2", "iso2022-jp-3", "iso2022-jp-2004", "iso2022-jp-ext", "iso2022-kr", "mac-roman",
    "mac-cyrillic", "mac-greek", "mac-latin2", "mac-turkish", "mac-iceland", "ptcp154", "shift-jis-2004",
)  # fmt: skip
_ALIASES = {
    "ascii": "utf-8", "usascii": "utf-8", "ansix341968": "utf-8", "iso646us": "utf-8", "us": "utf-8", "7bit": "utf-8",
    "8bit": "utf-8", "unicode11utf8": "utf-8", "xutf8": "utf-8", "utf8mb4": "utf-8", "cp65001": "utf-8",
    "unicode11utf7": "utf-7", "unicode": "utf-16", "ucs2": "utf-16", "iso10646ucs2": "utf-16",
    "iso88591": "cp1252", "iso885911": "cp874", "latin1": "cp1252", "l1": "cp1252", "iso8859": "cp1252",
    "88591": "cp1252", "ansi": "cp1252", "xansi": "cp1252", "iso88599": "cp1254", "latin5": "cp1254",
    "latin2": "iso-8859-2", "latin9": "iso-8859-15", "latin0": "iso-8859-15", "iso88598i": "iso-8859-8",
    "iso88598e": "iso-8859-8", "iso88596i": "iso-8859-6", "iso88596e": "iso-8859-6", "tis620": "cp874",
    "dos874": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030",
    "euccn": "gb18030", "xgbk": "gb18030", "gb231280": "gb18030", "csgb2312": "gb18030", "hzgb2312": "hz",
    "shiftjis": "cp932", "sjis": "cp932", "xsjis": "cp932", "mskanji": "cp932", "windows31j": "cp932",
    "ms932": "cp932", "xmscp932": "cp932", "csshiftjis": "cp932", "eucjp": "euc-jp", "xeucjp": "euc-jp",
    "ujis": "euc-jp", "ksc5601": "cp949", "ksc56011987": "cp949", "kscs56011987": "cp949", "ksc56011989": "cp949",
    "xksc56011987": "cp949", "euckr": "cp949", "uhc": "cp949", "ms949": "cp949", "xwindows949": "cp949",
    "korean": "cp949", "big5eten": "cp950", "xbig5": "cp950", "xxbig5": "cp950", "csbig5": "cp950", "big5": "cp950",
    "iso2022jpms": "iso2022-jp-ext", "cp50220": "iso2022-jp-ext", "cp50221": "iso2022-jp-ext",
    "iso2022jp": "iso2022-jp-ext", "csiso2022jp": "iso2022-jp-ext", "csiso2022kr": "iso2022-kr",
    "koi8": "koi8-r", "cskoi8r": "koi8-r", "koi8ru": "koi8-u", "macintosh": "mac-roman", "mac": "mac-roman",
    "macroman": "mac-roman", "xmacroman": "mac-roman", "xmaccyrillic": "mac-cyrillic", "xmacgreek": "mac-greek",
    "xmacce": "mac-latin2", "xmacturkish": "mac-turkish", "xmacicelandic": "mac-iceland",
}  # fmt: skip
_NOT_ALPHANUMERIC = re.compile(r"[^a-z0-9]+")
_CONTROLS = dict.fromkeys((*range(9), 11, *range(14, 32), 127))  # tab, LF, FF and CR stay
_CONTROLS[12] = "\n"
# The 27 characters that Windows puts where ISO 8859-1 has C1 controls; the five empty places stay as they are.
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}


def _key(name: str) -> str:
    return _NOT_ALPHANUMERIC.sub("", name.lower())


_CODECS = {_key(name): name for name in _SAME} | _ALIASES
_CODECS |= {f"windows{page}": f"cp{page}" for page in range(1250, 1259)}
_CODECS |= {f"xcp{page}": f"cp{page}" for page in range(1250, 1259)}
_CODECS |= {f"ibm{page}": f"cp{page}" for page in (437, 850, 852, 855, 857, 858, 865, 866)}
_WESTERN = frozenset({"cp1252", "utf-8"})


def codec_for(name: str) -> str | None:
    """The Python codec for a charset as mails name it (case, dashes and usual misspellings ignored), or None."""
    return _CODECS.get(_key(name[:60].partition("*")[0]))


def decode(data: bytes, declared: str | None) -> tuple[str, str | None]:
    """Text of `data`, and what was odd about its charset in words, or None.

    As declared, then UTF-8, then Windows-1252, which takes every byte. Bytes that are valid UTF-8 beyond ASCII are
    UTF-8 whatever Western name they carry: no other Western text looks like that.
    """
    if data.isascii() and (declared is None or codec_for(declared) in _WESTERN):
        return data.decode("ascii"), None
    name = codec_for(declared) if declared else "utf-8"
    defect = f"charset {declared[:60]!r} is unknown" if declared and name is None else None
    for codec in ("utf-8", name) if name in _WESTERN else (name, "utf-8"):
        text = _strictly(data, codec)
        if text is not None:
            return text, defect or _mislabelled(declared, name, codec or "")
    if name == "utf-8" and (text := _mostly_utf8(data)) is not None:
        return text, defect or "the text holds octets that are not UTF-8"
    return windows_text(data), defect or (f"text is not {declared[:60]!r} as it says" if declared else None)


def _mostly_utf8(data: bytes) -> str | None:
    """UTF-8 with a few octets that are none, or was cut in the midst of a letter; None where it is something else."""
    text = data.decode("utf-8", "surrogateescape")  # an octet that is none becomes U+DC80 to U+DCFF
    beyond_ascii = [letter for letter in text if letter > "\x7f"]
    bad = sum("\udc80" <= letter <= "\udcff" for letter in beyond_ascii)
    return _scalar(data.decode("utf-8", "vastine-windows")) if len(beyond_ascii) > 2 * bad else None


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return windows_text(error.object[error.start : error.end]), error.end


codecs.register_error("vastine-windows", _as_windows)


def windows_text(data: bytes) -> str:
    """Windows-1252 as browsers read it: never fails."""
    return data.decode("latin-1").translate(_WINDOWS)


def clean(text: str) -> str:
    """Text without control characters and lone surrogates, with LF line ends."""
    if not text.isprintable():
        text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
    return _scalar(text)


def _scalar(text: str) -> str:
    # UTF-7 and UTF-16 can make lone surrogates, which neither a database nor a terminal takes.
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def _strictly(data: bytes, codec: str | None) -> str | None:
    if codec is None:
        return None
    if codec == "cp1252":
        return windows_text(data)
    try:
        text = codecs.decode(data, codec)
    except (UnicodeError, LookupError, ValueError):
        return None
    return _scalar(text.removeprefix("\ufeff"))


def _mislabelled(declared: str | None, name: str | None, used: str) -> str | None:
    if declared is None or used == name or name in _WESTERN:
        return None
    return f"text is not {declared[:60]!r} as it says"
