"""Whether a customer's further mail has turned to another matter than the complaint that its token opens.

That needs evidence of its own: what only thanks us, or says that something still fails, continues the matter.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from vastine.core.complaint import Complaint
from vastine.core.follow_ups import besides_courtesy, says_still, what_it_is
from vastine.core.identity import masked
from vastine.core.joining import begins_anew, references_in
from vastine.core.mail import Mail
from vastine.core.subject import bare_subject, is_reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the rules see in a mail as a new one: the topic that a rule gives it, None where none does, and its facts
    that tell matters apart.
    """

    topic: str | None
    facts: Mapping[str, Sequence[str]]


def is_other_matter(mail: Mail, complaint: Complaint, see: Callable[[Mail], Seen]) -> bool:
    """Whether an old conversation has turned to something else; `see` is asked only where it matters.

    In a complaint that is resolved one of these is enough: another number of an order or the like, a new subject that
    is no reply, or another topic by what the mail says besides thanks; the latter two not where it says that something
    still fails. In one that is open the subject must be new as well: what is added to an open matter belongs to it.
    """
    anew = begins_anew(mail, complaint) and what_it_is(bare_subject(mail.subject)) == "other"
    if complaint.status != "resolved" and not anew:
        return False
    if has_other_facts(see(mail).facts, complaint):
        return True
    if complaint.status == "resolved" and not says_still(mail.new_text):
        return anew or _has_other_topic(mail, complaint, see)
    return anew and _has_other_topic(mail, complaint, see)


def has_other_facts(facts: Mapping[str, Sequence[str]], complaint: Complaint) -> bool:
    """Whether the facts name something else of the same kind (another order), and nothing that the complaint names."""
    known: Mapping[str, Sequence[str]] = complaint.decision.get("found") or {}
    shared = [(set(map(masked, values)), set(known[name])) for name, values in facts.items() if known.get(name)]
    return bool(shared) and not any(here & there for here, there in shared)


def _has_other_topic(mail: Mail, complaint: Complaint, see: Callable[[Mail], Seen]) -> bool:
    """Whether its words give another topic: not its courtesies, nor the subject that it replies to, nor who sent it."""
    subject = "" if _is_old_subject(mail, complaint) else besides_courtesy(mail.subject)
    said = besides_courtesy(mail.new_text)
    topic = see(replace(mail, subject=subject, text=said, new_text=said)).topic
    if topic in (None, complaint.topic):
        return False
    return topic != see(replace(mail, subject="", text="", new_text="")).topic


def _is_old_subject(mail: Mail, complaint: Complaint) -> bool:
    same = bare_subject(mail.subject).casefold() == bare_subject(complaint.subject).casefold()
    return is_reply(mail.subject) and (same or complaint.reference in references_in(mail))
