import asyncio
from pathlib import Path

from vastine.demo.smtp_server import EmbeddedSmtp
from vastine.edges.smtp import Outcome, Sender, SmtpAccount

RAW = b"Subject: Hei\r\n\r\n.a line with a dot\r\n"


def send(server: EmbeddedSmtp, recipient: str) -> Outcome:
    async def run() -> Outcome:
        sender = Sender(SmtpAccount(host="127.0.0.1", port=server.port, tls="none"))
        outcome = await sender.send(envelope_from="tuki@yritys.example", recipient=recipient, raw=RAW)
        await sender.close()
        return outcome

    return asyncio.run(run())


def test_the_demo_hands_on_what_it_is_sent() -> None:
    mails: list[tuple[str, list[str], bytes]] = []
    with EmbeddedSmtp() as server:
        server.on_mail = lambda sender, recipients, raw: mails.append((sender, recipients, raw))
        send(server, "matti@posti.example")
    assert mails == [("tuki@yritys.example", ["matti@posti.example"], RAW)]


def test_the_demo_saves_what_it_is_sent(tmp_path: Path) -> None:
    with EmbeddedSmtp(folder=tmp_path / "mails") as server:
        send(server, "matti@posti.example")
        send(server, "äiti@posti.example")
    assert [file.read_bytes() for file in sorted((tmp_path / "mails").iterdir())] == [RAW, RAW]
