"""The tables. Times are stored in UTC and come back aware; raw mails are kept as they came."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    case,
    literal_column,
    or_,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from vastine.core.complaint import Clock


class Instant(TypeDecorator[datetime]):
    """An aware datetime in UTC. SQLite keeps no offset, so it is put back on reading; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _literals(*words: str) -> list[ColumnElement[Any]]:
    """Words for a partial index and its queries: SQLite takes the index only where the query spells them out too."""
    return [literal_column(f"'{word}'") for word in words]


Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only a plain INTEGER

folders = Table(
    "folders",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("login", String(255), primary_key=True),
    Column("folder", String(255), primary_key=True),
    Column("uidvalidity", BigInteger, nullable=False),
    Column("looked_at", Instant, nullable=False),  # the last good look
    Column("last_uid", BigInteger, nullable=False, server_default="0"),  # the highest looked at, where mails stay
)

raw_mails = Table(
    "raw_mails",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("raw", LargeBinary, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Key, primary_key=True),
    Column("mailbox", String(64), nullable=False),
    Column("folder", String(16), nullable=False, server_default=""),  # junk, sent, done ...; "" where mail comes in
    Column("uidvalidity", BigInteger, nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("sha256", String(64)),  # none where the body was never fetched
    Column("header_sha256", String(64)),  # of these only
    Column("content_key", String(64)),  # the same for every copy of a mail
    Column("message_id", Text, nullable=False, server_default=""),
    Column("seen_at", Instant, nullable=False),
    Column("arrived_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False, server_default="1"),
    Column("outcome", String(16)),  # none while it is `received` only
    Column("reason", Text, nullable=False, server_default=""),
    Column("reference", String(16)),
    Column("truncated", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("mailbox", "folder", "uidvalidity", "uid", "sha256"),
)
Index("ix_ledger_sha256", ledger.c.sha256)
# A mail takes effect once, also where two mailboxes hold copies that are looked at at the same time (R12).
HANDLED: Final = and_(ledger.c.outcome.is_not(None), ledger.c.outcome.not_in(_literals("duplicate", "quarantined")))
Index("uq_ledger_content_key", ledger.c.content_key, unique=True, sqlite_where=HANDLED, postgresql_where=HANDLED)
Index("ix_ledger_reference", ledger.c.reference)
Index(
    "ix_ledger_header",
    ledger.c.mailbox,
    ledger.c.header_sha256,
    sqlite_where=ledger.c.header_sha256.is_not(None),
    postgresql_where=ledger.c.header_sha256.is_not(None),
)
Index(
    "ix_ledger_undecided",
    ledger.c.mailbox,
    ledger.c.uid,
    ledger.c.outcome,
    sqlite_where=ledger.c.outcome.is_(None),
    postgresql_where=ledger.c.outcome.is_(None),
)

incoming = Table(
    "incoming",
    metadata,
    Column("ledger_id", Key, ForeignKey("ledger.id"), primary_key=True, autoincrement=False),
    Column("reference", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("message_id", Text, nullable=False),
    Column("sender", JSON, nullable=False),  # as the mail has them: [{"name", "address"}]
    Column("recipients", JSON, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
Index("ix_incoming_reference", incoming.c.reference)
Index("ix_incoming_message_id", incoming.c.message_id)

complaints = Table(
    "complaints",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("source", String(64), nullable=False, unique=True),  # hash of the mail that opened it: opened once (R12)
    Column("status", String(16), nullable=False),
    Column("topic", Text, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("priority", String(64), nullable=False),
    Column("team", String(64), nullable=False),
    Column("assignee", String(64)),
    Column("customer_address", Text, nullable=False),
    Column("customer_name", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("subject", Text, nullable=False),
    Column("mailbox", String(64), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("promise", Instant),
    Column("promise_moved_to", Instant),
    Column("clock_run", Integer, nullable=False),
    Column("clock_priority", String(64), nullable=False),
    Column("first_reply_since", Instant, nullable=False),
    Column("first_reply_due", Instant),
    Column("first_replied_at", Instant),
    Column("resolve_since", Instant, nullable=False),
    Column("resolve_due", Instant),
    Column("resolved_at", Instant),
    Column("next_reply_since", Instant),
    Column("next_reply_run", Integer, nullable=False, server_default="0"),
    Column("next_reply_due", Instant),
    Column("next_replied_at", Instant),
    Column("renewed_at", Instant),
    Column("to_named_day", JSON, nullable=False),  # [clocks]
    Column("taken_over", JSON, nullable=False),  # [clocks]
    Column("waits", JSON, nullable=False),  # [[from, until, [clocks]]] in ISO 8601, of this run of the clocks
    Column("waiting_since", Instant),
    Column("remind_at", Instant),
    Column("paused_until", Instant),
    Column("next_step_at", Instant),
    Column("chased_at", Instant),
    Column("undeliverable", Boolean, nullable=False, server_default=text("false")),
    Column("merged_into", String(16)),
    Column("authenticated", Boolean, nullable=False),
    Column("thread", JSON, nullable=False),
    Column("rules_hash", String(64), nullable=False),
    Column("decision", JSON, nullable=False),
    Column("survey", String(8)),  # csat or nps: asked on that scale; none: decided not to ask; null: not decided yet
    Column("rating", Integer),  # the newest answer, as `surveys` has it
    Column("version", Integer, nullable=False, server_default="1"),  # counts changes, so that none overwrites another
)
Index(
    "ix_complaints_customer",  # with all that is asked of a customer's many complaints but the newest few
    complaints.c.customer_address,
    complaints.c.opened_at,
    complaints.c.status,
    complaints.c.reference,
)
LOST: Final = text("undeliverable")
Index("ix_complaints_undeliverable", complaints.c.customer_address, sqlite_where=LOST, postgresql_where=LOST)
Index("ix_complaints_opened", complaints.c.opened_at)
_has_step = complaints.c.next_step_at.is_not(None)
Index("ix_complaints_next_step", complaints.c.next_step_at, sqlite_where=_has_step, postgresql_where=_has_step)
UNSURVEYED: Final = and_(complaints.c.status == literal_column("'resolved'"), complaints.c.survey.is_(None))
Index("ix_complaints_unsurveyed", complaints.c.resolved_at, sqlite_where=UNSURVEYED, postgresql_where=UNSURVEYED)
IN_HAND: Final = complaints.c.status.in_(_literals("open", "waiting"))
Index(
    "ix_complaints_load",  # with all that is counted of complaints in hand
    complaints.c.assignee,
    complaints.c.status,
    complaints.c.opened_at,
    complaints.c.first_reply_due,
    complaints.c.first_replied_at,
    complaints.c.next_reply_due,
    complaints.c.next_replied_at,
    complaints.c.resolve_due,
    sqlite_where=IN_HAND,
    postgresql_where=IN_HAND,
)
_unanswered = complaints.c.first_replied_at.is_(None)
_asked_again = and_(complaints.c.first_replied_at.is_not(None), complaints.c.next_replied_at.is_(None))
DUE: Final[dict[Clock, ColumnElement[Any]]] = {
    # When each clock of a complaint in hand runs out, as its `due` says it; null where it does not run.
    "first_reply": case((_unanswered, complaints.c.first_reply_due)),
    "next_reply": case((_asked_again, complaints.c.next_reply_due)),
    "resolve": complaints.c.resolve_due,
}


def is_late(now: datetime) -> ColumnElement[bool]:
    """As `is_late` of `core.complaint` says it."""
    return and_(complaints.c.status == literal_column("'open'"), or_(*(due < now for due in DUE.values())))


events = Table(
    "events",
    metadata,
    Column("id", Key, primary_key=True),
    Column("reference", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("trust", String(16), nullable=False),
    Column("detail", JSON, nullable=False),
)
Index("ix_events_reference", events.c.reference)
RETURNED: Final = events.c.kind.in_(_literals("returned"))
Index("ix_events_returned", events.c.actor, events.c.at, sqlite_where=RETURNED, postgresql_where=RETURNED)

steps = Table(
    "steps",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("clock_run", Integer, primary_key=True),  # of the clock that the step is on
    Column("at", String(64), primary_key=True),
    Column("taken_at", Instant, nullable=False),
    Column("handled_at", Instant),  # when a member then first did something about the complaint
    Column("handled_by", String(64)),
)
Index("ix_steps_taken", steps.c.taken_at)

surveys = Table(
    "surveys",
    metadata,
    Column("reference", String(16), primary_key=True),  # asked once a complaint
    Column("asked_at", Instant, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("score", Integer),
    Column("answered_at", Instant),
    Column("comment", Text),
)
Index("ix_surveys_asked", surveys.c.asked_at)

no_surveys = Table(
    "no_surveys",
    metadata,
    Column("address", Text, primary_key=True),
    Column("since", Instant, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Key, primary_key=True),
    Column("message_id", String(255), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("reference", String(16)),
    Column("mailbox", String(64), nullable=False),
    Column("party", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("envelope_from", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),  # an acknowledgement's place in the breaker's window; never changed
    Column("rank", Integer, nullable=False, server_default="1"),  # 0 for answers of people, which go first
    Column("next_attempt_at", Instant),
    Column("claimed_until", Instant),
    Column("sent_at", Instant),
    Column("bounced_at", Instant),  # when a bounce first told that it did not arrive
)
_pending = outbox.c.next_attempt_at.is_not(None)
Index(
    "ix_outbox_next_attempt",  # with all that is counted of what waits: a row is large, and lies apart
    outbox.c.rank,
    outbox.c.next_attempt_at,
    outbox.c.state,
    outbox.c.kind,
    outbox.c.created_at,
    sqlite_where=_pending,
    postgresql_where=_pending,
)
Index("ix_outbox_reference", outbox.c.reference)
Index("ix_outbox_caps", outbox.c.kind, outbox.c.due_at)
Index("ix_outbox_recipient", outbox.c.recipient, outbox.c.kind, outbox.c.due_at, outbox.c.party)
SENDING: Final = outbox.c.state == literal_column("'sending'")
Index(
    "ix_outbox_sending",
    outbox.c.claimed_until,
    outbox.c.created_at,
    outbox.c.state,
    sqlite_where=SENDING,
    postgresql_where=SENDING,
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("outbox_id", Key, ForeignKey("outbox.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("detail", Text, nullable=False),
)
Index("ix_attempts_outbox", attempts.c.outbox_id)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("purpose", String(1), nullable=False),
    Column("party", Text, nullable=False),
    Column("reference", String(16)),
    Column("message_id", String(255), nullable=False),
    Column("revoked_at", Instant),
)
Index("ix_tokens_party", tokens.c.reference, tokens.c.party)
Index("ix_tokens_message_id", tokens.c.message_id, tokens.c.purpose, tokens.c.reference)

turns = Table(
    "turns",
    metadata,
    Column("team", String(64), primary_key=True),
    Column("member", String(64), nullable=False),
)

gathered = Table(  # notices of the ladder that wait for the end of quiet hours, of a pause (`#ok`), or for a digest
    "gathered",
    metadata,
    Column("id", Key, primary_key=True),
    Column("reference", String(16), nullable=False),
    Column("member", String(64)),  # a key of staff, none for a plain address
    Column("address", String(320), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("steps", JSON, nullable=False),  # [[as it is recorded, its clock, the run of that]]
    Column("as_assignee", Boolean, nullable=False),
    Column("because", String(8), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
)
Index("ix_gathered_due", gathered.c.due_at)
Index("ix_gathered_address", gathered.c.address, gathered.c.reference)

clock_watch = Table(  # a row for each run of a machine that took steps: when its clock was trusted last (R17)
    "clock_watch",
    metadata,
    Column("boot", String(36), primary_key=True),
    Column("trusted_at", Instant, nullable=False),
    Column("trusted_boot", String(36), nullable=False),
    Column("trusted_uptime", Float, nullable=False),  # seconds
    Column("doubted_at", Instant),  # when the doubt of now began, in this run of the machine
    Column("doubted_uptime", Float),  # seconds
    Column("held_since", Instant),
    Column("told_at", Instant),
)

unreachable = Table(  # members of staff whose mailbox refused our mail for good; a row a member at most
    "unreachable",
    metadata,
    Column("address", String(320), primary_key=True),
    Column("since", Instant, nullable=False),
)

rule_versions = Table(
    "rule_versions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("loaded_at", Instant, nullable=False),
)

timetable = Table(  # which reports and digests were made, so that each is made once, whoever makes it
    "timetable",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("due_at", Instant, primary_key=True),
    Column("made_at", Instant, nullable=False),
    Column("mails", Integer, nullable=False),  # 0 also where its time was only noted, on the first look
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Key, primary_key=True),
    Column("ledger_id", Key, ForeignKey("ledger.id"), nullable=False, unique=True),
    Column("mailbox", String(64), nullable=False),
    Column("uid", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, retry (to be taken in again) or dropped
)
QUARANTINED: Final = quarantine.c.state == literal_column("'waiting'")
Index(
    "ix_quarantine_waiting",
    quarantine.c.mailbox,
    quarantine.c.state,
    sqlite_where=QUARANTINED,
    postgresql_where=QUARANTINED,
)

# Facts for the measures (docs/measures.md), written as things happen. All of a complaint goes with it, but `cells`.

cells = Table(  # what complaints are counted by, each mix of it once: one small key to group by instead of five texts
    "cells",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # a hash of the rest: it need not be looked up
    Column("team", String(64), nullable=False),
    Column("topic", Text, nullable=False),
    Column("mailbox", String(64), nullable=False),
    Column("priority", String(64), nullable=False),
    Column("language", String(8), nullable=False),
)

facts = Table(  # what is counted of each complaint: `complaints` in narrow, since its rows are long
    "facts",
    metadata,
    Column("reference", String(16), primary_key=True),
    Column("opened_at", Instant, nullable=False),
    Column("status", String(16), nullable=False),
    Column("cell", BigInteger, nullable=False),  # of `cells`
    Column("assignee", String(64)),
    Column("clock_priority", String(64), nullable=False),
    Column("customer", Text, nullable=False),  # the address
    Column("acknowledged_at", Instant),  # when the SMTP server took the acknowledgement
    Column("undeliverable_at", Instant),  # when a mail to the customer first failed for good
    Column("resolved_at", Instant),
    Column("promise", Instant),  # as the complaint has it: a change of it makes a row in `promises`
    Column("clock_run", Integer, nullable=False),  # a reopening starts another, taking a resolution back does not
    sqlite_with_rowid=False,  # every kind of fact is joined with it by its reference: one look instead of two
)
Index("ix_facts_opened", facts.c.opened_at)
_undelivered = facts.c.undeliverable_at.is_not(None)
Index("ix_facts_undeliverable", facts.c.undeliverable_at, sqlite_where=_undelivered, postgresql_where=_undelivered)

customer_mails = Table(  # what proven customers wrote, and when it was answered
    "customer_mails",
    metadata,
    Column("ledger_id", Key, primary_key=True, autoincrement=False),
    Column("reference", String(16), nullable=False),
    Column("at", Instant, nullable=False),  # when it arrived
    Column("first", Boolean, nullable=False),  # it opened the complaint
    Column("asks", Boolean, nullable=False),  # it waits for an answer
    Column("rules", Text, nullable=False),  # the names of those that matched, a line each
    Column("answered_at", Instant),
    Column("answered_by", String(64)),
    Column("wall_s", Integer),  # seconds until then
    Column("open_s", Integer),  # open seconds until then, without what was waited for the customer
)
Index("ix_customer_mails_reference", customer_mails.c.reference)
Index("ix_customer_mails_at", customer_mails.c.at)
_answered = customer_mails.c.answered_at.is_not(None)
Index("ix_customer_mails_answered", customer_mails.c.answered_at, sqlite_where=_answered, postgresql_where=_answered)
UNRECKONED_ANSWER: Final = and_(_answered, customer_mails.c.open_s.is_(None))
Index(
    "ix_customer_mails_unreckoned",
    customer_mails.c.ledger_id,
    sqlite_where=UNRECKONED_ANSWER,
    postgresql_where=UNRECKONED_ANSWER,
)

complaint_words = Table(  # the different words of the mail that opened a complaint, as far as they may tell its subject
    "complaint_words",
    metadata,
    Column("ledger_id", Key, primary_key=True, autoincrement=False),
    Column("words", Text, nullable=False),
)

answers = Table(  # what members wrote to customers
    "answers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("reference", String(16), nullable=False),
    Column("message_id", String(255)),  # ours; none where the member sent it
    Column("member", String(64)),
    Column("written_at", Instant, nullable=False),
    Column("accepted_at", Instant),  # by the SMTP server
)
Index("ix_answers_reference", answers.c.reference)
Index("ix_answers_message_id", answers.c.message_id)
_accepted = answers.c.accepted_at.is_not(None)
Index("ix_answers_accepted", answers.c.accepted_at, sqlite_where=_accepted, postgresql_where=_accepted)

resolutions = Table(
    "resolutions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("reference", String(16), nullable=False),
    Column("number", Integer, nullable=False),  # from 1: how often it was resolved
    Column("began_at", Instant, nullable=False),  # opened, or opened again
    Column("resolved_at", Instant, nullable=False),
    Column("resolved_by", String(64)),
    Column("answers", Integer, nullable=False),  # that were written by then
    Column("wall_s", Integer, nullable=False),  # seconds in hand up to here, also before earlier resolutions
    Column("open_s", Integer),  # open seconds likewise, without what was waited for the customer
    Column("reopened_at", Instant),
)
Index("ix_resolutions_reference", resolutions.c.reference)
Index("ix_resolutions_resolved", resolutions.c.resolved_at)
_reopened = resolutions.c.reopened_at.is_not(None)
Index("ix_resolutions_reopened", resolutions.c.reopened_at, sqlite_where=_reopened, postgresql_where=_reopened)
UNRECKONED_RESOLUTION: Final = resolutions.c.open_s.is_(None)
Index(
    "ix_resolutions_unreckoned",
    resolutions.c.id,
    sqlite_where=UNRECKONED_RESOLUTION,
    postgresql_where=UNRECKONED_RESOLUTION,
)

waits = Table(  # for the customer
    "waits",
    metadata,
    Column("id", Key, primary_key=True),
    Column("reference", String(16), nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
)
Index("ix_waits_reference", waits.c.reference)

promises = Table(
    "promises",
    metadata,
    Column("id", Key, primary_key=True),
    Column("reference", String(16), nullable=False),
    Column("made_at", Instant, nullable=False),  # made here, or taken over: what is waited from then on is added
    Column("due_at", Instant, nullable=False),
    Column("moved_to", Instant),  # of one taken over: until when it could be kept by then, with what was waited there
    Column("ended_at", Instant),
    Column("ended", String(16)),  # answered, renewed or dropped
    Column("until", Instant),  # of one that ended after due_at: until when it could be kept, with what was waited
)
Index("ix_promises_reference", promises.c.reference)
Index("ix_promises_due", promises.c.due_at)
_standing = promises.c.ended_at.is_(None)
Index("ix_promises_standing", promises.c.due_at, sqlite_where=_standing, postgresql_where=_standing)
UNRECKONED_PROMISE: Final = and_(promises.c.ended_at > promises.c.due_at, promises.c.until.is_(None))
Index(
    "ix_promises_unreckoned",
    promises.c.id,
    sqlite_where=UNRECKONED_PROMISE,
    postgresql_where=UNRECKONED_PROMISE,
)
