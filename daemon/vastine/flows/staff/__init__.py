"""Staff at work from their own mail client: replies to our mails, and mails to the desk."""

from vastine.flows.staff.desk import customer_brought, desk_writer, named_at_desk, take_desk_mail
from vastine.flows.staff.notices import take_notice_reply
from vastine.flows.staff.objections import may_be_answer
from vastine.flows.staff.reply import take_reply

__all__ = [
    "customer_brought",
    "desk_writer",
    "may_be_answer",
    "named_at_desk",
    "take_desk_mail",
    "take_notice_reply",
    "take_reply",
]
