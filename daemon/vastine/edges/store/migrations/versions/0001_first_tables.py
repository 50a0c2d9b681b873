"""The first tables."""

import sqlalchemy as sa
from alembic import op

from vastine.edges.store.tables import Instant

revision = "0001"
down_revision = None


def upgrade() -> None:  # noqa: PLR0915 - one statement a table and index
    op.create_table(
        "complaints",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("priority", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("assignee", sa.String(length=64), nullable=True),
        sa.Column("customer_address", sa.Text(), nullable=False),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.String(length=64), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("promise", Instant(), nullable=True),
        sa.Column("promise_moved_to", Instant(), nullable=True),
        sa.Column("clock_run", sa.Integer(), nullable=False),
        sa.Column("clock_priority", sa.String(length=64), nullable=False),
        sa.Column("first_reply_since", Instant(), nullable=False),
        sa.Column("first_reply_due", Instant(), nullable=True),
        sa.Column("first_replied_at", Instant(), nullable=True),
        sa.Column("resolve_since", Instant(), nullable=False),
        sa.Column("resolve_due", Instant(), nullable=True),
        sa.Column("resolved_at", Instant(), nullable=True),
        sa.Column("next_reply_since", Instant(), nullable=True),
        sa.Column("next_reply_run", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_reply_due", Instant(), nullable=True),
        sa.Column("next_replied_at", Instant(), nullable=True),
        sa.Column("renewed_at", Instant(), nullable=True),
        sa.Column("to_named_day", sa.JSON(), nullable=False),
        sa.Column("taken_over", sa.JSON(), nullable=False),
        sa.Column("waits", sa.JSON(), nullable=False),
        sa.Column("waiting_since", Instant(), nullable=True),
        sa.Column("remind_at", Instant(), nullable=True),
        sa.Column("paused_until", Instant(), nullable=True),
        sa.Column("next_step_at", Instant(), nullable=True),
        sa.Column("chased_at", Instant(), nullable=True),
        sa.Column("undeliverable", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("merged_into", sa.String(length=16), nullable=True),
        sa.Column("authenticated", sa.Boolean(), nullable=False),
        sa.Column("thread", sa.JSON(), nullable=False),
        sa.Column("rules_hash", sa.String(length=64), nullable=False),
        sa.Column("decision", sa.JSON(), nullable=False),
        sa.Column("survey", sa.String(length=8), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_complaints")),
        sa.UniqueConstraint("source", name=op.f("uq_complaints_source")),
    )
    with op.batch_alter_table("complaints", schema=None) as batch_op:
        batch_op.create_index(
            "ix_complaints_customer", ["customer_address", "opened_at", "status", "reference"], unique=False
        )
        batch_op.create_index(
            "ix_complaints_load",
            [
                "assignee",
                "status",
                "opened_at",
                "first_reply_due",
                "first_replied_at",
                "next_reply_due",
                "next_replied_at",
                "resolve_due",
            ],
            unique=False,
            sqlite_where=sa.text("status in ('open', 'waiting')"),
            postgresql_where=sa.text("status IN ('open', 'waiting')"),
        )
        batch_op.create_index(
            "ix_complaints_next_step",
            ["next_step_at"],
            unique=False,
            sqlite_where=sa.text("next_step_at IS NOT NULL"),
            postgresql_where=sa.text("next_step_at IS NOT NULL"),
        )
        batch_op.create_index("ix_complaints_opened", ["opened_at"], unique=False)
        batch_op.create_index(
            "ix_complaints_undeliverable",
            ["customer_address"],
            unique=False,
            sqlite_where=sa.text("undeliverable"),
            postgresql_where=sa.text("undeliverable"),
        )
        batch_op.create_index(
            "ix_complaints_unsurveyed",
            ["resolved_at"],
            unique=False,
            sqlite_where=sa.text("status = 'resolved' AND survey IS NULL"),
            postgresql_where=sa.text("status = 'resolved' AND survey IS NULL"),
        )

    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("trust", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_reference", ["reference"], unique=False)
        batch_op.create_index(
            "ix_events_returned",
            ["actor", "at"],
            unique=False,
            sqlite_where=sa.text("kind in ('returned')"),
            postgresql_where=sa.text("kind IN ('returned')"),
        )

    op.create_table(
        "folders",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("login", sa.String(length=255), nullable=False),
        sa.Column("folder", sa.String(length=255), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", Instant(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("host", "login", "folder", name=op.f("pk_folders")),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mailbox", sa.String(length=64), nullable=False),
        sa.Column("folder", sa.String(length=16), server_default="", nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("header_sha256", sa.String(length=64), nullable=True),
        sa.Column("content_key", sa.String(length=64), nullable=True),
        sa.Column("message_id", sa.Text(), server_default="", nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("arrived_at", Instant(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="1", nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=True),
        sa.Column("truncated", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint(
            "mailbox",
            "folder",
            "uidvalidity",
            "uid",
            "sha256",
            name=op.f("uq_ledger_mailbox_folder_uidvalidity_uid_sha256"),
        ),
    )
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ledger_header",
            ["mailbox", "header_sha256"],
            unique=False,
            sqlite_where=sa.text("header_sha256 IS NOT NULL"),
            postgresql_where=sa.text("header_sha256 IS NOT NULL"),
        )
        batch_op.create_index("ix_ledger_reference", ["reference"], unique=False)
        batch_op.create_index("ix_ledger_sha256", ["sha256"], unique=False)
        batch_op.create_index(
            "ix_ledger_undecided",
            ["mailbox", "uid", "outcome"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.create_index(
            "uq_ledger_content_key",
            ["content_key"],
            unique=True,
            sqlite_where=sa.text("outcome IS NOT NULL AND outcome NOT IN ('duplicate', 'quarantined')"),
            postgresql_where=sa.text("outcome IS NOT NULL AND outcome NOT IN ('duplicate', 'quarantined')"),
        )

    op.create_table(
        "no_surveys",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_no_surveys")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=True),
        sa.Column("mailbox", sa.String(length=64), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("envelope_from", sa.Text(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("rank", sa.Integer(), server_default="1", nullable=False),
        sa.Column("next_attempt_at", Instant(), nullable=True),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("bounced_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_caps", ["kind", "due_at"], unique=False)
        batch_op.create_index(
            "ix_outbox_next_attempt",
            ["rank", "next_attempt_at", "state", "kind", "created_at"],
            unique=False,
            sqlite_where=sa.text("next_attempt_at IS NOT NULL"),
            postgresql_where=sa.text("next_attempt_at IS NOT NULL"),
        )
        batch_op.create_index("ix_outbox_recipient", ["recipient", "kind", "due_at", "party"], unique=False)
        batch_op.create_index("ix_outbox_reference", ["reference"], unique=False)
        batch_op.create_index(
            "ix_outbox_sending",
            ["claimed_until", "created_at", "state"],
            unique=False,
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )

    op.create_table(
        "raw_mails",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_raw_mails")),
    )
    op.create_table(
        "rule_versions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("loaded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_rule_versions")),
    )
    op.create_table(
        "steps",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("clock_run", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=64), nullable=False),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.Column("handled_at", Instant(), nullable=True),
        sa.Column("handled_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("reference", "clock_run", "at", name=op.f("pk_steps")),
    )
    with op.batch_alter_table("steps", schema=None) as batch_op:
        batch_op.create_index("ix_steps_taken", ["taken_at"], unique=False)

    op.create_table(
        "surveys",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_surveys")),
    )
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.create_index("ix_surveys_asked", ["asked_at"], unique=False)

    op.create_table(
        "tokens",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=1), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=True),
        sa.Column("message_id", sa.String(length=255), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_tokens")),
    )
    with op.batch_alter_table("tokens", schema=None) as batch_op:
        batch_op.create_index("ix_tokens_party", ["reference", "party"], unique=False)
        batch_op.create_index("ix_tokens_message_id", ["message_id", "purpose", "reference"], unique=False)

    op.create_table(
        "turns",
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("team", name=op.f("pk_turns")),
    )
    _add_what_the_ladder_knows()
    op.create_table(
        "unreachable",
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_unreachable")),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_attempts_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index("ix_attempts_outbox", ["outbox_id"], unique=False)

    op.create_table(
        "incoming",
        sa.Column(
            "ledger_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("sender", sa.JSON(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_incoming_ledger_id")),
        sa.PrimaryKeyConstraint("ledger_id", name=op.f("pk_incoming")),
    )
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.create_index("ix_incoming_message_id", ["message_id"], unique=False)
        batch_op.create_index("ix_incoming_reference", ["reference"], unique=False)

    op.create_table(
        "timetable",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "due_at", name=op.f("pk_timetable")),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ledger_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("mailbox", sa.String(length=64), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["ledger_id"], ["ledger.id"], name=op.f("fk_quarantine_ledger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint("ledger_id", name=op.f("uq_quarantine_ledger_id")),
    )
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.create_index(
            "ix_quarantine_waiting",
            ["mailbox", "state"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
    _create_facts()


def _create_facts() -> None:
    """What the measures are counted from."""
    op.create_table(
        "answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.String(length=255), nullable=True),
        sa.Column("member", sa.String(length=64), nullable=True),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("accepted_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_answers_accepted",
            ["accepted_at"],
            unique=False,
            sqlite_where=sa.text("accepted_at IS NOT NULL"),
            postgresql_where=sa.text("accepted_at IS NOT NULL"),
        )
        batch_op.create_index("ix_answers_message_id", ["message_id"], unique=False)
        batch_op.create_index("ix_answers_reference", ["reference"], unique=False)

    op.create_table(
        "cells",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.String(length=64), nullable=False),
        sa.Column("priority", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cells")),
    )
    op.create_table(
        "complaint_words",
        sa.Column(
            "ledger_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("ledger_id", name=op.f("pk_complaint_words")),
    )

    op.create_table(
        "customer_mails",
        sa.Column(
            "ledger_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.Column("wall_s", sa.Integer(), nullable=True),
        sa.Column("open_s", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("ledger_id", name=op.f("pk_customer_mails")),
    )
    with op.batch_alter_table("customer_mails", schema=None) as batch_op:
        batch_op.create_index(
            "ix_customer_mails_answered",
            ["answered_at"],
            unique=False,
            sqlite_where=sa.text("answered_at IS NOT NULL"),
            postgresql_where=sa.text("answered_at IS NOT NULL"),
        )
        batch_op.create_index("ix_customer_mails_at", ["at"], unique=False)
        batch_op.create_index("ix_customer_mails_reference", ["reference"], unique=False)
        batch_op.create_index(
            "ix_customer_mails_unreckoned",
            ["ledger_id"],
            unique=False,
            sqlite_where=sa.text("answered_at IS NOT NULL AND open_s IS NULL"),
            postgresql_where=sa.text("answered_at IS NOT NULL AND open_s IS NULL"),
        )

    op.create_table(
        "facts",
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("assignee", sa.String(length=64), nullable=True),
        sa.Column("clock_priority", sa.String(length=64), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("acknowledged_at", Instant(), nullable=True),
        sa.Column("undeliverable_at", Instant(), nullable=True),
        sa.Column("resolved_at", Instant(), nullable=True),
        sa.Column("promise", Instant(), nullable=True),
        sa.Column("clock_run", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_facts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index("ix_facts_opened", ["opened_at"], unique=False)
        batch_op.create_index(
            "ix_facts_undeliverable",
            ["undeliverable_at"],
            unique=False,
            sqlite_where=sa.text("undeliverable_at IS NOT NULL"),
            postgresql_where=sa.text("undeliverable_at IS NOT NULL"),
        )

    op.create_table(
        "promises",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("moved_to", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended", sa.String(length=16), nullable=True),
        sa.Column("until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
    )
    with op.batch_alter_table("promises", schema=None) as batch_op:
        batch_op.create_index("ix_promises_due", ["due_at"], unique=False)
        batch_op.create_index("ix_promises_reference", ["reference"], unique=False)
        batch_op.create_index(
            "ix_promises_standing",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "ix_promises_unreckoned",
            ["id"],
            unique=False,
            sqlite_where=sa.text("ended_at > due_at AND until IS NULL"),
            postgresql_where=sa.text("ended_at > due_at AND until IS NULL"),
        )

    op.create_table(
        "resolutions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("resolved_at", Instant(), nullable=False),
        sa.Column("resolved_by", sa.String(length=64), nullable=True),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("wall_s", sa.Integer(), nullable=False),
        sa.Column("open_s", sa.Integer(), nullable=True),
        sa.Column("reopened_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolutions")),
    )
    with op.batch_alter_table("resolutions", schema=None) as batch_op:
        batch_op.create_index("ix_resolutions_reference", ["reference"], unique=False)
        batch_op.create_index(
            "ix_resolutions_reopened",
            ["reopened_at"],
            unique=False,
            sqlite_where=sa.text("reopened_at IS NOT NULL"),
            postgresql_where=sa.text("reopened_at IS NOT NULL"),
        )
        batch_op.create_index("ix_resolutions_resolved", ["resolved_at"], unique=False)
        batch_op.create_index(
            "ix_resolutions_unreckoned",
            ["id"],
            unique=False,
            sqlite_where=sa.text("open_s IS NULL"),
            postgresql_where=sa.text("open_s IS NULL"),
        )

    op.create_table(
        "waits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waits")),
    )
    with op.batch_alter_table("waits", schema=None) as batch_op:
        batch_op.create_index("ix_waits_reference", ["reference"], unique=False)


def _add_what_the_ladder_knows() -> None:
    op.create_table(
        "gathered",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("member", sa.String(length=64), nullable=True),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("as_assignee", sa.Boolean(), nullable=False),
        sa.Column("because", sa.String(length=8), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathered")),
    )
    op.create_index("ix_gathered_due", "gathered", ["due_at"])
    op.create_index("ix_gathered_address", "gathered", ["address", "reference"])
    op.create_table(
        "clock_watch",
        sa.Column("boot", sa.String(length=36), nullable=False),
        sa.Column("trusted_at", Instant(), nullable=False),
        sa.Column("trusted_boot", sa.String(length=36), nullable=False),
        sa.Column("trusted_uptime", sa.Float(), nullable=False),
        sa.Column("doubted_at", Instant(), nullable=True),
        sa.Column("doubted_uptime", sa.Float(), nullable=True),
        sa.Column("held_since", Instant(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("boot", name=op.f("pk_clock_watch")),
    )
