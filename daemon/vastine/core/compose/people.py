"""How a customer is addressed: by first name where the display name surely has one, else by none."""

import re

from vastine.core.mail import Address
from vastine.texts import texts_in

# A part of a name: letters, written Large then small, with a hyphen or an apostrophe inside (Anna-Liisa, O'Brien).
_CAPITALISED = re.compile(r"[^\W\d_][^\W\d_]*(?:['’-][^\W\d_]+)*")
_FIRST = re.compile(r"[^\W\d_][^\W\d_]+(?:-[^\W\d_]{2,})?")
_PARTICLES = frozenset({"von", "van", "af", "av", "de", "der", "den", "da", "di", "la", "le", "du", "al", "bin"})
_COMPANY_WORDS = """
oy oyj ab abp ltd inc llc plc gmbh ag as asa sa oü tmi ky ay ry rf osk
asiakaspalvelu myynti laskutus toimisto tuki ylläpito yritys yhtiö kauppa verkkokauppa palvelu kunta kaupunki
kundservice kundtjänst försäljning support sales service info office team admin noreply customer help desk
helpdesk company group shop store newsletter notification notifications bot mailer daemon postmaster via
"""
_NO_PERSON = frozenset(_COMPANY_WORDS.split())
LONGEST_FIRST_NAME = 25


def first_name(display_name: str) -> str | None:
    """*Matti* from "Matti Meikäläinen" or "Meikäläinen, Matti"; None where it may be no person's first name.

    A single word may be a company, capitals do not tell the surname from the first name, and a surname on -nen in
    front is one: no name is better than a wrong one.
    """
    last, comma, first = display_name.strip().strip("\"'").partition(",")
    words = (f"{first} {last}" if comma else last).split()
    if not 2 <= len(words) <= 4 or not all(_is_name_part(word) for word in words):
        return None
    name = words[0]
    if not _FIRST.fullmatch(name) or name.casefold().endswith("nen") or len(name) > LONGEST_FIRST_NAME:
        return None
    return name


def greeting(customer: Address, *, authenticated: bool, language: str) -> str:
    """The first line of a mail to a customer; the name of a sender who is not authenticated is not repeated (R23)."""
    texts = texts_in(language).customer
    name = first_name(customer.name) if authenticated else None
    return texts["greeting_by_name"].format(name=name) if name else texts["greeting"]


def _is_name_part(word: str) -> bool:
    if word.casefold().strip(".") in _NO_PERSON:
        return False
    return word in _PARTICLES or bool(_CAPITALISED.fullmatch(word) and word[0].isupper() and not word.isupper())
