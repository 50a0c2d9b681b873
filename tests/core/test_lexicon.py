"""The packed dictionaries say what simplemma's say, and simplemma's are asked where there are none."""

import lzma
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY, DefaultDictionaryFactory, frontcode
from simplemma.strategies.dictionaries.dictionary_factory import _read_decompressed

from vastine.core.words import lexicon
from vastine.core.words.dictionary import Dictionary
from vastine.core.words.lexicon import knows, lemma_of, lemmas_of, read_dictionary

SAMPLE = Path(__file__).parent / "lemmas.tsv"  # written by tools/pack_dictionaries.py
PACKED = ["fi", "sv", "en"]
SMALL = "ms"  # simplemma has it, we have not packed it, and it is small


def sample(language: str) -> list[tuple[str, str | None]]:
    lines = (line.split("\t") for line in SAMPLE.read_text().splitlines())
    return [(word, lemma or None) for code, word, lemma in lines if code == language]


def beginning(language: str) -> Iterator[tuple[str, str]]:
    stream = _read_decompressed(language)
    _, _, start = frontcode._read_header(stream)
    for _, word, lemma in frontcode._iter_records(stream, start):
        yield word.decode(), lemma.decode()


@pytest.mark.parametrize("language", PACKED)
def test_packed_dictionaries_are_made_from_the_installed_simplemma(language: str) -> None:
    assert isinstance(lexicon._dictionary(language), Dictionary), "run tools/pack_dictionaries.py"


@pytest.mark.parametrize("language", PACKED)
def test_packed_dictionary_has_the_lemmas_of_simplemma(language: str) -> None:
    dictionary = lexicon._dictionary(language)
    assert [(word, dictionary.get(word)) for word, _ in sample(language)] == sample(language)


@pytest.mark.parametrize("language", PACKED)
def test_packed_dictionary_agrees_with_the_beginning_of_simplemma_s_own(language: str) -> None:
    dictionary = lexicon._dictionary(language)
    words = list(islice(beginning(language), 5_000))
    assert [(word, dictionary.get(word)) for word, _ in words] == words


@pytest.mark.parametrize("language", PACKED)
def test_what_simplemma_has_only_with_another_letter_is_not_known(language: str) -> None:
    words = {word for word, _ in islice(beginning(language), 5_000)}
    shorter = {word[:-1] for word in words} - words  # words are in order: what is not before its longer form is nowhere
    assert [word for word in shorter if lexicon._dictionary(language).get(word)] == []


def test_sample_has_words_that_are_in_no_dictionary() -> None:
    assert all(sum(lemma is None for _, lemma in sample(language)) >= 100 for language in PACKED)


@pytest.mark.parametrize("word", ["", "\n", "\udcff", "\x00", "ä" * 500])
def test_what_is_no_word_has_no_lemma(word: str) -> None:
    assert lexicon._dictionary("fi").get(word) is None


def test_a_dictionary_made_from_another_source_is_refused() -> None:
    packed = (lexicon._PACKED / "lemmas-en.xz").read_bytes()
    assert Dictionary.unpack(packed, made_from=bytes(32)) is None


def test_simplemma_s_own_dictionary_is_read_where_the_packed_one_is_not_of_it(tmp_path: Path) -> None:
    (tmp_path / f"lemmas-{SMALL}.xz").write_bytes(lzma.compress(bytes(40), preset=0))
    read = read_dictionary(SMALL, packed=tmp_path)
    assert read is LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(SMALL)


def test_simplemma_s_own_dictionary_is_read_where_none_is_packed() -> None:
    words = islice(DefaultDictionaryFactory().get_dictionary(SMALL).items(), 100)
    assert all(lemma_of(word, SMALL) == lemma.lower() for word, lemma in words)


def test_language_without_a_dictionary_knows_no_words() -> None:
    assert not knows("sana", "xx")


def test_norwegian_is_looked_up_under_the_name_that_its_dictionary_has() -> None:
    assert lexicon._source(lexicon._NAMES["no"]).is_file()


@pytest.mark.parametrize(
    ("word", "language", "lemma"),
    [
        ("laskuja", "fi", "lasku"),
        ("fakturor", "sv", "faktura"),
        ("invoices", "en", "invoice"),
        ("broke", "en", "break"),
    ],
)
def test_a_form_has_its_lemma(word: str, language: str, lemma: str) -> None:
    assert lemma_of(word, language) == lemma


def test_a_word_that_the_dictionary_does_not_have_stands_for_itself() -> None:
    assert lemmas_of("xyzzyx", "en") == {"xyzzyx"}


def test_the_lemma_of_a_lemma_counts_too() -> None:
    assert lemmas_of("försenat", "sv") >= {"försenat", "försenad"}
