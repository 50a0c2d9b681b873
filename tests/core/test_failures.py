"""Why a mail was refused, in what servers of many makes say."""

import pytest

from vastine.core.failures import CAUSES, cause_of
from vastine.texts import LANGUAGES, texts_in


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("5.1.1", "no_address"),
        ("550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual mailbox table", "no_address"),
        ("550-5.1.1 The email account that you tried to reach does not exist. Please try", "no_address"),
        ("550 5.4.1 Recipient address rejected: Access denied. [XX.eop.protection.outlook.com]", "no_address"),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found", "no_domain"),
        ("550 No such user here", "no_address"),
        ("553 sorry, no mailbox here by that name. (#5.7.1)", "no_address"),
        ("5.1.2 smtp; Host unknown (Name server: host not found)", "no_domain"),
        ("5.4.4 Host or domain name not found. Name service error for name=posti.exmaple", "no_domain"),
        ("551 user has moved", "moved"),
        ("5.2.1 The account is disabled", "closed"),
        ("550 5.2.0 mailbox disabled", "closed"),
        ("552 5.2.2 mailbox full", "full"),
        ("452-4.2.2 The email account that you tried to reach is over quota", "full"),
        ("5.0.0 smtp; 552 Quota exceeded", "full"),
        ("5.2.0 smtp; 550 strange", "mailbox"),
        ("5.3.4 Message size exceeds fixed limit", "too_large"),
        ("552 Message too large", "too_large"),
        ("5.3.0 something broke", "system"),
        ("421 try later", "system"),
        ("4.4.1 smtp; connection timed out", "no_connection"),
        ("given up after five days; the last attempt: 451 later", "too_late"),
        ("4.4.7 smtp; 450 expired", "too_late"),
        ("554 5.4.6 Too many hops", "loop"),
        ("5.5.2 bad syntax", "protocol"),
        ("5.6.1 media not supported", "content"),
        ("552 5.7.0 This message contains a virus", "content"),
        ("550 5.7.1 SPF check failed", "sender"),
        ("550 5.7.1 Message rejected as spam by Content Filtering", "spam"),
        ("554 5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org", "spam"),
        ("550 5.7.1 refused by policy", "refused"),
        ("5.7.9 hm", "refused"),
        ("554 no", "refused"),
        ("it has the form of a bounce", "unknown"),
        ("5.9.9", "unknown"),
        ("", "unknown"),
    ],
)
def test_what_a_server_says_has_a_plain_cause(said: str, cause: str) -> None:
    assert cause_of(said) == cause


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_has_a_sentence(language: str) -> None:
    said = [texts_in(language).staff[f"failed_{cause}"] for cause in CAUSES]
    assert all(sentence.endswith(".") for sentence in said)
    assert len(set(said)) == len(CAUSES)
