"""Commands at the top of a reply."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vastine.core.commands import ARGUMENTS, COMMANDS, Command, Problem, name_of, read_reply


@pytest.mark.parametrize("written", ["#ratkaistu", "#löst", "#resolve", "#lost", "#RATKAISTU", "# Löst", "#resolve."])
def test_resolve_is_read_in_every_language_case_and_without_dots(written: str) -> None:
    assert read_reply(written).commands == (Command(name="resolve", argument="", line=1),)


def test_rest_of_the_text_is_the_answer() -> None:
    reply = read_reply("#ratkaistu\n\nHei Matti,\n\nrahat ovat matkalla.\n")
    assert reply.body == "Hei Matti,\n\nrahat ovat matkalla."


def test_reply_without_commands_is_all_answer() -> None:
    reply = read_reply("Hei,\n#ratkaistu on myöhempi rivi")
    assert (reply.commands, reply.body) == ((), "Hei,\n#ratkaistu on myöhempi rivi")


def test_blank_lines_before_and_between_commands_do_not_end_them() -> None:
    reply = read_reply("\n\u200b\n#ratkaistu\n\n#huomautus\n\nsisäinen")
    assert [command.name for command in reply.commands] == ["resolve", "note"]


def test_quoted_command_is_text() -> None:
    assert read_reply("> #ratkaistu").commands == ()


def test_text_on_the_line_of_a_note_belongs_to_the_note() -> None:
    assert read_reply("#huomautus soita ensin\nnumero on kortissa").body == "soita ensin\nnumero on kortissa"


def test_text_on_the_line_of_resolve_is_not_understood() -> None:
    assert read_reply("#ratkaistu kiitos").problems == (Problem(code="argument", line=1, word="#ratkaistu"),)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("#ratkiastu", "#ratkaistu"),
        ("#resolv", "#resolve"),
        ("#huomatus", "#huomautus"),
        ("#anteckningen", "#anteckning"),
    ],
)
def test_misspelt_command_names_the_nearest_one(written: str, meant: str) -> None:
    assert read_reply(written).problems == (Problem(code="unknown", line=1, word=written, suggestion=meant),)


def test_word_that_is_near_no_command_has_no_suggestion() -> None:
    assert read_reply("Hei"[:0] + "#1 tärkein asia").problems[0].suggestion == ""


@pytest.mark.parametrize("written", ["#assign", "#siirrä", "#prioritet", "#merge", "#uusi", "#svar"])
def test_command_that_needs_something_says_so_where_it_stands_alone(written: str) -> None:
    [problem] = read_reply(written).problems
    assert (problem.code, problem.line, problem.word, problem.command in ARGUMENTS) == ("missing", 1, written, True)


def test_problem_names_the_line_it_stands_on() -> None:
    assert [problem.line for problem in read_reply("#ratkaistu\n\n#otta\nHei").problems] == [3]


def test_good_command_beside_a_bad_one_leaves_the_problem() -> None:
    reply = read_reply("#ratkaistu\n#hups\nHei")
    assert reply.has("resolve")
    assert reply.problems


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_command_is_read_in_every_language(language: str) -> None:
    read = [read_reply(f"{name_of(name, language)} {'x' if name in ARGUMENTS else ''}") for name in COMMANDS]
    assert [reply.commands[0].name for reply in read] == list(COMMANDS)


def test_command_has_its_english_name_in_other_languages() -> None:
    assert name_of("resolve", "et") == "#resolve"


@given(st.text(alphabet=st.characters(exclude_characters="#＃﹟"), max_size=200))
def test_text_without_a_number_sign_is_never_a_command(text: str) -> None:
    reply = read_reply(text)
    assert (reply.commands, reply.problems) == ((), ())


@pytest.mark.parametrize("written", ["#ota V-7F3K9", "#tila [v-7f3k9]", "#take V-7F3K9", "#läge V-7F3K9"])
def test_command_may_name_a_complaint(written: str) -> None:
    [command] = read_reply(written).commands
    assert (command.name in ("take", "status"), command.argument) == (True, "V-7F3K9")


@pytest.mark.parametrize("written", ["#ota hoidan tämän", "#tila V-7F3K9 heti", "#ohje V-7F3K9"])
def test_nothing_else_stands_behind_such_a_command(written: str) -> None:
    assert [problem.code for problem in read_reply(written).problems] == ["argument"]
