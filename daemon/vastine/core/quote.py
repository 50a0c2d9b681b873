"""What is new in a mail's text: quoted history, forwarded headers and signatures off. Linear, line by line."""

import re

MARKER_PHRASES = (
    "--- Kirjoita vastauksesi tämän rivin yläpuolelle.",
    "--- Skriv ditt svar ovanför den här raden.",
    "--- Write your answer above this line.",
)

_LONGEST_HEADER = 400
_LONGEST_SIGNATURE = 25
_QUOTED = re.compile(r"[ \t]{0,3}>")
_VERBS = (
    "kirjoitti",
    "skrev",
    "wrote",
    "writes",
    "schrieb",
    "kirjutas",
    "écrit",
    "escribió",
    "ha scritto",
    "написал",
    "пишет",
)
_VERB = re.compile(rf"\b(?:{'|'.join(_VERBS)})\b", re.IGNORECASE)
# "Myyjä kirjoitti minulle ...": somebody telling of a letter, not a program heading a quotation.
_QUOTING = re.compile(
    r"[ \t]*(?:Lainaus|Lainaan|Citerar|Citat från|Quoting|Zitat von|Citat fra|Siterer|Citerer)\b", re.IGNORECASE
)
_TOLD = re.compile(
    r"\b(?:kirjoitti|skrev|wrote)\s+(?:minulle|meille|sinulle|teille|hänelle|että|ettei|mig|oss|dig|er|till mig|att|"
    r"me|us|you|to me|to us|that|in|i ett|a)\b",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"\b(?:\d{1,2}[./]\s?\d{1,2}[./]\s?(?:\d{4}|\d{2})?|\d{4}-\d{2}-\d{2}|\d{1,2}\.? ?(?:de )?[^\W\d]{3,12}\.?,? ?\d{4}"
    r"|[^\W\d]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})"
)
_TIME = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,100}")
_FIRST_FIELD = re.compile(
    r"[ \t*]{0,4}(?:Lähettäjä|Lähettänyt|Från|From|Von|Saatja|Fra|От|Avsändare)[ \t]?\*?[ \t]?:", re.IGNORECASE
)
_SENT_FIELD = re.compile(
    r"[ \t*]{0,4}(?:Lähetetty|Skickat|Sent|Gesendet|Saadetud|Sendt|Отправлено)\*?[ \t]?:", re.IGNORECASE
)
_DATE_FIELD = re.compile(r"[ \t*]{0,4}(?:Päivämäärä|Päiväys|Pvm|Datum|Date|Kuupäev|Dato|Дата)\*?[ \t]?:", re.IGNORECASE)
_OTHER_FIELD = re.compile(
    r"[ \t*]{0,4}(?:Vastaanottaja|Kenelle|Saaja|Till|To|An|Kellele|Til|Кому|Aihe|Otsikko|Ämne|Subject|Betreff|Teema|"
    r"Emne|Тема|Kopio|Kopia|Cc)\*?[ \t]?:",
    re.IGNORECASE,
)
_DIVIDER = re.compile(
    r"[ \t]*[-_*=]{2,}[ \t]*(?:Alkuperäinen viesti|Välitetty viesti|Edelleenlähetetty viesti|Lainattu viesti|"
    r"Ursprungligt meddelande|Ursprungsmeddelande|Originalmeddelande|Original meddelande|Vidarebefordrat meddelande|"
    r"Vidarebefordrat brev|Original Message|Original Appointment|Forwarded message|Forwarded by [^\n]{0,80}|"
    r"Reply message|Ursprüngliche Nachricht|Weitergeleitete Nachricht|Edastatud kiri|Algne kiri|Algsõnum|"
    r"Opprinnelig melding|Videresendt melding|Oprindelig (?:meddelelse|besked)|Videresendt (?:meddelelse|besked)|"
    r"Исходное сообщение|Пересылаемое сообщение)[ \t]*[-_*=]{2,}[ \t]*"
    # Samsung's mail program writes all that it quotes into one line.
    r"(?:$|(?:Lähettäjä|Från|From|Von|Saatja|Fra|От)[ \t]?:)",
    re.IGNORECASE,
)
_DIVIDING = ("--", "__", "**", "==", "-_", "_-")
_FORWARD = re.compile(
    r"[ \t]*(?:Begin forwarded message|Välitetty viesti alkaa|Alkaa välitetty viesti|Vidarebefordrat brev|"
    r"Börja vidarebefordrat meddelande)[ \t]?:[ \t]*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"[ \t]*[-_*=─]{5,}[ \t]*$")
_DEVICE = (
    r"(?:iphone|ipad|ios\b|android|outlook|samsung|galaxy|huawei|honor|xiaomi|oneplus|nokia|motorola|pixel|windows|"
    r"blackberry|yahoo|gmail|proton|thunderbird|mobi|mobil|puhelimes|puhelimel|kännykä|laittees|tabletis|"
    r"sähköpostista|telefon|handy|smartphone|device|iphone|телефон|\bmail\b)"
)
_PHONE = re.compile(
    r"(?!.*\b(?:ei|on|oli|tuli|eivät|är|var|har|is|was|has|,)\b)[ \t*<(]{0,4}(?:Lähetetty|Skickat (?:från|med)|"
    r"Skickad från|Sänt från|Sent (?:from|with|via|using)|Get Outlook|Hanki Outlook|Hämta Outlook|Skaffa Outlook|"
    r"Lataa Outlook|Ladda ned Outlook|Saadetud|Sendt (?:fra|med)|Отправлено (?:с|из)|Lähettäjä: Samsung|"
    rf"Gesendet (?:von|mit)|Von meinem|Envoyé (?:de|depuis))\b[^\n,]{{0,40}}?{_DEVICE}[^\n,]{{0,100}}$",
    re.IGNORECASE,
)
_LIST_FOOTER = re.compile(r"_{20,}$")


def new_text(text: str) -> str:
    """The part of a mail's text that its writer added; the whole text where that is nothing (a forward).

    `text` has LF line ends and no blanks at line ends. Answers between quoted lines are kept.
    """
    return own_text(text) or text


def own_text(text: str) -> str:
    """The part of a mail's text that its writer added, and nothing else: empty where they only quoted."""
    lines = text.split("\n")
    lowered = text.lower()
    # Most texts hold neither: then no line can be the heading of a quotation.
    may_quote = "@" in text or any(verb in lowered for verb in _VERBS)
    kept = _without_signature(_own_lines(lines, may_quote=may_quote))
    return "\n".join(kept).strip("\n")


def _own_lines(lines: list[str], *, may_quote: bool) -> list[str]:
    kept: list[str] = []
    number, gap = 0, False  # a gap: something was left out since the last line that was kept
    while number < len(lines):
        line = lines[number]
        if _ends_new_text(lines, number):
            return _without_rule(kept)
        height = _attribution(lines, number) if may_quote and line else 0
        if height:
            if not _quote_follows(lines, number + height):
                return _without_rule(kept)
            number, gap = number + height, True
            continue
        if _QUOTED.match(line):
            gap = True
        elif line or not gap:
            kept.extend([""] if gap and kept and kept[-1] else [])
            kept.append(line)
            gap = False
        number += 1
    return kept


def _ends_new_text(lines: list[str], number: int) -> bool:
    line = lines[number]
    if not line:
        return False
    if line.lstrip(" \t")[:2] in _DIVIDING and _DIVIDER.match(line[:_LONGEST_HEADER]):
        return True
    if len(line) > _LONGEST_HEADER:
        return False
    if line.lstrip(" \t*|").startswith(MARKER_PHRASES) or (line.rstrip().endswith(":") and _FORWARD.match(line)):
        return True
    return _FIRST_FIELD.match(line) is not None and _is_header_block(lines, number)


def _is_header_block(lines: list[str], number: int) -> bool:
    below = _fields_below(lines, number)
    if any(_SENT_FIELD.match(line) for line in below):
        return True
    dated = any(_DATE_FIELD.match(line) for line in below)
    others = sum(1 for line in below if _OTHER_FIELD.match(line))
    return (dated and (others > 0 or "@" in lines[number])) or (others > 1 and "@" in lines[number])


def _fields_below(lines: list[str], number: int) -> list[str]:
    """The lines that follow as long as they are header fields, perhaps with blank ones between and one wrapped."""
    found: list[str] = []
    wrapped = False
    for line in lines[number + 1 : number + 12]:
        if not line:
            continue
        is_field = any(field.match(line[:_LONGEST_HEADER]) for field in (_SENT_FIELD, _DATE_FIELD, _OTHER_FIELD))
        if not is_field and (wrapped or not found):
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
        if len(joined) > _LONGEST_HEADER or _QUOTED.match(line):
            return 0
        if joined.endswith(":"):
            return height if _is_heading(joined, quoted=_quote_follows(lines, number + height)) else 0
        if not (_DAY.search(joined) or _ADDRESS.search(joined) or _VERB.search(joined) or _QUOTING.match(joined)):
            return 0
    return 0


def _is_heading(text: str, *, quoted: bool) -> bool:
    dated = bool(_DAY.search(text) and _TIME.search(text))
    addressed = bool(_ADDRESS.search(text))
    if _VERB.search(text):
        return quoted or ((dated or addressed) and not _TOLD.search(text))
    # Without a verb, as Gmail writes it in Russian and Horde everywhere, the quotation itself must follow.
    return quoted and ((dated and addressed) or bool(_QUOTING.match(text)))


def _quote_follows(lines: list[str], number: int) -> bool:
    following = next((line for line in lines[number : number + 4] if line), "")
    return bool(_QUOTED.match(following))


def _without_rule(lines: list[str]) -> list[str]:
    while lines and (not lines[-1] or _RULE.match(lines[-1])):
        lines.pop()
    return lines


def _without_signature(lines: list[str]) -> list[str]:
    kept = [line for line in lines if len(line) > _LONGEST_HEADER or not _PHONE.match(line)]
    for number in range(len(kept) - 1, -1, -1):
        if _is_list_footer(kept, number):
            return kept[:number]
        if kept[number].rstrip() in ("--", "- --"):  # RFC 3676 section 4.3, its blank already gone
            below = sum(1 for line in kept[number + 1 :] if line)
            return kept[:number] if below <= _LONGEST_SIGNATURE else kept
    return kept


def _is_list_footer(lines: list[str], number: int) -> bool:
    if not _LIST_FOOTER.match(lines[number]):
        return False
    below = [line for line in lines[number + 1 :] if line]
    return 0 < len(below) <= 6 and any("mailing list" in line or "/listinfo/" in line for line in below)
