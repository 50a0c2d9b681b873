"""The child process that reads mails: what strangers send may end it, and nothing more."""

import os
import signal
import sys
from collections.abc import Iterator

import pytest

from vastine.core.reading import Reading
from vastine.edges.reader import Reader, ReaderUnavailableError

FINNISH = "Polkupyöräni ketju katkesi heti ensimmäisellä lenkillä, ja haluaisin tietää mitä voin tehdä."


class Deadly(bytes):
    """A mail that claims to be longer than any memory, and so ends the child."""

    __slots__ = ()

    def __len__(self) -> int:
        return sys.maxsize


def mail(number: int, text: str = FINNISH) -> bytes:
    head = f"From: matti@posti.example\r\nSubject: Asia {number}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return f"{head}{text}\r\n".encode()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader(("fi", "sv", "en"))
    yield reader
    reader.close()


def read(reader: Reader, *raws: bytes) -> list[Reading]:
    return reader.begin(raws).result()


def subjects(readings: list[Reading]) -> list[str]:
    return [reading.mail.subject for reading in readings]


def broken(readings: list[Reading]) -> list[bool]:
    """Which of the mails could not be read whole."""
    return [any("it could not be read whole" in defect for defect in reading.mail.defects) for reading in readings]


def end_child(reader: Reader, number: int = signal.SIGKILL) -> None:
    assert reader._child is not None
    os.kill(reader._child.pid, number)


def test_a_batch_comes_back_in_its_order(reader: Reader) -> None:
    assert subjects(read(reader, *map(mail, range(40)))) == [f"Asia {number}" for number in range(40)]


def test_an_empty_batch_is_an_empty_batch(reader: Reader) -> None:
    assert read(reader) == []


def test_a_reading_holds_the_text_and_its_language(reader: Reader) -> None:
    [reading] = read(reader, mail(1))
    assert (reading.mail.text.strip(), reading.language) == (FINNISH, "fi")


def test_octets_that_are_no_mail_are_read_as_well(reader: Reader) -> None:
    assert len(read(reader, b"", b"\x00\xff", b"\r\n\r\n")) == 3


def test_a_large_mail_passes_both_ways(reader: Reader) -> None:
    [reading] = read(reader, mail(1, "Hei! " * 400_000))
    assert reading.mail.size > 2_000_000


def test_attachments_come_back_with_their_contents(reader: Reader) -> None:
    def with_files(*contents: str) -> bytes:
        head = "From: a@posti.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        parts = [f"--x\r\nContent-Type: application/pdf\r\n\r\n{content}\r\n" for content in contents]
        return (head + "".join(parts) + "--x--\r\n").encode()

    readings = read(reader, with_files("yksi", "kaksi"), mail(1), with_files("kolme"))
    assert [[a.content for a in r.mail.attachments] for r in readings] == [[b"yksi", b"kaksi"], [], [b"kolme"]]


def test_batches_that_are_begun_together_all_come_back(reader: Reader) -> None:
    begun = [reader.begin([mail(number)]) for number in range(3)]
    assert [subjects(each.result()) for each in begun] == [["Asia 0"], ["Asia 1"], ["Asia 2"]]


def test_a_mail_that_ends_the_child_is_read_by_its_header(reader: Reader) -> None:
    [reading] = read(reader, Deadly(mail(1)))
    assert (reading.mail.subject, reading.mail.from_[0].address) == ("Asia 1", "matti@posti.example")
    assert broken([reading]) == [True]


def test_the_mails_around_one_that_ends_the_child_are_read_whole(reader: Reader) -> None:
    readings = read(reader, mail(0), Deadly(mail(1)), mail(2), mail(3))
    assert subjects(readings) == ["Asia 0", "Asia 1", "Asia 2", "Asia 3"]
    assert broken(readings) == [False, True, False, False]


def test_several_mails_that_end_the_child_are_each_known(reader: Reader) -> None:
    readings = read(reader, Deadly(mail(0)), mail(1), Deadly(mail(2)))
    assert broken(readings) == [True, False, True]


def test_a_child_that_was_killed_between_batches_costs_no_mail(reader: Reader) -> None:
    read(reader, mail(0))
    end_child(reader)
    assert broken(read(reader, mail(1), mail(2))) == [False, False]


def test_a_child_that_is_killed_while_it_is_asked_costs_no_mail(reader: Reader) -> None:
    read(reader, mail(0))
    end_child(reader, signal.SIGSTOP)  # so that it is asked and cannot have answered
    begun = reader.begin([mail(1), mail(2)])
    end_child(reader)
    assert broken(begun.result()) == [False, False]


def test_other_languages_are_told_apart_from_then_on() -> None:
    reader = Reader(("en",))
    reader.speak(("fi", "sv", "en"))
    [reading] = read(reader, mail(1))
    reader.close()
    assert reading.language == "fi"


def test_closing_ends_the_child() -> None:
    reader = Reader(("fi",))
    read(reader, mail(1))
    child = reader._child
    reader.close()
    assert child is not None
    assert child.returncode == -signal.SIGKILL


def test_a_reader_that_never_read_can_be_closed() -> None:
    Reader(("fi",)).close()


def test_a_child_that_cannot_load_is_no_mails_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vastine.edges.reader.WAITS", (0.0,))
    monkeypatch.setattr("vastine.edges.reader.sys.executable", "/bin/false")
    reader = Reader(("fi",))
    with pytest.raises(ReaderUnavailableError):
        reader.begin([mail(1)]).result()
    reader.close()
