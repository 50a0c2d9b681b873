"""Two desks face to face (R26, F29): each is the other's customer, and the post between them strips every marker."""

import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mixed_texts import SUPPORT
from servers.dovecot import Dovecot
from servers.smtp_peer import Received, SmtpPeer
from whole.desk import RULES, Desk, until
from whole.post import Post, plain, stamped

pytestmark = [pytest.mark.whole, pytest.mark.dovecot]
HERE, THERE = "pohjolanpyora.example", "etelankello.example"
OTHER_SUPPORT = SUPPORT.replace(HERE, THERE)
STRIPPED = (b"auto-submitted", b"x-auto-response-suppress", b"precedence", b"x-vastine-", b"references", b"in-reply-to")
FIELD = re.compile(rb"[!-9;-~]+:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*\r\n")
HUMAN = f"""\
From: {OTHER_SUPPORT}\r
To: {SUPPORT}\r
Subject: Tilauksemme puuttuu\r
Message-ID: <1@mail.{THERE}>\r
\r
Hei, kuka teilt\xe4 osaisi kertoa, milloin tilaamamme kello tulee?\r
""".encode("latin-1")
OWN_TEXTS = re.compile(r"\nreplies:\n.*?\n\n", re.DOTALL)
NAMELESS = OWN_TEXTS.sub(
    """
replies:
  acknowledgement:
    fi: {subject: "Viestisi on perill\u00e4", body: "Kiitos, viesti tuli perille. Vastaamme sinulle {{ promise }}."}
    sv: {subject: "Viestisi on perill\u00e4", body: "Kiitos, viesti tuli perille. Vastaamme sinulle {{ promise }}."}
    en: {subject: "Viestisi on perill\u00e4", body: "Kiitos, viesti tuli perille. Vastaamme sinulle {{ promise }}."}

""",
    RULES,
)
BUILT_IN = OWN_TEXTS.sub("\n", RULES)


def stripped(raw: bytes, *, reply_to: bool) -> bytes:
    """The mail as a relay gives it on that takes away all by which a program is known, and gives it a new identity."""
    head, _, body = raw.partition(b"\r\n\r\n")
    gone = STRIPPED if reply_to else (*STRIPPED, b"reply-to")
    kept = [each for each in FIELD.findall(head + b"\r\n") if not each.lower().startswith((*gone, b"message-id"))]
    return b"Message-ID: <%s@relay.example>\r\n" % secrets.token_hex(9).encode() + b"".join(kept) + b"\r\n" + body


@dataclass(frozen=True, slots=True)
class Faced:
    """The two desks, and the post between them."""

    here: Desk
    there: Desk
    post: Post

    def sent(self, desk: Desk) -> list[Received]:
        """What a desk sent to the other one."""
        return [mail for mail in desk.smtp.received if plain(mail.recipients[0]) in self.post.boxes]


@contextmanager
def face_to_face(folder: Path, post: Post, rules: str) -> Iterator[Faced]:
    with ExitStack() as stack:
        desks = []
        for domain in (HERE, THERE):
            smtp = stack.enter_context(SmtpPeer(on_mail=post.carry))
            (folder / domain).mkdir()
            user = f"{domain[0]}-{secrets.token_hex(6)}"
            desk = Desk(folder=folder / domain, dovecot=post.dovecot, smtp=smtp, user=user)
            stack.callback(desk.close)
            desk.furnish(rules=rules.replace(HERE, domain))
            settings = desk.settings.read_text(encoding="utf-8")
            desk.settings.write_text(settings.replace(HERE, domain), encoding="utf-8")
            post.boxes[SUPPORT.replace(HERE, domain)] = user
            desks.append(desk)
        yield Faced(*desks, post)


@pytest.mark.parametrize(
    ("rules", "reply_to", "proves"),
    [
        pytest.param(RULES, False, True, id="own_texts"),
        pytest.param(RULES, True, True, id="reply_to_kept"),
        pytest.param(BUILT_IN, False, False, id="built_in_texts_unproven"),
        pytest.param(NAMELESS, False, True, id="no_reference_in_text"),
        pytest.param(NAMELESS, True, False, id="no_reference_in_text_unproven_reply_to_kept"),
    ],
)
def test_a_loop_of_two_desks_dies_after_two_mails_a_side(
    rules: str, reply_to: bool, proves: bool, tmp_path: Path, dovecot: Dovecot
) -> None:
    post = Post(dovecot=dovecot, change=lambda raw: stripped(raw, reply_to=reply_to), proves=proves)
    with face_to_face(tmp_path, post, rules) as faced:
        faced.here.deliver([stamped(HUMAN, OTHER_SUPPORT, SUPPORT, proven=proves)])
        for desk in (faced.here, faced.there):
            desk.start()
        assert until(lambda: faced.sent(faced.here))
        until(lambda: faced.post.is_quiet(5), seconds=40)
        counts = {domain: len(faced.sent(d)) for domain, d in ((HERE, faced.here), (THERE, faced.there))}
        assert len(faced.there.complaints()) > 0
    assert max(counts.values()) <= 2, counts
