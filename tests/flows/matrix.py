"""Who may act by mail: every From beside every result of authentication, every token and every content.

What must become of a mix is said here by SAFETY R23, R24, R28 to R35 and by INTERFACES ("Commands by mail"), and not
by what the code does. `python -m tests.flows.matrix` prints the counts.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Literal

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest has it

from flows.office import (
    ADMIN,
    NOW,
    SUPPORT,
    Octets,
    complaint_of,
    delivery,
    desk_after,
    office,
    opened,
    parsed,
    rules,
)
from vastine.core.authentication import Policy
from vastine.core.complaint import Complaint
from vastine.core.desk import Desk
from vastine.core.mail import Mail
from vastine.core.outgoing import Outgoing
from vastine.core.parse import parse
from vastine.core.reading import Reading
from vastine.core.story import Story
from vastine.flows.conclude import conclude
from vastine.flows.tying import tied

Fate = Literal["accepted", "returned", "other"]

AT_ANNA, AT_MAIJA, AT_PEKKA = "anna@yritys.example", "maija@yritys.example", "pekka@yritys.example"
AT_MATTI, AT_LIISA, AT_OUTSIDER = "matti@posti.example", "liisa@posti.example", "varas@muualla.example"
MEMBERS = {"anna": AT_ANNA, "maija": AT_MAIJA}  # Pekka was one when he got his token
INSIDE = {AT_ANNA, AT_MAIJA, "ville@yritys.example", "olli@yritys.example", "johtaja@yritys.example", ADMIN}
OURS = ("yritys.example",)
SECRET = "Varasto lähettää uuden polkimen"  # stands in all that is written, and must reach no customer unproven
SUBJECT = "Kirottu runko"
TO_CUSTOMERS = ("acknowledgement", "answer", "delay", "status", "closing", "survey")


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """What stands in From. `address` is the one address in it, in lower case; None where there is not exactly one.

    `first` is then the first of them, whom an acknowledgement that repeats nothing may reach.
    """

    name: str
    fields: tuple[str, ...]
    address: str | None
    first: str | None = None

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2] if self.address else "yritys.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What our servers wrote, or somebody pretended that they did, and for which domains it proves From.

    `fields` are made for the domain of From. `taken_at_its_word`: method none asks for no proof, and gives none.
    """

    name: str
    policy: Policy
    fields: Callable[[str], tuple[str, ...]]
    proves: Callable[[str], bool]
    signed_by: Callable[[str], tuple[str, ...]] = lambda _: ()
    rejected: bool = False
    taken_at_its_word: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a mail is tied to us: its header fields, and whose token that is, if it lives; for which complaint."""

    name: str
    fields: Callable[["World"], tuple[str, ...]]
    member: str | None = None
    reference: str = "V-AAAAA"
    by_token: bool = True
    revoked: bool = False
    at_desk: bool = False  # a mail to the desk itself, which knows commands of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is written. `fate` is what becomes of it when it is the member's own.

    `answer` is what then goes to the customer, and `events` what is recorded. `automatic`: no person wrote it.
    """

    name: str
    text: Callable[["World"], str]
    fate: Fate
    answer: str | None = None
    events: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    automatic: bool = False
    unmarked: bool = False  # a member may have written it all the same: it comes back to them, and to nobody else


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    author: Author
    proof: Proof
    way: Way
    content: Content

    def __str__(self) -> str:
        return " | ".join((self.author.name, self.proof.name, self.way.name, self.content.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Two complaints, of Matti and of Liisa; Anna has both, and Maija and Pekka were told of Matti's."""

    first: Story
    second: Story
    desk: Desk
    revoked: Desk

    def to(self, party: str, *, second: bool = False) -> Outgoing:
        """The last mail that this party got about a complaint."""
        mails = (self.second if second else self.first).mails
        return next(mail for mail in reversed(mails) if mail.draft.party == party)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What became of a mix, and what is wrong with that. A false accept is an effect that nobody was entitled to."""

    mix: Mix
    wanted: Fate
    fate: Fate
    faults: tuple[str, ...]

    @property
    def false_accept(self) -> bool:
        return self.fate == "accepted" and self.wanted != "accepted"


# --- the world


@cache
def world() -> World:
    lead = ("worse, when: {subject: vaara}, then: {raise: 1, tags: [danger], tell: [lead]}",
            "worse, when: {subject: vaara}, then: {raise: 1, tags: [danger], tell: [maija, pekka]}")  # fmt: skip
    more = ("  olli:", "  pekka: {name: Pekka Poissa, email: pekka@yritys.example}\n  olli:")
    before = office(rulebook=rules(lead, more), random=Octets("world"))
    text = "Hei,\n\nostamani pyörä on rikki jo nyt, poljin irtosi.\n\nMatti"
    first = opened(before, text=text, subject=f"{SUBJECT} (vaara)")
    second_at = replace(before, random=Octets("second"))
    fields = {"from": "Liisa Lahti <liisa@posti.example>", "message_id": "<toinen@posti.example>"}
    second = opened(second_at, text="Ketju puuttuu.", subject="Ketju", **fields)
    moved = replace(complaint_of(second), reference="V-BBBBB")
    second = replace(
        second,
        reference="V-BBBBB",
        complaint=moved,
        mails=tuple(_moved(mail, "V-BBBBB") for mail in second.mails),
        events=(),
    )
    return World(
        first=first,
        second=second,
        desk=desk_after(first, second),
        revoked=desk_after(first, second, revoked=["staff:anna"]),
    )


def _moved(mail: Outgoing, reference: str) -> Outgoing:
    """A mail of the second complaint: two offices of a test begin their references with the same one."""
    tokens = tuple(replace(token, reference=reference) for token in mail.tokens)
    return replace(mail, draft=replace(mail.draft, reference=reference), tokens=tokens)


# --- From

AUTHORS = (
    Author(name="the member", fields=("From: Anna Virtanen <anna@yritys.example>",), address=AT_ANNA),
    Author(name="the member in capitals", fields=("From: ANNA <ANNA@YRITYS.EXAMPLE>",), address=AT_ANNA),
    Author(name="another member", fields=("From: Maija Koski <maija@yritys.example>",), address=AT_MAIJA),
    Author(name="a former member", fields=("From: Pekka Poissa <pekka@yritys.example>",), address=AT_PEKKA),
    Author(name="the customer", fields=("From: Matti <matti@posti.example>",), address=AT_MATTI),
    Author(name="an outsider", fields=("From: Varas <varas@muualla.example>",), address=AT_OUTSIDER),
    Author(name="our own address", fields=(f"From: Yritys Oy <{SUPPORT}>",), address=SUPPORT),
    Author(name="management", fields=("From: johtaja@yritys.example",), address="johtaja@yritys.example"),
    Author(name="two addresses", fields=("From: varas@muualla.example, anna@yritys.example",), address=None,
           first=AT_OUTSIDER),
    Author(name="two From fields", fields=("From: anna@yritys.example", "From: varas@muualla.example"), address=None,
           first=AT_ANNA),
    Author(name="nobody", fields=(), address=None),
    Author(
        name="the member's name, an outsider's address",
        fields=("From: Anna Virtanen <varas@muualla.example>",),
        address=AT_OUTSIDER,
    ),
    Author(
        name="the member's address as a name",
        fields=('From: "anna@yritys.example" <varas@muualla.example>',),
        address=AT_OUTSIDER,
    ),
    Author(
        name="an outsider sent for by the member",
        fields=(
            "From: varas@muualla.example",
            "Sender: anna@yritys.example",
            "Reply-To: anna@yritys.example",
            "X-Vastine-Kind: routed",
            "Return-Path: <anna@yritys.example>",
        ),
        address=AT_OUTSIDER,
    ),
    Author(name="a subdomain", fields=("From: anna@posti.yritys.example",), address="anna@posti.yritys.example"),
    Author(
        name="our domain below another",
        fields=("From: Anna <anna@yritys.example.muualla.example>",),
        address="anna@yritys.example.muualla.example",
    ),
    Author(name="a plus sign", fields=("From: anna+koti@yritys.example",), address="anna+koti@yritys.example"),
    Author(name="a letter that looks alike", fields=("From: аnna@yritys.example",), address="аnna@yritys.example"),
)  # fmt: skip

# --- authentication

BY_SERVER = Policy(method="authserv-id", authserv_id="mx.yritys.example", own_domains=OURS)
BY_HOST = replace(BY_SERVER, internal=("mail.yritys.example",))
BY_EXCHANGE = Policy(method="microsoft365", own_domains=OURS)
BY_SIGNATURE = Policy(method="dkim", own_domains=OURS)
INTERNAL = "X-MS-Exchange-Organization-AuthAs: Internal"
LOGGED_IN = (
    "Received: from [10.0.0.2] by mail.yritys.example (Postfix) with ESMTPSA id 1; Wed, 24 Jun 2026 12:00:00 +0300"
)
FROM_ABROAD = (
    "Received: from muualla.example (muualla.example [192.0.2.66])\r\n\tby mail.yritys.example (Postfix) with ESMTPS"
    " id 2;\r\n\tWed, 24 Jun 2026 12:00:01 +0300"
)
BY_OTHERS = "Received: from x by mx.muualla.example with ESMTP id 3; Wed, 24 Jun 2026 12:00:01 +0300"


def ours(results: str) -> str:
    return f"Authentication-Results: mx.yritys.example;\r\n {results}"


def theirs(results: str) -> str:
    return f"Authentication-Results: mx.muualla.example; {results}"


def always(_: str) -> bool:
    return True


def never(_: str) -> bool:
    return False


def own(domain: str) -> bool:
    return domain in OURS


def _by_server(name: str, *fields: str, proves: Callable[[str], bool] = never, rejected: bool = False) -> Proof:
    """`D` in the fields stands for the domain of From."""
    return _proof(name, BY_SERVER, fields, proves, rejected=rejected)


def _proof(
    name: str, policy: Policy, fields: tuple[str, ...], proves: Callable[[str], bool], *, rejected: bool = False
) -> Proof:
    def for_domain(domain: str) -> tuple[str, ...]:
        return tuple(field.replace("=D", f"={domain}").replace("@D", f"@{domain}") for field in fields)

    return Proof(name=name, policy=policy, fields=for_domain, proves=proves, rejected=rejected)


PASS, FAIL = "dmarc=pass (p=none) header.from=D", "dmarc=fail (p=none) header.from=D"
PROOFS = (
    _by_server("dmarc=pass", ours(PASS), proves=always),
    _by_server("dkim=pass for From", ours("dmarc=none; dkim=pass header.d=D"), proves=always),
    _by_server("spf=pass for From", ours("dkim=none; spf=pass smtp.mailfrom=x@D"), proves=always),
    _by_server("ours passes below another's failure", theirs(FAIL), ours(PASS), proves=always),
    _by_server("dmarc=fail", ours(FAIL)),
    _by_server("dmarc=fail, reject", ours("dmarc=fail (p=reject dis=none) header.from=D"), rejected=True),
    _by_server("dmarc=fail, quarantine", ours("dmarc=fail (p=quarantine) header.from=D"), rejected=True),
    _by_server("no results"),
    _by_server("dmarc=none", ours("dmarc=none header.from=D")),
    _by_server("a forged pass below ours", ours(FAIL), ours(PASS)),
    _by_server("a forged pass below ours that found nothing", ours("none"), ours(PASS)),
    _by_server("another's pass above ours", theirs(PASS), ours(FAIL)),
    _by_server("another's pass alone", theirs(PASS)),
    _by_server("a server named like ours", f"Authentication-Results: mx.yritys.example.muualla.example; {PASS}"),
    _by_server("results without a server", f"Authentication-Results: {PASS}"),
    _by_server("a pass in a chain of others", f"ARC-Authentication-Results: i=1; mx.yritys.example; {PASS}"),
    _by_server("a pass in a field of another name", f"X-Authentication-Results: mx.yritys.example; {PASS}"),
    _by_server("a pass in a comment", ours(f"dmarc=fail (a; {PASS}; dkim=pass header.d=D)")),
    _by_server("a pass in quotes", ours(f'dkim=fail reason="; {PASS.replace("(p=none) ", "")};"')),
    _by_server("dkim=pass for another domain", ours("dkim=pass header.d=kolmas.example")),
    _by_server("dmarc=pass for another domain", ours("dmarc=pass header.from=kolmas.example")),
    _by_server("spf=pass for another domain", ours("spf=pass smtp.mailfrom=x@kolmas.example")),
    _by_server("spf=pass for the name that it greeted with", ours("spf=pass smtp.helo=D")),
    _by_server("dkim=pass for all of example", ours("dkim=pass header.d=example")),
    _by_server("Exchange's word where it is not asked", INTERNAL),
    _by_server("a login where no host is trusted", LOGGED_IN),
    _proof("a login at our host", BY_HOST, (LOGGED_IN,), own),
    _proof("a login at our host, scanned there", BY_HOST, (
        "Received: from mail.yritys.example (localhost [127.0.0.1]) by mail.yritys.example (Postfix) with ESMTP id 4",
        LOGGED_IN), own),
    _proof("a login below another's line", BY_HOST, (BY_OTHERS, LOGGED_IN), never),
    _proof("a login below a line of our host for mail from abroad", BY_HOST, (FROM_ABROAD, LOGGED_IN), never),
    _proof("a login in the recipient's name", BY_HOST, (
        'Received: from x (x [192.0.2.66]) by mail.yritys.example with ESMTPS id 5 for <"a with ESMTPSA b"@x.example>',
        ), never),
    _proof("no login at our host", BY_HOST, (LOGGED_IN.replace("ESMTPSA", "ESMTPS"),), never),
    _proof("a login at a host named like ours", BY_HOST, (LOGGED_IN.replace("mail.", "mail.yritys.example."),), never),
    _proof("Exchange took it from a user", BY_EXCHANGE, ("Authentication-Results: dkim=none", INTERNAL), own),
    _proof("Exchange: dmarc=pass", BY_EXCHANGE, (f"Authentication-Results: spf=none; {PASS}; compauth=pass",), always),
    _proof("Exchange: from outside, and a forged word", BY_EXCHANGE, (
        "X-MS-Exchange-Organization-AuthAs: Anonymous", INTERNAL), never),
    _proof("Exchange: between tenants", BY_EXCHANGE, ("X-MS-Exchange-CrossTenant-AuthAs: Internal",), never),
    _proof("Exchange: a pass of a named server", BY_EXCHANGE, (ours(PASS),), never),
    _proof("Exchange: a pass below its failure", BY_EXCHANGE, (
        "Authentication-Results: dmarc=fail action=oreject header.from=D;compauth=fail",
        f"Authentication-Results: {PASS}"), never, rejected=True),
    replace(_proof("a signature of From", BY_SIGNATURE, (), always), signed_by=lambda domain: (domain,)),
    replace(_proof("a signature of another", BY_SIGNATURE, (), never), signed_by=lambda _: ("kolmas.example",)),
    _proof("no signature, and a pass that nobody asked for", BY_SIGNATURE, (ours(PASS),), never),
    replace(_proof("authentication switched off", Policy(), (), never), taken_at_its_word=True),
)  # fmt: skip

# --- tokens


def _reply_to(mail: Outgoing) -> str:
    """As `reply_to` of the office, but read without a parser: it is asked for thousands of times."""
    return next(line[10:] for line in mail.raw.decode().splitlines() if line.startswith("Reply-To: "))


def _answers(mail: Outgoing, *, to: str | None = None) -> tuple[str, ...]:
    return (f"To: {to or _reply_to(mail)}", f"In-Reply-To: {mail.message_id}", f"References: {mail.message_id}")


def _token_of(mail: Outgoing) -> str:
    return _reply_to(mail).partition("+s.")[2].partition("@")[0]


PLAIN = f"To: {SUPPORT}"
WAYS = (
    Way(name="own", fields=lambda w: _answers(w.to("staff:anna")), member="anna"),
    Way(name="own, by Message-ID", fields=lambda w: _answers(w.to("staff:anna"), to=SUPPORT), member="anna",
        by_token=False),
    Way(name="own, in Delivered-To", fields=lambda w: (f"Delivered-To: {_reply_to(w.to('staff:anna'))}", PLAIN),
        member="anna"),
    Way(name="own, in capitals", fields=lambda w: (f"To: {_reply_to(w.to('staff:anna')).upper()}",), member="anna"),
    Way(name="own, of another complaint", fields=lambda w: _answers(w.to("staff:anna", second=True)), member="anna",
        reference="V-BBBBB"),
    Way(name="another member's", fields=lambda w: _answers(w.to("staff:maija")), member="maija"),
    Way(name="another member's, by Message-ID", fields=lambda w: _answers(w.to("staff:maija"), to=SUPPORT),
        member="maija", by_token=False),
    Way(name="revoked", fields=lambda w: _answers(w.to("staff:anna")), revoked=True, at_desk=True),
    Way(name="the customer's", fields=lambda w: _answers(w.to(f"customer:{AT_MATTI}"))),
    Way(name="for a bounce", fields=lambda w: (f"To: {w.to('staff:anna').envelope_from}",)),
    Way(name="of one who has left", fields=lambda w: _answers(w.to("staff:pekka"))),
    Way(name="garbage", fields=lambda _: (f"To: tuki+s.{'a' * 26}@yritys.example",), at_desk=True),
    Way(name="own, at another domain", fields=lambda w: (
        f"To: tuki+s.{_token_of(w.to('staff:anna'))}@muualla.example", PLAIN.replace("To", "Cc")), at_desk=True),
    Way(name="own, as a customer's", fields=lambda w: (
        f"To: tuki+c.{_token_of(w.to('staff:anna'))}@yritys.example",), at_desk=True),
    Way(name="none", fields=lambda _: (PLAIN,), at_desk=True),
)  # fmt: skip

# --- contents


@cache
def _routed_text() -> str:
    return parsed(world().to("staff:anna")).text


def _routed(_: World) -> str:
    return _routed_text()


def _quoted(w: World) -> str:
    return "".join(f"> {line}".rstrip() + "\n" for line in _routed(w).splitlines())


def _fact(w: World, label: str) -> str:
    return next(line for line in _routed(w).splitlines() if line.startswith(label))


ANSWER = f"Hei Matti,\n\n{SECRET} jo huomenna.\n\nTerveisin\nAnna"
HEADING = "Yritys Oy kirjoitti 24.6.2026 klo 12.00:"
OUTLOOK = (
    "________________________________\nLähettäjä: Yritys Oy <tuki@yritys.example>\n"
    "Lähetetty: keskiviikko 24. kesäkuuta 2026 12.00\nVastaanottaja: Anna Virtanen <anna@yritys.example>\n"
    "Aihe: [V-AAAAA] [high] Kirottu runko\n"
)
AWAY = f"Olen lomalla 1.7. asti. Kiireellisissä asioissa sijaiseni auttaa. {SECRET}."


def _back(name: str, text: str | Callable[[World], str], *fields: str) -> Content:
    """A content that goes back to the member."""
    return Content(name=name, text=_text(text), fate="returned", fields=fields)


def _does(
    name: str, text: str | Callable[[World], str], *events: str, answer: str | None = None, fields: tuple[str, ...] = ()
) -> Content:
    return Content(name=name, text=_text(text), fate="accepted", answer=answer, events=events, fields=fields)


def _text(text: str | Callable[[World], str]) -> Callable[[World], str]:
    return text if callable(text) else lambda _: text


CONTENTS = (
    _does("an answer", ANSWER, "answered", answer=ANSWER),
    _does("#resolve with an answer", f"#resolve\n\n{ANSWER}", "answered", "resolved", answer=ANSWER),
    _does("#ratkaistu alone", "#ratkaistu", "resolved"),
    _does("a note", f"#huomautus\n{SECRET}.", "note"),
    _does("#tag", "#tagg takuu\n", "tag"),
    _does("an answer above all that was quoted", lambda w: f"{ANSWER}\n\n{HEADING}\n{_quoted(w)}", "answered",
          answer=ANSWER),
    _does("an answer below all that was quoted", lambda w: f"{HEADING}\n{_quoted(w)}\n{ANSWER}", "answered",
          answer=ANSWER),
    _does("an answer above a copy of ours", lambda w: f"{ANSWER}\n{OUTLOOK}\n{_routed(w)}", "answered", answer=ANSWER),
    _does("an answer with an outsider in copy", ANSWER, "note", fields=(f"Cc: {AT_OUTSIDER}",)),
    _does("an answer with the customer in copy", ANSWER, "answered", fields=("Cc: {customer}",)),
    _back("a mistyped command", f"#ratkiastu\n\n{ANSWER}"),
    _back("a mistyped command below a good one", f"#resolve\n#hups\n\n{ANSWER}"),
    _back("a command that mail does not offer", f"#erase {AT_MATTI}\n{SECRET}"),
    _back("the marker line", f"{ANSWER}\n\nKirjoita vastauksesi tämän rivin yläpuolelle. Se lähtee asiakkaalle."),
    _back("a token", lambda w: f"{ANSWER}\n\nVastaa: {_reply_to(w.to('staff:anna'))}"),
    _back("our facts", lambda w: f"{ANSWER}\n\n{_fact(w, 'Luvattu')}"),
    _back("our reasons", lambda w: f"{SECRET}.\n{_fact(w, 'Miksi')}\n"),
    _back("nothing", ""),
    _back("nothing but what was quoted", lambda w: f"{HEADING}\n{_quoted(w)}"),
    _back("an answer below our copy, unmarked", lambda w: f"{_routed(w)}\n{ANSWER}"),
    Content(name="an absence notice", text=_text(AWAY), fate="other", automatic=True,
            fields=("Auto-Submitted: auto-replied",)),
    Content(name="a notice that a program wrote", text=_text(ANSWER), fate="other", automatic=True,
            fields=("Auto-Submitted: auto-generated",)),
    Content(name="an absence notice without its mark", text=_text(AWAY), fate="returned", automatic=True,
            unmarked=True, fields=("References: <kysymys@posti.example>",)),
)  # fmt: skip
ACTING = tuple(content for content in CONTENTS if content.fate == "accepted")
BESIDES = ((AUTHORS[0], PROOFS[0]), (AUTHORS[0], PROOFS[5]), (AUTHORS[5], PROOFS[0]))

# --- the oracle


def wanted(mix: Mix) -> Fate:
    """What must become of a mix, by the specification."""
    if is_desk_mail(mix):
        return "returned"  # none of the commands is for the desk
    is_a_programs = mix.content.automatic and not (mix.content.unmarked and is_the_member(mix))
    if is_a_programs or mix.way.member is None:
        return "other"
    if not mix.way.by_token and mix.author.address == AT_MATTI:
        return "other"  # the customer, who came to see a mail to staff and answers it: level 2, staff are shown it
    if _says_nothing(mix) or _is_the_shared_mailbox(mix):
        return "other"
    return mix.content.fate if is_the_member(mix) else "returned"


def _says_nothing(mix: Mix) -> bool:
    """Neither From nor a word: it cannot be told from a damaged mail, and the administrator is told of it."""
    return not mix.author.fields and mix.content.name == "nothing"


def _is_the_shared_mailbox(mix: Mix) -> bool:
    """An answer from our own address, proven and sent to the customer as well: it is recorded, and acts on nothing."""
    copied = any("{customer}" in field for field in mix.content.fields)
    answers = any(field.startswith("In-Reply-To") for field in mix.way.fields(world()))
    return mix.author.address == SUPPORT and copied and answers and mix.proof.proves(mix.author.domain)


def is_desk_mail(mix: Mix) -> bool:
    """A command in a member's mail that is proven to be theirs, and is no reply to anything of ours."""
    proven = mix.proof.proves(mix.author.domain)  # no token stands in it, so From is not taken at its word
    commands = mix.content.text(world()).startswith("#")
    return mix.way.at_desk and commands and proven and mix.author.address in MEMBERS.values()


def is_the_member(mix: Mix) -> bool:
    """R31: their own token, exactly one From that is their registered address, authentication passed, rights as now."""
    if mix.way.member is None or mix.author.address != MEMBERS[mix.way.member]:
        return False
    return mix.proof.taken_at_its_word or mix.proof.proves(mix.author.domain)


def mixes() -> Iterator[Mix]:
    """Every proof with every living token of every author, and some content that would act; every content with every
    token of the member, of another, and of the member unproven; and a sample of the rest.
    """
    turn = count()
    for author in AUTHORS:
        for proof in PROOFS:
            for way in WAYS:
                number = next(turn)
                if way.member and (author.address in MEMBERS.values() or number % 8 == 0):
                    yield Mix(author=author, proof=proof, way=way, content=ACTING[number % len(ACTING)])
                elif number % 23 == 0:
                    yield Mix(author=author, proof=proof, way=way, content=CONTENTS[number % len(CONTENTS)])
    for content in CONTENTS:
        for way in WAYS:
            for author, proof in BESIDES:
                yield Mix(author=author, proof=proof, way=way, content=content)


# --- what became of it


def raw_of(mix: Mix, number: int) -> bytes:
    """The octets of a mix: what our servers add stands on top."""
    w = world()
    customer = AT_LIISA if mix.way.reference == "V-BBBBB" else AT_MATTI
    fields = (
        *mix.proof.fields(mix.author.domain),
        *mix.author.fields,
        *mix.way.fields(w),
        *(field.format(customer=customer) for field in mix.content.fields),
        f"Subject: Re: [V-AAAAA] [high] {SUBJECT} (vaara)",
        f"Message-ID: <{number}@muualla.example>",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    head = "".join(f"{field}\r\n" for field in fields)
    return f"{head}\r\n{mix.content.text(w)}\r\n".replace("\r\n", "\n").replace("\n", "\r\n").encode()


def story_of(mix: Mix, number: int) -> Story:
    w = world()
    at = office(policy=mix.proof.policy, random=Octets("mix"))
    raw = raw_of(mix, number)
    mail: Mail = parse(raw)
    reading = Reading(mail=mail, language="fi")
    read = tied(delivery(raw), reading, at, mix.proof.signed_by(mix.author.domain))
    known = replace(w.revoked if mix.way.revoked else w.desk, references=iter(["V-NEW22"]))
    return at.sealed(conclude(read, known, at, NOW), NOW)


def judged(mix: Mix, number: int = 0) -> Judged:
    """What became of a mix, with every fault that the specification finds in it."""
    story = story_of(mix, number)
    fate: Fate = "accepted" if _has_effects(story) else "returned" if _returned(story) else "other"
    faults = [*_wrong_fate(mix, fate), *_wrong_recipients(mix, story), *_told(mix, story)]
    if fate == "accepted":
        faults += _wrong_effects(mix, story)
    if wanted(mix) == "returned":
        faults += _wrong_return(mix, story)
    return Judged(mix=mix, wanted=wanted(mix), fate=fate, faults=tuple(faults))


def _has_effects(story: Story) -> bool:
    """Whether anything was done that only staff may do."""
    by_members = any(event.actor in (*MEMBERS, "pekka") and event.kind != "returned" for event in story.events)
    to_customer = any(mail.draft.kind in TO_CUSTOMERS and mail.draft.kind != "acknowledgement" for mail in story.mails)
    closed = story.complaint is not None and story.complaint.status in ("resolved", "merged", "spam", "waiting")
    return by_members or to_customer or closed or bool(story.withdrawn) or story.hand_over


def _returned(story: Story) -> bool:
    return any(mail.draft.kind == "returned" for mail in story.mails)


def _wrong_fate(mix: Mix, fate: Fate) -> list[str]:
    return [] if fate == wanted(mix) else [f"{fate}, not {wanted(mix)}"]


def _wrong_recipients(mix: Mix, story: Story) -> Iterator[str]:
    """R24, R28: nothing goes to From or to an outsider but the acknowledgement of a new complaint of theirs."""
    for mail in story.mails:
        to, kind = mail.draft.to.address, mail.draft.kind
        if kind == "acknowledgement":
            allowed = not mix.way.member and not mix.proof.rejected and not mix.content.automatic
            if not (allowed and to in (mix.author.address, mix.author.first) and story.opens):
                yield f"an acknowledgement to {to}"
        elif kind in TO_CUSTOMERS:
            if to != _complaint(mix).customer.address:
                yield f"{kind} to {to}"
        elif to not in INSIDE:
            yield f"{kind} to {to}, who is none of us"
    if mix.content.automatic and any(mail.draft.to.address not in INSIDE for mail in story.mails):
        yield "an answer to an automatic mail"


def _told(mix: Mix, story: Story) -> Iterator[str]:
    """R23: what an unproven mail says reaches nobody outside; an unproven sender is not told their own words."""
    for mail in story.mails:
        if mail.draft.to.address in INSIDE or is_the_member(mix):
            continue
        said = f"{mail.draft.subject}\n{parsed(mail).text}"
        if SECRET in said:
            yield f"{mail.draft.kind} to {mail.draft.to.address} says what was written"
        if SUBJECT in said and not mix.proof.proves(mix.author.domain):
            yield f"{mail.draft.kind} to {mail.draft.to.address} repeats an unproven subject"


def _wrong_effects(mix: Mix, story: Story) -> Iterator[str]:
    answers = [mail for mail in story.mails if mail.draft.kind in ("answer", "closing")]
    texts = [mail.draft.text.strip() for mail in answers if mail.draft.kind == "answer"]
    if texts != ([mix.content.answer] if mix.content.answer else []):
        yield f"the customer got {texts}"
    if any(mail.draft.to.address != _complaint(mix).customer.address for mail in answers):
        yield "an answer to another customer"
    happened = {event.kind for event in story.events}
    if happened != set(mix.content.events):
        yield f"recorded: {sorted(happened)}"
    if any(event.actor != mix.way.member or event.reference != mix.way.reference for event in story.events):
        yield "another's name or complaint"


def _wrong_return(mix: Mix, story: Story) -> Iterator[str]:
    """Nothing at all but the mail back to the registered address of whoever the token is for."""
    going = [(mail.draft.kind, mail.draft.to.address) for mail in story.mails]
    to = mix.author.address if is_desk_mail(mix) else MEMBERS[mix.way.member or ""]
    if going != [("returned", to)]:
        yield f"sent: {going}"
    happened = [] if is_desk_mail(mix) else ["returned"]
    if story.complaint is not None or [event.kind for event in story.events] != happened:
        yield "something was changed"
    if story.revoked_party is not None and not is_the_member(mix):
        yield "an unproven mail ended the member's token"


def _complaint(mix: Mix) -> Complaint:
    w = world()
    return complaint_of(w.second if mix.way.reference == "V-BBBBB" else w.first)


@cache
def all_judged() -> tuple[Judged, ...]:
    return tuple(judged(mix, number) for number, mix in enumerate(mixes()))


def counts(all_of_them: tuple[Judged, ...]) -> str:
    fates = Counter(each.fate for each in all_of_them)
    false = sum(each.false_accept for each in all_of_them)
    return (
        f"{len(all_of_them)} mixes: {fates['accepted']} accepted, {fates['returned']} returned, "
        f"{fates['other']} ignored/other, {false} false accepts"
    )


def main() -> int:
    everything = all_judged()
    for each in everything:
        if each.faults:
            print(f"{each.mix}: {'; '.join(each.faults)}")
    print(counts(everything))
    return 1 if any(each.faults for each in everything) else 0


if __name__ == "__main__":
    sys.exit(main())
