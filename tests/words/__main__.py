"""`python -m tests.words`, or `make words`: precision and recall of the word matcher, a language and kind at a time."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest has it

from words.pairs import HERE, LANGUAGES, Score, judged, pairs_in, scores

WANTED = {"fi": (0.97, 0.93), "sv": (0.97, 0.95), "en": (0.97, 0.95)}  # precision and recall


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.words", description=__doc__)
    parser.add_argument("--errors", action="store_true", help="print every pair that went wrong")
    chosen = parser.parse_args()
    short = False
    for language in LANGUAGES:
        for name in (language, f"{language}-aside"):
            judgements = judged(pairs_in(HERE / f"{name}.tsv"), language)
            by_kind = scores(judgements)
            whole = by_kind[""]
            print(f"\n{name}: precision {whole.precision:6.1%}, recall {whole.recall:6.1%} of {len(judgements)} pairs")
            for kind in sorted(by_kind.keys() - {""}):
                print(f"  {kind:<12}{_line(by_kind[kind])}")
            for pair, hit in judgements if chosen.errors else ():
                if hit != pair.found:
                    print(f"  {'found' if hit else 'missed'}: {pair.word} in: {pair.sentence}")
            short |= whole.precision < WANTED[language][0] or whole.recall < WANTED[language][1]
    return 1 if short else 0


def _line(score: Score) -> str:
    if score.right or score.missed:
        return f"{score.right:4} found, {score.missed} missed"
    return f"{score.kept_out:4} kept out, {score.wrong} found wrongly"


if __name__ == "__main__":
    sys.exit(main())
