"""Words for what recurs: which of a mail are kept as facts, and in which base form they are counted.

Kept are the different words of the subject and the new text as they are written, few and without names, numbers and
addresses; a base form is looked for only when they are counted, since that takes longer than all the rest of a mail.
"""

import re
from collections.abc import Iterator
from typing import Final

from vastine.core.complaint import Complaint
from vastine.core.function_words import WORDS
from vastine.core.mail import Mail
from vastine.core.words import fold
from vastine.core.words.forms import lemmas_in
from vastine.core.words.lexicon import lemma_of

MOST_KEPT: Final = 60  # words of a mail
READ: Final = 3_000  # characters of a mail, from its beginning
SHORTEST: Final = 4
LONGEST: Final = 30
# What a word may stand between; with any of it within, it is none: an address, a number, a product's name.
_AROUND: Final = ".,:;!?()[]{}<>\"'`*_-–—…”“’‘»«|/\\"
# The lists of small words hold nouns of the trade, too, since these tell languages apart. They are no small words here.
_TRADE: Final = """
    ostin tilasin tilaus tilaukseni tilaukseen lasku paketti paketin tullut tullu saanut beställde bestallde
    beställning bestallning faktura paket paketet pengarna tillbaka kommer order ordered arrived refund money back
    call calls
"""
_SMALL: Final = {language: words - frozenset(_TRADE.split()) for language, words in WORDS.items()}
_EVERYWHERE: Final = _SMALL["fi"] | _SMALL["sv"] | _SMALL["en"]
_SMALL_FOR: Final = {language: words | _EVERYWHERE for language, words in _SMALL.items()}


def content_words(mail: Mail, complaint: Complaint) -> tuple[str, ...]:
    """The different words of a mail that may tell what it is about, in lower case, in their order, at most 60.

    None of the customer's name or address is among them.
    """
    small = _SMALL_FOR.get(complaint.language, _EVERYWHERE)
    found: dict[str, None] = {}
    for piece in f"{mail.subject}\n{mail.new_text[:READ]}".lower().split():
        word = piece if piece.isalpha() else piece.strip(_AROUND)
        if SHORTEST <= len(word) <= LONGEST and word not in small and word.isalpha():
            found[word] = None
    theirs = _names(mail, complaint) if found else ()
    return tuple([word for word in found if not fold(word).startswith(theirs)][:MOST_KEPT])


def _names(mail: Mail, complaint: Complaint) -> tuple[str, ...]:
    """The parts of the customer's names and address, bare, as far as they are long enough to be words."""
    known = [complaint.customer.name, complaint.customer.address.partition("@")[0]]
    known += [address.name for address in mail.from_]
    parts = re.findall(r"[^\W\d_]+", fold(" ".join(known).lower()))
    return tuple({_stem(part) for part in parts if len(part) >= SHORTEST})


def _stem(name: str) -> str:
    """What all forms of a name begin with: Meikäläinen, Meikäläisen."""
    return name[:-3] if name.endswith("nen") and len(name) > 5 else name


def base_form(word: str, language: str) -> str:
    """The form under which a word is counted: laskua, laskuni and laskusta are `lasku`.

    A language without a dictionary here counts words as they are written.
    """
    if language not in ("fi", "sv", "en"):
        return word
    if language == "fi":
        return min(_finnish(word), key=lambda lemma: (len(lemma), lemma))
    seen = {word}
    current = word
    for _ in range(2):  # försenat, försenad, försena
        lemma = lemma_of(current, language)
        if lemma is None or lemma in seen or lemma[:1] != word[:1]:
            break
        seen.add(lemma)
        current = lemma
    return current


def _finnish(word: str) -> Iterator[str]:
    yield from lemmas_in(word, "fi") or (word,)
