"""From the octets of a mail to what is recorded: with the real reader and store, but without a mail server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.desktop import Desktop
from flows.office import (
    ADMIN,
    ANNA,
    CHECKED,
    NOW,
    Octets,
    desk_after,
    empty_desk,
    in_other_box,
    office,
    only,
    opened,
    raw_mail,
    reply_to,
    rules,
    seen,
    stumbling_as,
    take,
)
from vastine.core.desk import Desk, Inquiry
from vastine.core.mail import Mail
from vastine.core.parse import parse
from vastine.core.story import Story
from vastine.edges.reader import Reader
from vastine.edges.store import Arrival, Store
from vastine.flows.intake import Taken

HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/vastine.db")
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def desktop(store: Store, reader: Reader) -> Desktop:
    return Desktop(store, reader)


# --- what a mail is, without a database


def test_a_mail_that_came_before_is_a_duplicate() -> None:
    raw = raw_mail()
    story = take(raw, desk=empty_desk(seen=seen(raw)))
    assert (story.outcome, story.reference, story.letters) == ("duplicate", "V-AAAAA", ())


def test_a_mail_that_a_server_rendered_anew_is_the_same_mail() -> None:
    first = raw_mail("Pyörä on rikki.\nTerveisin Matti")
    anew = (
        first.partition(b"MIME-Version")[0]
        + b"MIME-Version: 1.0\r\nX-MS-Exchange-Organization-SCL: 0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
        + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nPy=F6r=E4 on=\r\n rikki.\r\nTerveisin Matti\r\n"
    )
    assert take(anew, desk=desk_after(take(first))).outcome == "duplicate"


def test_another_mail_under_a_known_message_id_is_kept_and_flagged() -> None:
    story = take(raw_mail("Jotain aivan muuta."), desk=desk_after(opened()))
    assert (story.outcome, story.reference) == ("complaint", "V-NEW22")
    assert "samalla Message-ID-tunnuksella on tullut aiemmin toinen" in only(story, "routed").draft.text
    assert story.events[0].detail["same_message_id"] == "V-AAAAA"


def test_a_mail_of_the_same_message_id_and_another_text_is_another_mail() -> None:
    desk = empty_desk(seen=seen(raw_mail("Eka.")))
    assert take(raw_mail("Toka."), desk=desk).outcome == "complaint"


def test_one_mail_to_two_of_our_addresses_is_one_complaint() -> None:
    at, raw = office(), raw_mail(cc="laskut@yritys.example")
    first = take(raw, at=at)
    story = take(in_other_box(raw), at=at, desk=desk_after(first))
    assert (story.outcome, story.reference) == ("duplicate", first.reference)


def test_a_copy_whose_addressees_a_server_rewrote_is_the_same_mail() -> None:
    at = office()
    first = take(raw_mail(), at=at)
    story = take(in_other_box(raw_mail(to="laskut@yritys.example")), at=at, desk=desk_after(first))
    assert (story.outcome, story.reference) == ("duplicate", first.reference)


def test_a_copy_with_a_mailboxs_own_footer_is_a_complaint_that_names_the_other() -> None:
    at = office()
    first = take(raw_mail(), at=at)
    story = take(raw_mail("Pyörä on rikki.\n\n[Ulkoinen viesti]"), at=at, desk=desk_after(first))
    assert (story.outcome, story.events[0].detail["same_message_id"]) == ("complaint", first.reference)


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"auto_submitted": "auto-replied"}, "auto_reply"),
        ({"list_id": "<lista.example>"}, "bulk"),
        ({"content_type": 'multipart/report; report-type=disposition-notification; boundary="x"'}, "receipt"),
    ],
)
def test_what_nobody_wrote_is_recorded_and_answered_by_nothing(fields: dict[str, str], outcome: str) -> None:
    story = take(raw_mail(**fields))
    assert (story.outcome, story.letters, story.events, story.complaint) == (outcome, (), (), None)


def test_a_mail_without_sender_and_text_goes_to_quarantine() -> None:
    story = take(b"Subject: x\r\n\r\n")
    assert (story.outcome, [letter.draft.to.address for letter in story.letters]) == ("quarantined", [ADMIN])


def test_without_an_administrator_quarantine_tells_nobody() -> None:
    story = take(b"Subject: x\r\n\r\n", at=office(admin=None))
    assert (story.outcome, story.letters) == ("quarantined", ())


def test_a_mail_that_was_cut_off_says_so_in_its_defects() -> None:
    story = take(raw_mail(), truncated=True)
    assert story.mail is not None
    assert "larger than the limit" in " ".join(story.mail.defects)


def test_a_staff_reply_goes_before_the_customers_claim_on_the_same_complaint() -> None:
    at = office()
    first = opened(at, **{"from": "anna@yritys.example"})
    raw = raw_mail("Hoidan.", to=reply_to(only(first, "routed")), **{"from": "anna@yritys.example"})
    assert take(raw, at=at, desk=desk_after(first)).outcome == "staff_reply"


# --- recorded


def test_everything_that_follows_is_recorded_together(desktop: Desktop) -> None:
    assert desktop.take(raw_mail()) == ["complaint"]
    [complaint] = desktop.store.list_complaints(status=None, late_at=None, team=None)
    assert [mail["reference"] for mail in desktop.store.list_outgoing()] == [complaint["reference"]] * 2


def test_the_dispatch_is_woken_for_what_follows(desktop: Desktop) -> None:
    desktop.take(raw_mail())
    assert desktop.kicks == 1


def test_what_is_decided_already_is_only_to_be_moved(desktop: Desktop) -> None:
    desktop.take(raw_mail())
    assert desktop.again(raw_mail()) == [Taken(uid=1, outcome="complaint")]
    assert (desktop.complaint_count(), desktop.kicks) == (1, 1)


def test_a_batch_knows_its_own_earlier_mails(desktop: Desktop) -> None:
    assert desktop.take(raw_mail(), raw_mail()) == ["complaint", "duplicate"]
    assert desktop.complaint_count() == 1


def test_two_further_mails_in_one_batch_both_join(desktop: Desktop) -> None:
    desktop.take(raw_mail())
    sent = {mail.kind: mail for mail in desktop.store.claim(NOW, 10, HOUR, ["support"])}
    answers = [raw_mail(f"Lisää {n}", in_reply_to=sent["acknowledgement"].message_id) for n in (1, 2)]
    assert desktop.take(*answers) == ["complaint", "follow_up", "follow_up"]
    assert desktop.complaint_count() == 1


def test_references_of_complaints_differ(desktop: Desktop) -> None:
    desktop.take(*(raw_mail(f"Asia {n}") for n in range(5)))
    assert len({row["reference"] for row in desktop.store.list_deliveries(None)}) == 5


def routed_now(desktop: Desktop) -> Mail:
    """The newest routed mail or follow-up that went to staff."""
    claimed = desktop.store.claim(NOW + timedelta(hours=1), 50, timedelta(minutes=5), ["support"])
    return [parse(mail.raw) for mail in claimed if mail.kind in ("routed", "follow_up")][-1]


def handed_over(desktop: Desktop) -> Mail:
    """What Maija gets when Anna hands over what she was told of last."""
    proof = "mx.yritys.example; dmarc=pass header.from=yritys.example"
    to = routed_now(desktop).reply_to[0].address
    fields = {"from": ANNA, "to": to, "message_id": "<siirto@yritys>", "authentication_results": proof}
    desktop.take(raw_mail("#siirrä maija", **fields))
    return routed_now(desktop)


def test_what_a_member_brought_is_handed_over_as_it_was_shown(store: Store, reader: Reader) -> None:
    desktop = Desktop(store, reader, office(policy=CHECKED, random=Octets("intake")))
    proof = {"authentication_results": "mx.yritys.example; dmarc=pass header.from=yritys.example"}
    desktop.take(
        raw_mail("#uusi lisa@posti.example\n\nPyörä on rikki.", **{"from": ANNA, "subject": "Puhelu", **proof})
    )
    mail = handed_over(desktop)
    assert (mail.to[0].address, "| Pyörä on rikki." in mail.text) == ("maija@yritys.example", True)
    assert "#uusi" not in mail.text
    assert "Puhelu" not in mail.subject


def test_a_further_mail_is_handed_over_without_the_history_that_it_quotes(store: Store, reader: Reader) -> None:
    desktop = Desktop(store, reader, office(policy=CHECKED, random=Octets("intake")))
    desktop.take(raw_mail())
    claimed = store.claim(NOW, 50, timedelta(minutes=5), ["support"])
    [to] = [parse(mail.raw).reply_to[0].address for mail in claimed if mail.kind == "acknowledgement"]
    further = "Takapyöräkin on rikki.\n\nMatti kirjoitti 24.6.2026:\n> Vanha teksti."
    desktop.take(raw_mail(further, to=to, subject="Re: Pyörä", message_id="<lisa@posti.example>"))
    text = handed_over(desktop).text
    assert ("Takapyöräkin" in text, "Vanha teksti" in text) == (True, False)


def test_a_text_of_the_company_that_fails_is_told_and_the_complaint_exists_anyway(store: Store, reader: Reader) -> None:
    own = 'replies:\n  acknowledgement: {fi: {subject: "S", body: "{{ complaint.subject | first }}"}}\nescalations:'
    broken = rules(("escalations:", own))
    desktop = Desktop(store, reader, office(rulebook=broken))
    assert desktop.take(raw_mail()) == ["complaint"]
    assert len(desktop.mails("acknowledgement")) == len(desktop.complaints) == 1


def test_a_decision_upon_what_somebody_changed_meanwhile_is_made_again(store: Store, reader: Reader) -> None:
    class Busy(Store):
        """A store in which the same mail is recorded by somebody else between looking up and recording, once."""

        interrupted = False

        def look_up(self, inquiry: Inquiry, *, mails: int, per_hour: int, now: datetime) -> Desk:
            desk = super().look_up(inquiry, mails=mails, per_hour=per_hour, now=now)
            if not self.interrupted:
                self.interrupted = True
                Desktop(store, reader, replace(at, random=Octets("other"))).decide(
                    store.receive("laskut", 7, [Arrival(uid=1, raw=raw_mail(), arrived_at=NOW)], NOW)
                )
            return desk

    at = office(random=Octets("one"), mailboxes={n: office().mailboxes["support"] for n in ("support", "laskut")})
    busy = Busy(str(store.url))
    desktop = Desktop(busy, reader, at)
    desktop.take(raw_mail(), raw_mail("Muu asia."))
    busy.close()
    assert sorted(desktop.outcomes()) == ["complaint", "complaint", "duplicate"]


@pytest.mark.parametrize(("revoked", "outcome"), [(None, "staff_reply"), ("staff:anna", "complaint")])
def test_a_revoked_token_does_not_act_by_message_id_either(desktop: Desktop, revoked: str | None, outcome: str) -> None:
    desktop.take(raw_mail())
    [routed] = [mail for mail in desktop.store.claim(NOW, 10, HOUR, ["support"]) if mail.kind == "routed"]
    desktop.store.record_tick([Story(reference=routed.reference, revoked_party=revoked)], NOW)
    fields = {"from": ANNA, "message_id": "<re@yritys.example>", "in_reply_to": routed.message_id}
    assert desktop.take(raw_mail("Korjaamme.", **fields)) == ["complaint", outcome]


# --- what fails


@pytest.fixture
def stumbling(store: Store, reader: Reader) -> Desktop:
    return Desktop(store, reader, stumbling_as(office(random=Octets("stumbling"))))


def test_a_mail_that_cannot_be_decided_stays_and_its_neighbours_go_on(stumbling: Desktop) -> None:
    raws = [raw_mail("Eka."), raw_mail(subject="Myrkky"), raw_mail("Toka.")]
    assert stumbling.take(*raws) == ["complaint", None, "complaint"]


def test_at_its_third_failure_it_goes_to_quarantine_and_the_administrator_is_told_once(stumbling: Desktop) -> None:
    raw = raw_mail(subject="Myrkky")
    looks = [stumbling.again(raw) for _ in range(5)]
    assert looks == [[], [], *[[Taken(uid=1, outcome="quarantined")]] * 3]
    assert [mail["to"] for mail in stumbling.mails("alert")] == [ADMIN]


def test_the_quarantine_says_why(stumbling: Desktop) -> None:
    for _ in range(3):
        stumbling.again(raw_mail(subject="Myrkky"))
    [waiting] = stumbling.store.list_quarantined()
    assert (waiting["tries"], "this mail cannot be decided" in waiting["reason"]) == (3, True)


def test_a_mail_that_ended_the_process_three_times_is_not_read_again(desktop: Desktop) -> None:
    raw = raw_mail()
    for _ in range(3):  # committed, and then the process ended
        desktop.store.receive("support", 7, [Arrival(uid=1, raw=raw, arrived_at=NOW)], NOW)
    assert desktop.again(raw) == [Taken(uid=1, outcome="quarantined")]
    assert [mail["to"] for mail in desktop.mails("alert")] == [ADMIN]


def test_a_quarantined_mail_is_handled_when_what_stood_in_its_way_is_mended(stumbling: Desktop) -> None:
    for _ in range(3):
        stumbling.again(raw_mail(subject="Myrkky"))
    stumbling.store.change_quarantined(stumbling.store.list_quarantined()[0]["id"], "retry")
    stumbling.at = office(random=Octets("mended"))
    for waiting in stumbling.store.retry_quarantined("support"):
        stumbling.intake.take_in_again(waiting, NOW)
    assert (stumbling.outcomes(), stumbling.store.list_quarantined()) == (["complaint"], [])


def test_a_quarantined_mail_that_fails_again_waits_again(stumbling: Desktop) -> None:
    for _ in range(3):
        stumbling.again(raw_mail(subject="Myrkky"))
    stumbling.store.change_quarantined(stumbling.store.list_quarantined()[0]["id"], "retry")
    for waiting in stumbling.store.retry_quarantined("support"):
        stumbling.intake.take_in_again(waiting, NOW)
    assert [row["state"] for row in stumbling.store.list_quarantined()] == ["waiting"]


def test_a_customer_who_asks_for_the_status_hears_of_all_their_open_matters_once(desktop: Desktop) -> None:
    desktop.take(raw_mail(), raw_mail("Kello katosi.", subject="Kello", message_id="<kello@posti.example>"))
    claimed = desktop.store.claim(NOW, 10, timedelta(minutes=5), ["support"])
    to = parse(next(mail.raw for mail in claimed if mail.kind == "acknowledgement")).reply_to[0].address
    for number in (1, 2):
        desktop.take(raw_mail("tila?", to=to, subject="Re: Pyörä", message_id=f"<{number}@posti.example>"))
    claimed = desktop.store.claim(NOW, 10, timedelta(minutes=5), ["support"])
    [status] = [mail for mail in claimed if mail.kind == "status"]
    assert parse(status.raw).text.count("asia on käsittelyssä") == 2
