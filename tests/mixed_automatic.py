"""Mails that no person wrote: newsletters, out-of-office, bounces, machines, receipts.

Each function gives the sender, the Message-ID and the mail with LF line ends.
"""

import random

from mixed_texts import SUPPORT, trace


def _newsletter(chance: random.Random, number: str) -> tuple[str, str, str]:
    sender, message_id = f"bounce-{number}@kirjeet.example", f"<{number}.{chance.getrandbits(64):x}@kirjeet.example>"
    text = "Viikon tarjoukset!\n\nSähköpyörät jopa -40 %, toimitus kotiovelle. Peru: https://kirjeet.example/peru\n"
    return (
        sender,
        message_id,
        (
            f"{trace(sender, 'kirjeet.example', number)}From: Tarjoukset <tarjoukset@kirjeet.example>\nTo: {SUPPORT}\n"
            f"Subject: Viikon tarjoukset {number}\nMessage-ID: {message_id}\nList-Id: <tarjoukset.kirjeet.example>\n"
            "List-Unsubscribe: <https://kirjeet.example/peru>\nPrecedence: bulk\nMIME-Version: 1.0\n"
            f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}"
        ),
    )


def _out_of_office(chance: random.Random, number: str) -> tuple[str, str, str]:
    sender, message_id = f"lomalla.{number}@toimisto.example", f"<{number}.{chance.getrandbits(64):x}@toimisto.example>"
    return (
        sender,
        message_id,
        (
            f"{trace(sender, 'toimisto.example', number, null=True)}From: Kimmo Rinne <{sender}>\nTo: {SUPPORT}\n"
            f"Subject: Automaattinen vastaus: Tarjous {number}\nMessage-ID: {message_id}\n"
            "Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\nMIME-Version: 1.0\n"
            "Content-Type: text/plain; charset=utf-8\n\n"
            "Olen lomalla 19.7. saakka enkä lue viestejäni.\n"
        ),
    )


def _bounce(chance: random.Random, number: str) -> tuple[str, str, str]:
    sender, message_id = "MAILER-DAEMON@smtp.example", f"<{number}.{chance.getrandbits(64):x}@smtp.example>"
    rand, lost = f"{chance.getrandbits(64):x}/smtp.example", f"poistunut.{number}@posti.example"
    return (
        sender,
        message_id,
        (
            f"{trace(sender, 'smtp.example', number, null=True)}From: Mail Delivery System <{sender}>\nTo: {SUPPORT}\n"
            f"Subject: Undelivered Mail Returned to Sender\nMessage-ID: {message_id}\nAuto-Submitted: auto-replied\n"
            f'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="{rand}"\n\n'
            f"--{rand}\nContent-Type: text/plain\n\n<{lost}>: host mx.posti.example said: 550 5.1.1 User unknown\n\n"
            f"--{rand}\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; smtp.example\n\n"
            f"Final-Recipient: rfc822; {lost}\nAction: failed\nStatus: 5.1.1\n\n"
            f"--{rand}\nContent-Type: text/rfc822-headers\n\nFrom: {SUPPORT}\nTo: {lost}\nSubject: Tarjous {number}\n"
            f"Message-ID: <tarjous.{number}@pohjolanpyora.example>\n\n--{rand}--\n"
        ),
    )


def _machine(chance: random.Random, number: str) -> tuple[str, str, str]:
    sender, message_id = "noreply@varasto.example", f"<{number}.{chance.getrandbits(64):x}@varasto.example>"
    return (
        sender,
        message_id,
        (
            f"{trace(sender, 'varasto.example', number)}From: Varasto <{sender}>\nTo: {SUPPORT}\n"
            f"Subject: Saldot {number}\nMessage-ID: {message_id}\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n"
            f"Content-Type: text/plain; charset=utf-8\n\nsaldot: {chance.randrange(2, 90)} tuotetta alle rajan\n"
        ),
    )


def _receipt(chance: random.Random, number: str) -> tuple[str, str, str]:
    sender, message_id = f"lukija.{number}@toimisto.example", f"<{number}.{chance.getrandbits(64):x}@toimisto.example>"
    rand = f"=_{chance.getrandbits(64):x}"
    return (
        sender,
        message_id,
        (
            f"{trace(sender, 'toimisto.example', number, null=True)}From: Tuula <{sender}>\nTo: {SUPPORT}\n"
            f"Subject: Luettu: Tarjous {number}\nMessage-ID: {message_id}\nMIME-Version: 1.0\n"
            f'Content-Type: multipart/report; report-type=disposition-notification; boundary="{rand}"\n\n--{rand}\n'
            f"Content-Type: text/plain\n\nViestisi luettiin.\n\n--{rand}\n"
            "Content-Type: message/disposition-notification\n\n"
            f"Final-Recipient: rfc822;{sender}\nOriginal-Message-ID: <tarjous.{number}@pohjolanpyora.example>\n"
            f"Disposition: manual-action/MDN-sent-manually; displayed\n\n--{rand}--\n"
        ),
    )


AUTOMATIC = {
    "newsletter": ("bulk", _newsletter),
    "out_of_office": ("auto_reply", _out_of_office),
    "bounce": ("bounce", _bounce),
    "machine": ("complaint", _machine),
    "receipt": ("receipt", _receipt),
}
