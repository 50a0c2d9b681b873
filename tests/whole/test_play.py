"""A play in acts: Matti complains, Anna and Ville answer, each from their own mailbox and with nothing but mail.

After each act every mail that came is looked at; at the end, all that Matti has, in order.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mixed_texts import SUPPORT
from servers.dovecot import Dovecot
from servers.smtp_peer import SmtpPeer
from vastine.demo.letters import Letter
from whole.desk import RULES, Desk, Shown
from whole.post import Player, Post, reply_address

pytestmark = [pytest.mark.whole, pytest.mark.dovecot]
HOLD = "4s"
SURVEY = "survey: {after: 20s, low: 2, reopen: true, tell: [lead]}\n"
COMPLAINT = "Hei,\n\nkortiltani veloitettiin tilaus 10293 kahdesti.\nPyydän rahat takaisin.\n\nMatti"
MISTYPED = "#ratkastu\n\nHei Matti, palautus on tehty, erehdyksen kautta.\n\nAnna"
NOTE = "Asiakas soitti jo eilen ja oli vihainen, SISÄINEN HUOMAUTUS."
UNDONE = "Hei Matti, emme palauta mitään, tämän ei pitänyt lähteä."
ANSWER = "Hei Matti,\n\npalautamme ylimääräisen summan tänään.\n\nAnna"
CHASER = "Milloin rahat näkyvät tililläni? Onko siitä jo tietoa?"
RESOLUTION = "Hei Matti, rahat ovat nyt tililläsi."
AGAIN = "Hei Matti, pankki on nyt vahvistanut palautuksen."
STILL = "Ei toimi vieläkään: rahat eivät ole tulleet."
SECOND = "Hei, nyt myös huolto 55810 on laskutettu kahdesti.\n\nMatti"
LATER = "Huollosta vielä: se tehtiin toukokuussa."
INTERNAL = ("SISÄINEN", "erehdyksen kautta", "ei pitänyt lähteä", "#", "yläpuolelle", "mailto:", "Vastuussa", "Luvattu")
TOKEN = re.compile(r"\+s\.([a-z2-7]{26})@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """The stage, and who stands on it."""

    desk: Desk
    matti: Player
    anna: Player
    ville: Player
    maija: Player

    def show(self, reference: str) -> Shown:
        shown: Shown = self.desk.ask("show", reference)
        return shown

    def nobody_else_got_anything(self) -> None:
        """Each has looked at all that came for them in this act."""
        for player in (self.matti, self.anna, self.ville, self.maija):
            player.news()


@pytest.fixture
def play(tmp_path: Path, dovecot: Dovecot) -> Iterator[Play]:
    post = Post(dovecot=dovecot)
    with SmtpPeer(on_mail=post.carry) as smtp:
        desk = Desk(folder=tmp_path, dovecot=dovecot, smtp=smtp, user=f"desk-{tmp_path.name}").furnish(
            rules=f"{RULES}\n{SURVEY}"
        )
        settings = desk.settings.read_text(encoding="utf-8")
        held = settings.replace('hold_replies = "0s"', f'hold_replies = "{HOLD}"')
        assert held != settings
        desk.settings.write_text(held, encoding="utf-8")
        post.boxes[SUPPORT] = desk.user
        matti, anna, ville, maija = (
            Player(name=name, address=address, post=post, smtp_port=smtp.port)
            for name, address in (
                ("Matti Meikäläinen", "matti@posti.example"),
                ("Anna Virtanen", "anna@pohjolanpyora.example"),
                ("Ville Laine", "ville@pohjolanpyora.example"),
                ("Maija Koski", "maija@pohjolanpyora.example"),
            )
        )
        desk.start()
        yield Play(desk=desk, matti=matti, anna=anna, ville=ville, maija=maija)
        desk.close()


def test_the_play(play: Play) -> None:
    routed, acknowledgement = he_complains(play)
    reference = routed.reference
    she_mistypes_a_command(play, routed)
    she_leaves_a_note(play, routed)
    she_answers_and_thinks_better_of_it(play, routed)
    answer = she_answers(play, routed, to=acknowledgement)
    follow_up = he_asks_again(play, answer)
    handed_over = she_hands_it_over(play, follow_up)
    he_resolves_it(play, handed_over, RESOLUTION)
    survey = he_is_asked(play, handed_over)
    he_is_not_satisfied(play, survey)
    closing = he_resolves_it(play, handed_over, AGAIN)
    it_does_not_work_yet(play, closing)
    second = he_complains_about_another_matter(play, reference)
    she_merges_it(play, second, into=reference)
    he_writes_on_in_the_merged_one(play, reference)
    the_curtain_falls(play)


def he_complains(play: Play) -> tuple[Letter, Letter]:
    written = play.matti.write(SUPPORT, "Lasku veloitettu kahdesti", COMPLAINT)
    [acknowledgement] = play.matti.news("acknowledgement")
    [routed] = play.anna.news("routed")
    reference = routed.reference
    assert acknowledgement.header("In-Reply-To") == written
    assert acknowledgement.header("Auto-Submitted") == "auto-replied"
    assert SUPPORT in acknowledgement.header("From")
    assert reference in acknowledgement.text
    assert routed.subject == f"[{reference}] [normal] Lasku veloitettu kahdesti"
    assert all(f"| {line}".rstrip() in routed.text for line in COMPLAINT.split("\n"))
    shown = play.show(reference)
    assert (shown["status"], shown["assignee"], shown["topic"]) == ("open", "anna", "payment")
    play.nobody_else_got_anything()
    return routed, acknowledgement


def she_mistypes_a_command(play: Play, routed: Letter) -> None:
    play.anna.reply(routed, MISTYPED)
    [returned] = play.anna.news("returned")
    assert MISTYPED.partition("\n\n")[2] in returned.text
    assert "#ratkastu" in returned.text
    assert "#ratkaistu" in returned.text
    shown = play.show(routed.reference)
    assert (shown["status"], shown["events"][-1]["kind"]) == ("open", "returned")
    play.nobody_else_got_anything()


def she_leaves_a_note(play: Play, routed: Letter) -> None:
    play.anna.reply(routed, f"#huomautus\n{NOTE}")
    [confirmation] = play.anna.news("confirmation")
    assert "huomautukseksi" in confirmation.text
    assert play.show(routed.reference)["events"][-1]["detail"]["text"] == NOTE
    play.nobody_else_got_anything()


def she_answers_and_thinks_better_of_it(play: Play, routed: Letter) -> None:
    play.anna.reply(routed, UNDONE)
    [sending] = play.anna.news("confirmation")
    assert "#peru" in sending.text
    play.anna.reply(sending, "#peru")
    [undone] = play.anna.news("confirmation")
    assert "Peruttu" in undone.text
    shown = play.show(routed.reference)
    assert [event["kind"] for event in shown["events"][-2:]] == ["answered", "undone"]
    assert not [mail for mail in shown["mails"] if mail["kind"] == "answer" and mail["state"] in ("held", "sent")]
    play.nobody_else_got_anything()


def she_answers(play: Play, routed: Letter, *, to: Letter) -> Letter:
    play.anna.reply(routed, ANSWER)
    play.anna.news("confirmation")
    [answer] = play.matti.news("answer")
    his = play.matti.sent[0]
    assert answer.header("In-Reply-To") == his
    assert his in answer.header("References").split()
    assert answer.header("Message-ID") != to.header("Message-ID")
    assert SUPPORT in answer.header("From")
    assert answer.header("To").endswith("matti@posti.example>")
    assert answer.header("Auto-Submitted") == ""
    assert reply_address(answer).startswith("asiakaspalvelu+c.")
    assert ANSWER in answer.text
    play.nobody_else_got_anything()
    return answer


def he_asks_again(play: Play, answer: Letter) -> Letter:
    play.matti.reply(answer, CHASER)
    [follow_up] = play.anna.news("follow_up")
    assert f"| {CHASER}" in follow_up.text
    shown = play.show(follow_up.reference)
    assert (shown["first_replied_at"] is not None, shown["events"][-1]["kind"]) == (True, "customer_wrote")
    play.nobody_else_got_anything()
    return follow_up


def she_hands_it_over(play: Play, follow_up: Letter) -> Letter:
    play.anna.reply(follow_up, "#siirrä ville")
    [confirmation] = play.anna.news("confirmation")
    [routed] = play.ville.news("routed")
    assert "Ville Laine" in confirmation.text
    assert f"| {CHASER}" in routed.text
    assert (routed.reference, play.show(routed.reference)["assignee"]) == (follow_up.reference, "ville")
    play.nobody_else_got_anything()
    return routed


def he_resolves_it(play: Play, routed: Letter, text: str) -> Letter:
    play.ville.reply(routed, f"#ratkaistu\n\n{text}")
    play.ville.news("confirmation")
    [answer] = play.matti.news("answer")
    assert text in answer.text
    assert answer.header("In-Reply-To") == play.matti.sent[1]
    [beside] = play.anna.news("confirmation")  # she answered him only minutes ago
    assert "Ville Laine" in beside.text
    assert play.show(routed.reference)["status"] == "resolved"
    play.nobody_else_got_anything()
    return answer


def he_is_asked(play: Play, routed: Letter) -> Letter:
    [survey] = play.matti.news("survey")
    assert routed.reference in survey.text
    assert survey.header("Auto-Submitted") == "auto-generated"
    assert ("Vastaa STOP" in survey.text, "mailto:" in survey.text) == (True, False)
    play.nobody_else_got_anything()
    return survey


def he_is_not_satisfied(play: Play, survey: Letter) -> None:
    play.matti.reply(survey, "1")
    for player in (play.maija, play.ville):  # the lead, and who has it again
        [low] = player.news("escalation")
        assert "Asiakas antoi arvosanan 1" in low.text
    shown = play.show(low.reference)
    assert (shown["status"], shown["rating"]) == ("open", 1)
    assert [event["kind"] for event in shown["events"][-2:]] == ["survey_answered", "reopened"]
    play.nobody_else_got_anything()


def it_does_not_work_yet(play: Play, answer: Letter) -> None:
    play.matti.reply(answer, STILL)
    [follow_up] = play.ville.news("follow_up")
    assert f"| {STILL}" in follow_up.text
    shown = play.show(follow_up.reference)
    assert (shown["status"], shown["resolved_at"], shown["events"][-1]["kind"]) == ("open", None, "reopened")
    play.nobody_else_got_anything()


def he_complains_about_another_matter(play: Play, reference: str) -> Letter:
    play.matti.write(SUPPORT, "Huollon lasku", SECOND)
    [acknowledgement] = play.matti.news("acknowledgement")
    [routed] = play.anna.news("routed")
    assert routed.reference != reference
    assert routed.reference in acknowledgement.text
    assert reference in routed.text  # what he wrote about earlier
    play.nobody_else_got_anything()
    return routed


def she_merges_it(play: Play, second: Letter, *, into: str) -> None:
    play.anna.reply(second, f"#yhdistä {into}")
    [confirmation] = play.anna.news("confirmation")
    assert into in confirmation.text
    shown = play.show(second.reference)
    assert (shown["status"], shown["merged_into"]) == ("merged", into)
    play.nobody_else_got_anything()


def he_writes_on_in_the_merged_one(play: Play, reference: str) -> None:
    play.matti.reply(play.matti.mailbox()[-1], LATER)
    [follow_up] = play.ville.news("follow_up")
    assert follow_up.reference == reference
    assert f"| {LATER}" in follow_up.text
    assert [event["kind"] for event in play.show(reference)["events"][-2:]] == ["merged", "customer_wrote"]
    play.nobody_else_got_anything()


def the_curtain_falls(play: Play) -> None:
    assert [row["kind"] for row in play.desk.outbox() if row["state"] != "sent"] == ["answer"]  # the one undone
    letters = play.matti.mailbox()
    assert [letter.kind for letter in letters] == [
        "acknowledgement",
        "answer",
        "answer",
        "survey",
        "answer",
        "acknowledgement",
    ]
    staff = [*play.anna.mailbox(), *play.ville.mailbox(), *play.maija.mailbox()]
    tokens = {token for letter in staff for token in TOKEN.findall(letter.header("Reply-To"))}
    assert len(tokens) > 5
    for letter in letters:
        whole = letter.raw.decode("utf-8") + letter.text
        assert not [token for token in tokens if token in whole]
        allowed = {"mailto:"} if letter.kind == "survey" else set()
        assert not [word for word in INTERNAL if word in letter.text and word not in allowed]
        assert not [line for line in letter.text.split("\n") if line.lstrip("> ").startswith("|")]
        assert not TOKEN.search(whole)
