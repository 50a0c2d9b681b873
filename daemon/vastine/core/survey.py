"""The survey after a resolution: whom it may be sent to, and what number an answer to it holds."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol

from vastine.core.complaint import Complaint
from vastine.core.kind import cannot_be_answered

Ask = Literal["csat", "nps"]

SCALES: Final[dict[str, tuple[int, int]]] = {"csat": (1, 5), "nps": (0, 10)}
USUAL_LOW: Final[dict[str, int]] = {"csat": 2, "nps": 6}  # the unhappy ones, as either scale has them
NOT_AGAIN_WITHIN: Final = timedelta(days=90)  # for one address, whatever the complaint
NOT_LATER_THAN: Final = timedelta(days=7)  # after its time: nobody is asked about what they have forgotten
FEW_WORDS: Final = 3  # beside the number: thanks, a name


class Exclusive(Protocol):
    """What has to be known of the settings: topics about which nobody is asked."""

    @property
    def exclude(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened with a complaint, and with its customer's address, as far as it bears on asking.

    `answered`: a person wrote an answer; `heard`: one since the customer's last mail. `closing_sent`: a mail told them
    just that it is resolved. `unacknowledged`: an acknowledgement stayed away. `bounced`: a mail to the address came
    back lately. `refused`: nobody there wants to be asked, ever. `asked_at` is when they last were;
    `awaited`: they are about to be, about another complaint.
    """

    answered: bool = False
    heard: bool = False
    closing_sent: bool = False
    unacknowledged: bool = False
    bounced: bool = False
    refused: bool = False
    asked_at: datetime | None = None
    awaited: bool = False


def why_not_asked(
    complaint: Complaint, history: History, survey: Exclusive, *, our_addresses: frozenset[str], now: datetime
) -> str | None:
    """Why the customer of a resolved complaint is not asked; None where they are.

    Whoever is not proven to have written to us is asked only where a person has answered that address (R23).
    """
    if reason := cannot_be_answered(complaint.customer, our_addresses):
        return reason
    if complaint.topic in survey.exclude:
        return f"topic '{complaint.topic}' is excluded"
    if history.refused:
        return "the customer wants no surveys"
    if history.bounced or complaint.undeliverable:
        return "mail to the customer's address came back"
    if history.asked_at is not None and now - history.asked_at < NOT_AGAIN_WITHIN:
        return f"the customer was asked within {NOT_AGAIN_WITHIN.days} days"
    if history.awaited:
        return "the customer is about to be asked about another matter"
    if (kind := complaint.decision.get("kind", "person")) != "person":
        return f"it began with a mail that is {kind}"
    if not history.answered and (history.unacknowledged or not complaint.authenticated):
        return "no person answered, and the sender is not one to be written to unasked"
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a customer answered: the number, the text besides it, and whether they want no more surveys."""

    score: int | None
    comment: str
    refuses: bool = False

    @property
    def says_more(self) -> bool:
        """Whether the text besides the number is for somebody to read: a question, or more than a few words."""
        said = _SIGN_OFF.split(self.comment)[0]
        return "?" in said or len(re.findall(r"\w+", said)) > FEW_WORDS


def read_answer(own_text: str, ask: str) -> Answer:
    """Find the number in what a customer wrote: a line of its own, or what a text begins with, on that scale.

    Two different numbers, a part of one (4.5), another scale (7/10 for 1 to 5) or a count (*2 kertaa*) are no answer:
    rather none than a wrong one. What is left besides the number is the comment.
    """
    lines = [_plain(line) for line in own_text[:_LONGEST].split("\n")]
    refuses = any(_REFUSAL.fullmatch(line) for line in lines)
    lines = [line for line in lines if line and not _REFUSAL.fullmatch(line)]
    scale = SCALES[ask]
    alone = [_number(_ALONE, line, scale) for line in lines]
    scores = {score for score in alone if score is not None}
    if len(scores) == 1:
        rest = [line for line, score in zip(lines, alone, strict=True) if score is None]
        return Answer(score=scores.pop(), comment="\n".join(rest), refuses=refuses)
    first = next((place for place, line in enumerate(lines) if not _GREETING.fullmatch(line)), None)
    if scores or first is None or any(_ITEM.match(line) for line in lines[first + 1 :]):
        return Answer(score=None, comment="\n".join(lines), refuses=refuses)
    for pattern in (_BEFORE_TEXT, _NAMED):
        if (score := _number(pattern, lines[first], scale)) is not None:
            after = pattern.sub("", lines[first], count=1).strip(_MARKS)
            rest = [*lines[:first], after, *lines[first + 1 :]]
            return Answer(score=score, comment="\n".join(each for each in rest if each), refuses=refuses)
    return Answer(score=None, comment="\n".join(lines), refuses=refuses)


_LONGEST = 20_000
_MARKS = " \t.,:;!–—-"
# Emphasis, keycaps and what programs put between characters.
_UNSEEN = dict.fromkeys(
    (0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0x20E3, 0xAD, 0xFE0F, 0xFEFF, *map(ord, "*_`"))
) | {0xBD: ".5"}
_WORDS: Final = {
    word: value
    for value, words in enumerate(
        (
            "nolla noll zero",
            "yksi ykkönen ett en etta one",
            "kaksi kakkonen två tva tvåa two",
            "kolme kolmonen tre trea three",
            "neljä nelja nelonen fyra four",
            "viisi viitonen vitonen fem femma five",
            "kuusi kuutonen sex sexa six",
            "seitsemän seitseman seiska sju sjua seven",
            "kahdeksan kasi åtta atta eight",
            "yhdeksän yhdeksan ysi nio nia nine",
            "kymmenen kymppi tio tia ten",
        )
    )
    for word in words.split()
}
_DIGITS = r"(?P<digits>(?<![\w.,/+−–-])\d{1,2}(?![\w½]|[.,:–-]\d))"
_SPELLED = rf"(?P<word>{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b"
_NUMBER = rf"(?:{_DIGITS}|{_SPELLED})"
_OF = r"(?:\s*/\s*(?P<of>\d{1,3})(?![\d.,]*\d)|\s+(?:out of|of|av|kautta)\s+(?P<of_words>\d{1,3})\b)?"
_UNIT = r"(?:\s*(?:tähteä|tähden|pistettä|piste|pts?|stjärn(?:a|or)|poäng|stars?|points?))?"
_GRADE = (
    r"(?:(?:minun |minulta |mun |oma |min |mitt |my |our |the |kokonais)?"
    r"(?:arvosana(?:ni|ksi|n)?|arvosanat|arvioni|arvio|pisteet|numero|nro|vastaukseni|vastaus|"
    r"betyget|betyg|poängen|svaret|svar|siffran|nummer|rating|score|grade|mark|answer)"
    r"(?:\s+(?:on|olisi|är|blir|is|would be|of))?)"
)
_GIVING = (
    r"(?:(?:minä |mä |jag |i |we |vi )?(?:annan|antaisin|annamme|saatte|saat|ger|skulle ge|give|would give|['’]d give|"
    r"i['’]d give|i['’]ll give)(?:\s+(?:teille|sulle|sinulle|palvelulle|er|dig|you|it|a|an|den|det|this|arvosanaksi|"
    r"arvosanan|pisteitä|betyget|betyg|numeron|a score of|a rating of)){0,3})"
)
_LEAD = rf"(?:(?:{_GRADE}|{_GIVING})\s*[:=]?\s*)"
_THANKS = r"(?:kiitos|kiitti|kiitoksia|tack|thanks|thank you|thx)"
_TAIL = rf"(?:\s*[+-])?[^\w\d½%€$£]*(?:{_THANKS}[^\w]*)?"
_FLAGS = re.IGNORECASE
_ALONE = re.compile(rf"[^\w\d+−–#(-]*{_LEAD}?{_NUMBER}{_OF}{_UNIT}{_TAIL}", _FLAGS)
# "5, kiitos avusta", "5 - hieno palvelu", "4/5. Hyvin meni"; not "5 päivää", "5-vuotias", "1) Missä paketti?", "3 - 4".
_BEFORE_TEXT = re.compile(
    rf"[^\w\d+−–#(-]*{_LEAD}?{_NUMBER}{_OF}{_UNIT}(?:\s*[,;!:.](?=\s|$)|\s+[–—-](?=\s)|\s*[☺-➿\U0001F300-\U0001FAFF]|"
    rf"(?=\s+{_THANKS}\b))(?!\s*\d)",
    _FLAGS,
)
_NAMED = re.compile(rf"[^\w\d]*{_GRADE}\s*[:=]?\s*{_NUMBER}{_OF}{_UNIT}(?!\s*[-–—]?\s*\d|\s*[%€$£])", _FLAGS)
_ITEM = re.compile(r"\d{1,2}[.)]\s")
_GREETING = re.compile(
    r"(?:hei|moi|moikka|terve|hyvää päivää|päivää|huomenta|hej|hejsan|god dag|hello|hi|dear|good morning|good day)"
    r"(?:\s+[^\d.!?]{1,40})?[\s,.!]*",
    _FLAGS,
)
_SIGN_OFF = re.compile(
    r"^\W*(?:(?:ystävällisin |parhain |lämpimin )?terveisin|yst\.? ?terv|terv|yt|t|med vänlig(?:a)? hälsning(?:ar)?|"
    r"vänligen|hälsningar|mvh|hälsar|(?:kind|best|warm) regards|regards|br|best|cheers|sincerely)\b(?=[.,:;!\s]|$)",
    _FLAGS | re.MULTILINE,
)
_REFUSAL = re.compile(
    r"[#\s]*(?:stop|stopp|seis|lopeta(?:kaa)?|unsubscribe|avsluta|peru(?:uta)? kyselyt|"
    r"ei (?:enää |enempää |kiitos )*kysely(?:itä|jä|ille)(?: kiitos)?|ei kyselyitä enää|"
    r"en halua (?:enää |lisää |näitä |teidän )*kysely(?:itä|jä)|älkää lähettäkö (?:enää |näitä )*kysely(?:itä|jä)|"
    r"(?:nej tack,? )?(?:inga|inte) (?:fler |flera |mera |mer )?(?:enkäter|undersökningar)(?: tack)?|"
    r"(?:please )?(?:do not|don['’]t) send (?:me )?(?:any )?(?:more )?surveys|"
    r"jag vill inte (?:ha|få) (?:fler |några )*enkäter|"
    r"no (?:more )?surveys?(?: please)?)[\s.!]*",
    _FLAGS,
)


def _plain(line: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", line.translate(_UNSEEN))).strip()


def _number(pattern: re.Pattern[str], line: str, scale: tuple[int, int]) -> int | None:
    """The number of a line that the pattern fits, where it lies on the scale."""
    if set(line) <= _STARS and line and pattern is _ALONE:
        value = len(line.replace(" ", ""))
        return value if scale == SCALES["csat"] and value <= scale[1] else None
    match: Callable[[str], re.Match[str] | None] = pattern.fullmatch if pattern is _ALONE else pattern.match
    found = match(line)
    if found is None:
        return None
    of = found["of"] or found["of_words"]
    value = int(found["digits"]) if found["digits"] else _WORDS[found["word"].lower()]
    within = scale[0] <= value <= scale[1] and (of is None or int(of) == scale[1])
    return value if within else None


_STARS = frozenset("★⭐ ")
