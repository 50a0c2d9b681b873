"""HTML to readable text: nothing is fetched, run or shown (SAFETY R36)."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

LONGEST = 2_000_000
_MOST_NODES = 200_000
_DEEPEST_QUOTE = 8
_SKIPPED = frozenset({
    "script", "style", "head", "title", "template", "noscript", "object", "iframe", "svg", "select", "textarea",
    "button",
})  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure",
    "footer", "form", "header", "hr", "legend", "main", "nav", "section", "table", "tbody", "tfoot", "thead",
    "tr", "ul", "ol", "li", "pre", "body", "html", "caption", "option",
})  # fmt: skip
_PARAGRAPHS = frozenset({
    "p", "h1", "h2", "h3", "h4", "h5", "h6",
})  # fmt: skip
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_INVISIBLE = re.compile(r"[\u200b\u200c\u2060\ufeff\u00ad\u034f]")
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_MANY_BLANK_LINES = re.compile(r"\n{3,}")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_DEEPEST = 500
_CLOSED_BY_THEMSELVES = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "dd", "dt", "td", "th", "tr", "tbody", "thead", "tfoot", "colgroup", "option", "optgroup", "html",
    "head", "body",
})  # fmt: skip
_LINKS = ("http://", "https://", "ftp://")


class _Text:
    """What has been written so far, a list of lines; the last is still open."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.open: list[str] = []
        self.quote = 0

    def write(self, text: str) -> None:
        if text != " " or (self.open and not self.open[-1].endswith(" ")):
            self.open.append(text.lstrip(" ") if not self.open or self.open[-1].endswith(" ") else text)

    def end_line(self, *, always: bool = False) -> None:
        text = "".join(self.open).strip()
        if text or always:
            self.lines.append(("> " * self.quote + text).rstrip())
        self.open = []

    def end_paragraph(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * self.quote).rstrip())

    def finished(self) -> str:
        self.end_line()
        return _MANY_BLANK_LINES.sub("\n\n", "\n".join(self.lines)).strip("\n")


def html_to_text(html: str) -> str:
    """The text of an HTML document with its line breaks, lists as "- ", quotes as "> ", links as "text <url>".

    Linear in the length of the document, of which at most 2,000,000 characters are read.
    """
    body = LexborHTMLParser(_not_too_deep(html[:LONGEST])).body
    text = _Text()
    if body is not None:
        _walk(body, text)
    return text.finished()


def _not_too_deep(html: str) -> str:
    # An HTML parser looks through all open elements at every tag: 200,000 nested ones take it five minutes.
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() in _CLOSED_BY_THEMSELVES:
            continue
        depth = depth + 1 if not tag[1] else max(depth - 1, 0)
        if depth > _DEEPEST:
            return html[: tag.start()]
    return html


def _walk(root: LexborNode, text: _Text) -> None:
    # No recursion: hostile mail nests 100,000 elements.
    node: LexborNode | None = root
    entered: list[LexborNode] = []
    for _ in range(_MOST_NODES):
        if node is None:
            if not entered:
                return
            done = entered.pop()
            _leave(done, text)
            node = done.next if entered else None
            continue
        below = _enter(node, text)
        if below is None:
            node = node.next if entered else None
        else:
            entered.append(node)
            node = below if below is not node else None


def _enter(node: LexborNode, text: _Text) -> LexborNode | None:
    """The first child, the node itself where it has none but must be left, None where it is done with."""
    tag = node.tag
    if tag == "-text":
        _write_text(node, text)
        return None
    if tag is None or tag in _SKIPPED or tag[0] in "-!" or _is_hidden(node):
        return None
    if tag == "br":
        text.end_line(always=True)
        return None
    if tag == "hr":
        text.end_paragraph()
        return None
    _open(tag, text)
    return node.child or node


def _open(tag: str, text: _Text) -> None:
    if tag in _PARAGRAPHS:
        text.end_paragraph()
    elif tag in _BLOCKS:
        text.end_line()
    if tag == "li":
        text.open.append("- ")
    elif tag == "blockquote" and text.quote < _DEEPEST_QUOTE:
        text.quote += 1


def _leave(node: LexborNode, text: _Text) -> None:
    tag = node.tag
    if tag in _PARAGRAPHS:
        text.end_paragraph()
    elif tag in _BLOCKS:
        text.end_line()
    if tag == "blockquote" and text.quote:
        text.quote -= 1
    elif tag in ("td", "th"):
        text.write(" ")
    elif tag == "a":
        _write_link(node, text)


def _write_text(node: LexborNode, text: _Text) -> None:
    words = node.text_content or ""
    parent = node.parent
    if parent is not None and parent.tag == "pre":
        first, *others = words.split("\n")
        text.open.append(first)
        for line in others:
            text.end_line(always=True)
            text.open.append(line)
        return
    words = _BLANKS.sub(" ", words)
    if not words.isascii():
        words = _INVISIBLE.sub("", words)
    if words:
        text.write(words)


def _write_link(node: LexborNode, text: _Text) -> None:
    target = _BLANKS.sub("", node.attributes.get("href") or "")
    if not target.lower().startswith(_LINKS) or len(target) > 2000:
        return
    shown = "".join(text.open[-8:]).rstrip().removesuffix("/")
    bare = target.removesuffix("/")
    if not shown.endswith((bare, bare.partition("://")[2])):
        text.write(f" <{target}>")


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))
