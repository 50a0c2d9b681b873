"""Nobody but a member acts by mail, whatever is mixed; a member's reply is understood, whatever program wrote it."""

from functools import cache

import pytest

from flows.clients import CLIENTS, Client, Language, Reply
from flows.matrix import Judged, all_judged, counts, wanted
from flows.office import CHECKED, Octets, desk_after, events, office, only, opened, parsed, rules, sent, take, told
from vastine.core.office import Office
from vastine.core.outgoing import Outgoing
from vastine.core.quote import MARKER_PHRASES
from vastine.core.story import Story

MATTI = "matti@posti.example"

# --- who may act


def described(found: list[Judged]) -> str:
    return "\n".join(f"{each.mix}: {'; '.join(each.faults)}" for each in found[:20])


def test_no_mix_of_sender_proof_token_and_content_lets_anybody_but_the_member_act() -> None:
    found = all_judged()
    print(counts(found))
    assert len(found) >= 500
    assert [str(each.mix) for each in found if each.false_accept] == [], counts(found)


def test_every_mix_ends_as_the_specification_says_and_reaches_nobody_else() -> None:
    found = [each for each in all_judged() if each.faults]
    assert not found, described(found)


def test_a_member_who_is_proven_by_any_means_may_act() -> None:
    entitled = [each for each in all_judged() if wanted(each.mix) == "accepted"]
    assert len({each.mix.proof.name for each in entitled}) >= 8
    assert {each.fate for each in entitled} == {"accepted"}


# --- programs that staff write with

WORDS: dict[Language, tuple[str, ...]] = {
    "fi": (
        "Korjaamme pyörän huomenna.",
        "Hei,\n\npahoittelut viiveestä. Uusi poljin lähti tänään, ja se on perillä jo perjantaina.\n\nTerv.\nAnna",
        "Hei,\n\ntarvitsemme:\n- kuvan polkimesta\n- tilausnumeron\n\nOhje: https://yritys.example/a?kieli=fi\n\nAnna",
        "Kirjoitit, että poljin irtosi: vaihdamme sen. Lähettäjä: maksaa postikulut.\nHinta 0 €.",
    ),
    "sv": (
        "Vi lagar cykeln i morgon.",
        "Hej,\n\nvi beklagar förseningen. En ny pedal lämnade lagret i dag och är framme på fredag.\n\nHälsn.\nAnna",
        "Hej,\n\nvi behöver ännu:\n- en bild på pedalen\n- ordernumret\n\nhttps://yritys.example/hjalp\n\nAnna",
        "Du skrev att pedalen lossnade: vi byter den. Från: vårt lager i Åbo.\nPris 0 €.",
    ),
    "en": (
        "We will mend the bicycle tomorrow.",
        "Hello,\n\nwe are sorry for the delay. A new pedal left today and will be with you by Friday.\n\nRegards\nAnna",
        "Hi,\n\nwe still need:\n- a picture of the pedal\n- the number of your order\n\nhttps://yritys.example/help\n\nA.",
        "You wrote that the pedal came off: we replace it. From: our warehouse in Turku.\nPrice 0 €.",
    ),
}
SIGNATURE = "Anna Virtanen\nYritys Oy | Asiakaspalvelu\npuh. +358 40 555 0199 | www.yritys.example"
ALL_WORDS = [(language, number) for language in WORDS for number in range(4)]


@cache
def company(language: Language) -> tuple[Office, Story]:
    """An office whose Anna reads this language, and the complaint that she was sent."""
    hers = ("anna@yritys.example, languages: [fi, sv]", f"anna@yritys.example, languages: [{language}]")
    at = office(policy=CHECKED, rulebook=rules(hers), random=Octets(language))
    text = (
        "Hei,\n\nostamani pyörä on rikki jo nyt. Poljin irtosi, enkä pääse töihin.\n\nYstävällisesti\nMatti Meikäläinen"
    )
    return at, opened(at, text=text)


@cache
def replied(client: Client, language: Language, words: str, signature: str = "") -> Story:
    """What follows when Anna answers the routed mail with that program."""
    at, first = company(language)
    routed = only(first, "routed")
    raw = client.write(Reply(answered=routed, words=words, language=language, signature=signature))
    return take(raw, at=at, desk=desk_after(first), language=language)


def said(story: Story) -> str:
    """What the customer reads."""
    return parsed(only(story, "answer")).text.strip()


def ours_in(text: str, routed: Outgoing) -> list[str]:
    """What of our routed mail stands in a text."""
    lines = [line.strip("| ") for line in parsed(routed).text.split("\n")]
    pieces = [*MARKER_PHRASES, *(line for line in lines if len(line) > 8), "+s.", "mailto:", "[V-"]
    return [piece for piece in pieces if piece in text]


by_client = pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)


@by_client
@pytest.mark.parametrize(("language", "number"), ALL_WORDS)
def test_a_reply_reaches_the_customer_in_the_members_own_words(client: Client, language: Language, number: int) -> None:
    words = WORDS[language][number]
    story = replied(client, language, words)
    assert (told(story, "answer"), client.shown(said(story))) == ([MATTI], client.sends(words))


@by_client
@pytest.mark.parametrize(("language", "number"), ALL_WORDS)
def test_nothing_of_our_mail_goes_along(client: Client, language: Language, number: int) -> None:
    story = replied(client, language, WORDS[language][number])
    assert ours_in(said(story), only(company(language)[1], "routed")) == []


@pytest.mark.parametrize("client", [client for client in CLIENTS if client.signs], ids=lambda client: client.name)
@pytest.mark.parametrize("language", WORDS)
def test_a_signature_that_the_program_adds_above_the_quotation_goes_along(client: Client, language: Language) -> None:
    words = WORDS[language][1]
    story = replied(client, language, words, SIGNATURE)
    assert client.shown(said(story)) == client.sends(f"{words}\n\n{SIGNATURE}")


@by_client
@pytest.mark.parametrize(("language", "command"), [("fi", "#ratkaistu"), ("sv", "#löst"), ("en", "#resolve")])
def test_a_command_above_the_answer_takes_effect(client: Client, language: Language, command: str) -> None:
    story = replied(client, language, f"{command}\n\n{WORDS[language][0]}")
    assert events(story) == ["answered", "resolved"]
    assert client.shown(said(story)) == client.sends(WORDS[language][0])


@by_client
@pytest.mark.parametrize("language", WORDS)
def test_a_reply_without_a_word_of_the_members_own_comes_back(client: Client, language: Language) -> None:
    story = replied(client, language, "")
    assert (sent(story, "answer"), told(story)) == ([], ["anna@yritys.example"])


@by_client
def test_a_mistyped_command_comes_back_from_every_program(client: Client) -> None:
    story = replied(client, "fi", "#ratkiastu\n\nKorjattu.")
    assert (events(story), told(story)) == (["returned"], ["anna@yritys.example"])
