"""Packs simplemma's dictionaries for Vastine: they start in a tenth of a second and take 8 MB instead of 63.

Run it again after an update of simplemma, with which the packed files no longer agree (Vastine then reads simplemma's
own, which takes seconds at every start). It writes daemon/vastine/core/data/lemmas-*.xz and the sample of words in
tests/core/lemmas.tsv; a minute a language. What it does:

1. Builds the minimal automaton of all words, sorted, as in Daciuk et al. (2000), "Incremental Construction of Minimal
   Acyclic Finite-State Automata". A state where a word ends carries how the lemma follows from the word.
2. Numbers the states breadth first, so that most edges lead to the next number, and writes them compressed.
3. Asks the packed dictionary for every word again, and counts its words.
"""

import argparse
import hashlib
import lzma
import random
import struct
import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path

from simplemma.strategies.dictionaries import DefaultDictionaryFactory

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "daemon"))

from vastine.core.words.dictionary import Dictionary  # noqa: E402 -- the path above comes first

LANGUAGES = ["fi", "sv", "en"]
DATA = ROOT / "daemon/vastine/core/data"
SAMPLE = ROOT / "tests/core/lemmas.tsv"
SAMPLED = 600

Ending = tuple[int, bytes]  # bytes to cut from the word, and what to put there
State = tuple[int, ...]  # the value, and for each edge its label << 32 | the state that it leads to
# Most of the content are numbers of two and four bytes; this suits them slightly better than the preset alone.
FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 0, "lp": 2, "pb": 2}]


def main() -> int:
    """Write the files and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("languages", nargs="*", default=LANGUAGES)
    parser.add_argument("--out", type=Path, default=DATA)
    parser.add_argument("--sample", type=Path, default=SAMPLE)
    arguments = parser.parse_args()
    sample: list[str] = []
    for language in arguments.languages:
        source = files("simplemma.strategies.dictionaries").joinpath("data", f"{language}.plzma").read_bytes()
        words = DefaultDictionaryFactory(cache_max_size=0).get_dictionary(language)
        packed, states = pack(words, hashlib.sha256(source).digest())
        check(words, packed)
        (arguments.out / f"lemmas-{language}.xz").write_bytes(packed)
        sample += sampled(language, words)
        sys.stdout.write(f"{language}: {len(words)} words, {states} states, {len(packed)} bytes\n")
    arguments.sample.write_text("".join(sample))
    return 0


def pack(words: Mapping[str, str], tag: bytes) -> tuple[bytes, int]:
    """The packed file (see Dictionary.unpack), and the number of states in it."""
    states, endings = minimal((word.encode(), words[word].encode()) for word in sorted(words))
    if accepted(states) != len(words):
        sys.exit("the automaton has more words than the dictionary")
    usual = Counter(state[0] for state in states if state[0]).most_common()
    values = {0: 0} | {value: number for number, (value, _) in enumerate(usual, start=1)}
    order, targets = breadth_first(states)
    parts = [
        tag,
        struct.pack("<II", len(states), len(targets)),
        bytes(len(states[number]) - 1 for number in order),
        bytes(edge >> 32 for number in order for edge in states[number][1:]),
        little_endian("H", (values[states[number][0]] for number in order)),
        little_endian("I", targets),
        *(b"\xff" + bytes([endings[value][0]]) + endings[value][1] for value, _ in usual),
    ]
    return lzma.compress(b"".join(parts), filters=FILTERS), len(states)


def minimal(words: Iterable[tuple[bytes, bytes]]) -> tuple[list[State], dict[int, Ending]]:
    """The states of the minimal automaton, the first one last, and the endings by the values of states."""
    known: dict[State, int] = {}
    values: dict[Ending, int] = {}
    path: list[list[int]] = [[0]]  # the states of the word before, which may still change
    before = b""

    def settle(length: int) -> None:
        while len(path) > length:
            state = tuple(path.pop())
            number = known.setdefault(state, len(known))
            if path:
                path[-1].append(before[len(path) - 1] << 32 | number)

    for word, lemma in words:
        settle(shared(before, word) + 1)
        path.extend([0] for _ in range(len(word) + 1 - len(path)))
        kept = shared(word, lemma)
        path[-1][0] = values.setdefault((len(word) - kept, lemma[kept:]), len(values) + 1)
        before = word
    settle(0)
    return list(known), {value: ending for ending, value in values.items()}


def shared(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    length = min(len(one), len(other))
    return next((at for at in range(length) if one[at] != other[at]), length)


def accepted(states: list[State]) -> int:
    """How many words the automaton has."""
    counts: list[int] = []
    for state in states:
        counts.append(bool(state[0]) + sum(counts[edge & 0xFFFFFFFF] for edge in state[1:]))
    return counts[-1]


def breadth_first(states: list[State]) -> tuple[list[int], list[int]]:
    """The states in their new order, and the new number that each edge leads to, 0 where it is the next one."""
    order = [len(states) - 1]
    numbers = {order[0]: 0}
    targets: list[int] = []
    for number in order:  # which grows meanwhile
        for edge in states[number][1:]:
            target = edge & 0xFFFFFFFF
            targets.append(numbers.get(target, 0))
            if target not in numbers:
                numbers[target] = len(order)
                order.append(target)
    return order, targets


def little_endian(kind: str, numbers: Iterable[int]) -> bytes:
    """Numbers as Dictionary reads them."""
    written = array(kind, numbers)
    if sys.byteorder == "big":
        written.byteswap()
    return written.tobytes()


def check(words: Mapping[str, str], packed: bytes) -> None:
    """Stop where the packed dictionary has another lemma."""
    dictionary = Dictionary.unpack(packed, made_from=lzma.decompress(packed)[:32])
    for word in words:
        if dictionary is None or dictionary.get(word) != words[word]:
            sys.exit(f"{word}: not {words[word]}")


def sampled(language: str, words: Mapping[str, str]) -> list[str]:
    """Lines of language, word and lemma; half as many words are not in the dictionary, but nearly."""
    chance = random.Random(20261122)  # noqa: S311 -- the same sample every time
    present = chance.sample(sorted(words), SAMPLED)
    near = [word[:-1] + chance.choice("aeinst") for word in present] + [word + "x" for word in present]
    absent = chance.sample(sorted({word for word in near if word not in words}), SAMPLED // 2)
    return [f"{language}\t{word}\t{words.get(word, '')}\n" for word in sorted(present + absent)]


if __name__ == "__main__":
    sys.exit(main())
