"""What some mails refer to."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What a batch of mails refers to, and so has to be looked up: hashes, tokens' hashes, Message-IDs, addresses,
    and references that it only names. `asks_for_work`: a mail may ask for what is in hand. `asking` are the addresses
    that ask for the status of their matters, `shown` the references that a member wants to see. `survey_within`: a mail
    may resolve a complaint, and a survey, if any, follows within so long; None where that is not so.
    """

    sha256s: frozenset[str]
    content_keys: frozenset[str]
    token_hashes: frozenset[str]
    message_ids: frozenset[str]
    addresses: frozenset[str]
    references: frozenset[str] = frozenset()
    asks_for_work: bool = False
    asking: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    survey_within: timedelta | None = None
