"""What a customer's follow-up is, where that alone decides what happens: thanks, a chaser, or the word for the status.

In doubt it is `other`: a complaint reopened for a thank-you costs a minute, one that stays closed costs a customer.
"""

import re
from typing import Final, Literal

from vastine.core import follow_up_phrases as phrases
from vastine.core.complaint import Complaint
from vastine.core.function_words import WORDS
from vastine.core.joining import begins_anew
from vastine.core.mail import Mail
from vastine.core.quote import own_text
from vastine.core.quote_patterns import PHONE
from vastine.core.subject import bare_subject
from vastine.core.words import fold

Meaning = Literal["thanks", "chaser", "status", "other"]

_LONGEST: Final = 5_000  # characters; who writes more has something to say
_LONGEST_CLAUSE: Final = 160
_LONGEST_NAME: Final = 4  # words
_MOST_WORDS: Final = 20  # of a clause that is thanks
_MOST_BELOW: Final = 6  # lines of a signature
_CLAUSES = re.compile(r"[.!;:,…\n()]+|\s[–—-]+\s|\?+")
_EMOTICONS = re.compile(
    "[\U0001f44c\U0001f44d\U0001f64f\U0001f600-\U0001f60a\u263a\u2764\ufe0f\U0001f3fb-\U0001f3ff]+|(?<!\\S)[:;]-?[)D](?!\\S)|<3"
)
_AND = re.compile(r"^(?:ja|och|and|sekä|samt)\s", re.IGNORECASE)
_NAME_PART = re.compile(r"[^\W\d_]\.?|[^\W\d_][^\W\d_]*(?:['’-][^\W\d_]+)*")
_CONTACT = re.compile(
    r"(?:(?:puh|puhelin|gsm|tel|tfn|mob|mobil|phone|p|m|t)[.:]{0,2} ?)?\+?[\d ()/-]{6,24}|[^\s@]{1,64}@[^\s@]{1,190}|"
    r"(?:https?://|www\.)\S{1,200}",
    re.IGNORECASE,
)
_PARTICLES: Final = frozenset({"von", "van", "af", "av", "de"})
# What is written like a name below a thank-you, and is none: "Kiitos\nRikki".
_NO_NAME = re.compile(
    r"(?:rikki|risa|vika|vian|viat|virhe|väär|taas|uudel|uudes|jälleen|puuttu|myöhäs|huono|surke|pettyn|apua|kiire|"
    r"laite|lasku|raha|paketti|tuote|trasig|sönder|fel|saknas|försen|dålig|igen|hjälp|faktura|pengar|paket|"
    r"broken|wrong|faulty|missing|late|again|help|urgent|refund|invoice|defect|useless|terrible|bad|never|nothing|nope|"
    r"ingenting|inget|not|no)",
    re.IGNORECASE,
)
_SMALL_WORDS: Final = frozenset(
    fold(word) for language in ("fi", "sv", "en") for word in WORDS[language] if len(word) > 1
)


def _compiled(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{fold(pattern)})" for pattern in patterns))


_STATUS: Final = frozenset(fold(word) for word in phrases.STATUS)
_GREETING = _compiled(phrases.GREETING)
_SIGN_OFF = _compiled(phrases.SIGN_OFF)
_GRATITUDE = _compiled(*phrases.GRATITUDE)
_ALL_WELL = _compiled(*phrases.ALL_WELL)
_CHASER = _compiled(*phrases.CHASER)
_STILL = re.compile("|".join(map(fold, phrases.STILL)))
_BUT = re.compile(rf"(?<!\w)(?:{phrases.BUT})(?!\w)", re.IGNORECASE)
_PARTS = re.compile(rf"({_CLAUSES.pattern})")
_SENTENCES = re.compile(r"(?<=[.!?…])\s+|\n+")


def meaning_of(mail: Mail, complaint: Complaint) -> Meaning:
    """What a mail that continues this complaint is. A subject that says something new makes it `other`."""
    bare = bare_subject(mail.subject)
    if not own_text(mail.text):
        return "status" if what_it_is(bare) == "status" else "other"
    found = what_it_is(mail.new_text)
    if found in ("thanks", "status"):
        if mail.attachments or mail.defects or (begins_anew(mail, complaint) and what_it_is(bare) == "other"):
            return "other"
        return "status" if what_it_is(bare) == "status" else found
    return found


def asks_status(mail: Mail) -> bool:
    """Whether a mail may be the question how things stand, whatever it continues."""
    return any(
        _may_be_status(text) and what_it_is(text) == "status" for text in (mail.new_text, bare_subject(mail.subject))
    )


def _may_be_status(text: str) -> bool:
    """A cheap look before the whole one: every mail is asked, and few name the word."""
    if len(text) > _LONGEST:
        return False
    plain = _plain(text)
    return any(word in plain for word in _STATUS)


def says_still(text: str) -> bool:
    """Whether a text says that something still fails, or has not happened yet."""
    return _STILL.search(_plain(_EMOTICONS.sub(" ", text[:_LONGEST]))) is not None


def besides_courtesy(text: str) -> str:
    """The text without greetings, thanks and ends of letters, and without what is only said before a *but*: *Kiitos
    hyvästä palvelusta, mutta ...*. What is longer than a follow-up usually is stays whole.
    """
    if len(text) > _LONGEST:
        return text
    kept: list[str] = []
    for sentence in _SENTENCES.split(text):
        before, said = _after_but(sentence)
        if said != sentence and not before and kept:
            kept.pop()  # the *but* begins a sentence, and is about the one before
        if said := "".join(_without_thanks(part) for part in _PARTS.split(said)).strip():
            kept.append(said)
    return "\n".join(kept)


def _after_but(sentence: str) -> tuple[str, str]:
    """What stands before the last *but* of a sentence and behind it, where that is more than thanks; else all of it
    behind.
    """
    for found in reversed(list(_BUT.finditer(sentence))):
        if not _is_thanks(_clauses_of(rest := sentence[found.end() :])) and re.search(r"\w", rest):
            return sentence[: found.start()].strip(), rest
    return "", sentence


def _without_thanks(clause: str) -> str:
    """The clause without what is fine at its beginning (*Kiitos avusta rahat tulivat väärälle tilille*)."""
    words = clause.strip(" \t\"'*_-–/<>#|~•").split()
    words = words[1:] if words and _BUT.fullmatch(words[0]) and _is_fine(words[1:]) else words
    for end in range(min(len(words), _MOST_WORDS), 0, -1):
        if _is_fine(words[:end]):
            return " ".join(words[end:])
    return clause


def signs_off(line: str) -> bool:
    """Whether a line is the end of a letter (*Ystävällisin terveisin*), with a name or without."""
    return _matches_with_name(_SIGN_OFF, line.strip(" ,.!"))


def what_it_is(text: str) -> Meaning:
    """What the new text of a mail is, in any of the three languages.

    `thanks`: nothing but gratitude, and that all is well. `chaser`: somewhere it asks where our answer stays.
    `status`: that word alone. Greetings, names and signatures do not count.
    """
    if len(text) > _LONGEST:
        return "other"
    lines = _without_signature([line for line in _EMOTICONS.sub(" ", text).split("\n") if line.strip()])
    clauses = [clause for line in lines for clause in _clauses_of(line)]
    said = [clause for clause in clauses if not _is_polite(clause)]
    if len(said) == 1 and _plain(said[0]) in _STATUS:
        return "status"
    if any(_matches(_CHASER, clause) for clause in clauses):
        return "chaser"
    if "?" not in text and _is_thanks(said):
        return "thanks"
    return "other"


def _without_signature(lines: list[str]) -> list[str]:
    """The lines without names, numbers and addresses at the end, and without the advertisement of a telephone."""
    lines = [line for line in lines if len(line) > 200 or not PHONE.match(line)]
    for _ in range(_MOST_BELOW):
        last = lines[-1].strip(" ,.!-–/*") if len(lines) > 1 else ""
        if not (_CONTACT.fullmatch(last) or (_is_name(last) and not _is_known(last))):
            break
        lines = lines[:-1]
    return lines


def _clauses_of(line: str) -> list[str]:
    return [clause for part in _CLAUSES.split(line) if (clause := part.strip(" \t\"'*_-–/<>#|~•"))]


def _is_polite(clause: str) -> bool:
    """Whether it is a greeting or the end of a letter, with a name or without."""
    return _matches_with_name(_GREETING, clause) or _matches_with_name(_SIGN_OFF, clause)


def _is_known(clause: str) -> bool:
    """Whether it says something that is looked for, however much it is written like a name."""
    known = (_GREETING, _SIGN_OFF, _GRATITUDE, _ALL_WELL, _CHASER)
    return _plain(clause) in _STATUS or any(_matches(pattern, clause) for pattern in known)


def _is_thanks(said: list[str]) -> bool:
    """Whether all that is said is thanks or well, and something is. The last clause may be a name."""
    if len(said) > 1 and _is_name(said[-1]):
        said = said[:-1]
    return bool(said) and all(_is_fine(clause.split()) for clause in said)


def _is_fine(words: list[str]) -> bool:
    """Whether these words are thanks, wishes, or that all is well, one after another (*kiitti asia hoitui*)."""
    fine = {0}  # how many words are accounted for
    for end in range(1, min(len(words), _MOST_WORDS) + 1):
        if any(_says_fine(" ".join(words[start:end])) for start in sorted(fine)):
            fine.add(end)
    return len(words) in fine


def _says_fine(clause: str) -> bool:
    clause = _AND.sub("", clause)
    return _is_polite(clause) or _matches_with_name(_GRATITUDE, clause) or _matches(_ALL_WELL, clause)


def _matches(pattern: re.Pattern[str], clause: str) -> bool:
    return len(clause) <= _LONGEST_CLAUSE and pattern.fullmatch(_plain(clause)) is not None


def _matches_with_name(pattern: re.Pattern[str], clause: str) -> bool:
    """Whether it matches as it is, or without a name at its end (*Kiitos Anna*)."""
    if _matches(pattern, clause):
        return True
    words = clause.split()
    return any(
        _is_name(" ".join(words[count:])) and _matches(pattern, " ".join(words[:count]))
        for count in range(max(1, len(words) - _LONGEST_NAME), len(words))
    )


def _is_name(text: str) -> bool:
    """Whether it is written like a name: a few capitalised words, none of which says that something is wrong."""
    words = text.split()
    return (
        0 < len(words) <= _LONGEST_NAME
        and words[0] not in _PARTICLES
        and all(
            word in _PARTICLES
            or (
                _NAME_PART.fullmatch(word)
                and word[0].isupper()
                and not _NO_NAME.match(word)
                and _plain(word) not in _SMALL_WORDS
            )
            for word in words
        )
    )


def _plain(clause: str) -> str:
    """In lower case, without diacritics, blanks made one."""
    return fold(" ".join(clause.replace("’", "'").lower().split()))
