"""The matcher on labelled pairs: what `make words` prints, held as a line that no change may fall under."""

from collections import Counter

import pytest

from words.__main__ import WANTED
from words.pairs import HERE, LANGUAGES, judged, pairs_in, scores

FILES = [name for language in LANGUAGES for name in (language, f"{language}-aside")]
LEAST = {"fi": 400, "sv": 150, "en": 100}


@pytest.mark.parametrize("name", FILES)
def test_words_are_found_in_their_forms_and_others_are_not(name: str) -> None:
    language = name[:2]
    score = scores(judged(pairs_in(HERE / f"{name}.tsv"), language))[""]
    precision, recall = WANTED[language]
    assert score.precision >= precision
    assert score.recall >= recall


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_pairs_and_about_half_of_them_are_to_be_kept_out(language: str) -> None:
    pairs = pairs_in(HERE / f"{language}.tsv")
    assert len(pairs) >= LEAST[language]
    assert 0.4 < Counter(pair.found for pair in pairs)[False] / len(pairs) < 0.6
