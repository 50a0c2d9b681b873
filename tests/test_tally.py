"""What is counted on the way of a mail in, and of one out."""

from dataclasses import replace

from flows.office import NOW, raw_mail, take
from vastine.core.story import Story
from vastine.tally import Tally


def test_all_that_can_be_counted_is_there_from_the_start() -> None:
    tallies = Tally(["support"]).so_far()
    assert tallies.received["support", "complaint"] == tallies.attempts["support", "never"] == 0
    assert (tallies.reloads, tallies.sent_at) == ({"taken": 0, "refused": 0}, None)


def test_a_mail_counts_by_how_it_ended() -> None:
    tally, story = Tally(["support"]), take(raw_mail())
    for each in (story, replace(story, outcome="duplicate"), story):
        tally.received(each)
    received = tally.so_far().received
    assert (received["support", "complaint"], received["support", "duplicate"]) == (2, 1)


def test_a_story_that_is_of_no_mail_does_not_count() -> None:
    tally = Tally(["support"])
    tally.received(Story())
    assert sum(tally.so_far().received.values()) == 0


def test_only_a_mail_that_went_out_has_its_time_kept() -> None:
    tally = Tally(["support"])
    tally.attempted("support", "later", NOW)
    assert tally.so_far().sent_at is None
    tally.attempted("support", "sent", NOW)
    assert tally.so_far().sent_at == NOW


def test_reloads_count_by_how_they_ended() -> None:
    tally = Tally([])
    for taken in (True, False, True):
        tally.reloaded(taken=taken)
    assert tally.so_far().reloads == {"taken": 2, "refused": 1}


def test_what_was_counted_does_not_grow_in_the_hand() -> None:
    tally = Tally(["support"])
    before = tally.so_far()
    tally.attempted("support", "sent", NOW)
    assert before.attempts["support", "sent"] == 0
