"""The stream of sample mails is itself something that tests rely on."""

from collections import Counter

from mixed import mixed


def test_the_same_seed_gives_the_same_octets() -> None:
    assert [sample.raw for sample in mixed(50, seed=3)] == [sample.raw for sample in mixed(50, seed=3)]


def test_only_duplicates_share_a_message_id() -> None:
    times = Counter(sample.expect.message_id for sample in mixed(400, seed=4) if sample.expect.form != "duplicate")
    assert set(times.values()) == {1}


def test_everybody_who_is_acknowledged_writes_once() -> None:
    times = Counter(sample.expect.sender for sample in mixed(400, seed=4) if sample.expect.acknowledged)
    assert set(times.values()) == {1}


def test_lines_end_with_cr_lf_only() -> None:
    assert all(sample.raw.count(b"\n") == sample.raw.count(b"\r\n") for sample in mixed(100, seed=5))
