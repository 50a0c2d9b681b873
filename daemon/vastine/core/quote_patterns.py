"""What mail programs write around a quotation, in many languages, as patterns. Each is bounded."""

import re

QUOTED = re.compile(r"[ \t]{0,3}>")
VERBS = (
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
VERB = re.compile(rf"\b(?:{'|'.join(VERBS)})\b", re.IGNORECASE)
QUOTING = re.compile(
    r"[ \t]*(?:Lainaus|Lainaan|Citerar|Citat från|Quoting|Zitat von|Citat fra|Siterer|Citerer)\b", re.IGNORECASE
)
# "Myyjä kirjoitti minulle ...": somebody telling of a letter, not a program heading a quotation.
TOLD = re.compile(
    r"\b(?:kirjoitti|skrev|wrote)\s+(?:minulle|meille|sinulle|teille|hänelle|että|ettei|mig|oss|dig|er|till mig|att|"
    r"me|us|you|to me|to us|that|in|i ett|a)\b",
    re.IGNORECASE,
)
DATED_FIRST = re.compile(r"[ \t]*(?:[^\W\d]{2,12}\.?,? )?\d")
DAY = re.compile(
    r"\b(?:\d{1,2}[./]\s?\d{1,2}[./]\s?(?:\d{4}|\d{2})?|\d{4}[-/]\d{1,2}[-/]\d{1,2}|"
    r"\d{1,2}\.? ?(?:de )?[^\W\d]{3,12}\.?,? ?\d{4}|[^\W\d]{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})"
)
TIME = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,100}")
FIRST_FIELD = re.compile(
    r"[ \t*]{0,12}(?:Lähettäjä|Lähettänyt|Från|From|Von|Saatja|Fra|От|Avsändare)[ \t]?\*?[ \t]?:", re.IGNORECASE
)
SENT_FIELD = re.compile(
    r"[ \t*]{0,12}(?:Lähetetty|Skickat|Sent|Gesendet|Saadetud|Sendt|Отправлено)\*?[ \t]?:", re.IGNORECASE
)
DATE_FIELD = re.compile(r"[ \t*]{0,12}(?:Päivämäärä|Päiväys|Pvm|Datum|Date|Kuupäev|Dato|Дата)\*?[ \t]?:", re.IGNORECASE)
OTHER_FIELD = re.compile(
    r"[ \t*]{0,12}(?:Vastaanottaja|Kenelle|Saaja|Till|To|An|Kellele|Til|Кому|Aihe|Otsikko|Ämne|Subject|Betreff|Teema|"
    r"Emne|Тема|Kopio|Kopia|Cc)\*?[ \t]?:",
    re.IGNORECASE,
)
DIVIDER = re.compile(
    r"[ \t]*[-_*=]{2,}[ \t]*(?:Alkuperäinen viesti|Välitetty viesti|Edelleenlähetetty viesti|Lainattu viesti|"
    r"Ursprungligt meddelande|Ursprungsmeddelande|Originalmeddelande|Original meddelande|Vidarebefordrat meddelande|"
    r"Vidarebefordrat brev|Original Message|Original Appointment|Forwarded message|Forwarded by [^\n]{0,80}|"
    r"Reply message|Ursprüngliche Nachricht|Weitergeleitete Nachricht|Edastatud kiri|Algne kiri|Algsõnum|"
    r"Opprinnelig melding|Videresendt melding|Oprindelig (?:meddelelse|besked)|Videresendt (?:meddelelse|besked)|"
    r"Исходное сообщение|Пересылаемое сообщение|Перенаправленное сообщение|"
    r"Välitetty viesti / Fwd\.Msg|Original[ -](?:melding|Nachricht)|Antwort Nachricht)[ \t]*[-_*=]{2,}[ \t]*"
    # Samsung's mail program writes all that it quotes into one line.
    r"(?:$|(?:Lähettäjä|Från|From|Von|Saatja|Fra|От)[ \t]?:)",
    re.IGNORECASE,
)
SUBJECT_FIELD = re.compile(
    r"[ \t*]{0,12}(?:Aihe|Otsikko|Ämne|Ärende|Subject|Betreff|Teema|Emne|Тема)\*{0,2}[ \t]?:", re.IGNORECASE
)
REPLY_FIELD = re.compile(
    r"[ \t*]{0,12}(?:Reply-To|Vastausosoite|Svara till|Svar til|Antwort an)\*{0,2}[ \t]?:", re.IGNORECASE
)
ANY_FIELD = re.compile(
    "|".join(
        f"(?:{one.pattern})" for one in (FIRST_FIELD, SENT_FIELD, DATE_FIELD, OTHER_FIELD, SUBJECT_FIELD, REPLY_FIELD)
    ),
    re.IGNORECASE,
)
DIVIDING = ("--", "__", "**", "==", "-_", "_-")
FORWARD = re.compile(
    r"[ \t]*(?:Begin forwarded message|Välitetty viesti alkaa|Alkaa välitetty viesti|Vidarebefordrat (?:brev|mejl)|"
    r"Forwarded message|Videresendt melding|Start på videresendt besked|"
    r"Anfang der weitergeleiteten (?:Nachricht|E-Mail)|"
    r"Начало переадресованного сообщения|Börja vidarebefordrat meddelande)[ \t]?:[ \t]*$",
    re.IGNORECASE,
)
RULE = re.compile(r"[ \t]*[-_*=─]{5,}[ \t]*$")
DEVICE = (
    r"(?:iphone|ipad|ios\b|android|outlook|samsung|galaxy|huawei|honor|xiaomi|oneplus|nokia|motorola|pixel|windows|"
    r"blackberry|yahoo|gmail|proton|thunderbird|mobi|mobil|puhelimes|puhelimel|kännykä|laittees|tabletis|"
    r"sähköpostista|telefon|handy|smartphone|device|телефон|\bmail\b)"
)
PHONE = re.compile(
    r"(?!.*\b(?:ei|on|oli|tuli|eivät|är|var|har|is|was|has|,)\b)[ \t*<(]{0,4}(?:Lähetetty|Skickat (?:från|med)|"
    r"Skickad från|Sänt från|Sent (?:from|with|via|using)|Get Outlook|Hanki Outlook|Hämta Outlook|Skaffa Outlook|"
    r"Lataa Outlook|Ladda ned Outlook|Saadetud|Sendt (?:fra|med)|Отправлено (?:с|из)|Lähettäjä: Samsung|"
    rf"Gesendet (?:von|mit)|Von meinem|Envoyé (?:de|depuis))\b[^\n,]{{0,40}}?{DEVICE}[^\n,]{{0,100}}$",
    re.IGNORECASE,
)
LIST_FOOTER = re.compile(r"_{20,}$")
# The writer says that their answers stand in the quoted text, perhaps in another colour.
BELOW = re.compile(
    r"\b(?:vasta(?:ukse|an|sin|ilin)\w*|komment(?:tini|oin|it)\w*)[^.!?\n]{0,40}"
    r"\b(?:alla|alapuolella|väli(?:in|ssä)|(?:puna|sini)(?:sella|sellä)|punaisella|vihreällä)\b"
    r"|\b(?:mina|mitt|svar(?:en)?|jag svarar)\b[^.!?\n]{0,30}"
    r"\b(?:nedan|nedanför|(?:i|med) (?:rött|blått|grönt))\b"
    r"|\b(?:my|our|see|answers?|answered|replied)\b[^.!?\n]{0,30}\b(?:answers?|replies|comments?)?[^.!?\n]{0,10}"
    r"\b(?:below|inline|in (?:red|blue|green))\b(?! \d)",
    re.IGNORECASE,
)
