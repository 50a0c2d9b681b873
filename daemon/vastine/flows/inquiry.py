"""What has to be looked up before some mails can be decided."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from vastine.core.commands import read_reply
from vastine.core.desk import Inquiry
from vastine.core.follow_ups import asks_status
from vastine.core.joining import references_in
from vastine.core.office import Office
from vastine.core.quote import own_text
from vastine.core.reading import Read
from vastine.core.survey import NOT_LATER_THAN
from vastine.flows.staff import customer_brought, desk_writer, named_at_desk


def inquiry_of(reads: Sequence[Read], office: Office) -> Inquiry:
    """What has to be looked up before these mails can be decided."""
    shown = frozenset(reference for read in reads if (reference := named_at_desk(read, office)))
    return Inquiry(
        sha256s=frozenset(read.delivery.sha256 for read in reads),
        content_keys=frozenset(key for read in reads if (key := read.delivery.content_key)),
        token_hashes=frozenset(h for read in reads for h in (*read.bonds.carried, *read.bonds.own)),
        message_ids=frozenset(
            i
            for read in reads
            for i in (read.mail.message_id, *read.mail.references, *read.mail.returned_message_ids)
            if i
        ),
        references=frozenset(reference for read in reads for reference in references_in(read.mail)) | shown,
        shown=shown,
        survey_within=_survey_within(reads, office),
        asks_for_work=any(_may_ask_for_work(read, office) for read in reads),
        asking=frozenset(a for read in reads if (a := read.sender.address) and asks_status(read.mail)),
        addresses=frozenset(
            address for read in reads for address in (*_written_by(read), customer_brought(read, office)) if address
        ),
    )


def _may_ask_for_work(read: Read, office: Office) -> bool:
    return (
        desk_writer(read, office) is not None
        and not read.bonds.carried
        and read_reply(own_text(read.mail.text)).has("list")
    )


def _survey_within(reads: Sequence[Read], office: Office) -> timedelta | None:
    """How long after a resolution a survey may follow (not at all without one in the rules), where one of these mails
    may resolve a complaint; else None.
    """
    rules = office.rulebook.survey
    may_resolve = (
        office.member_at(read.sender.address) is not None and read_reply(own_text(read.mail.text)).has("resolve")
        for read in reads
    )
    if not any(may_resolve):
        return None
    return rules.after + NOT_LATER_THAN if rules is not None else timedelta(0)


def _written_by(read: Read) -> Iterator[str]:
    return (author.address for author in (*read.mail.from_, *read.mail.reply_to))
