"""A dictionary of millions of word forms in a few megabytes: the minimal automaton of its words, asked byte by byte.

Nearly all forms of a language end in the same few thousand ways, so words that go on alike share their states. Files
are written by tools/pack_dictionaries.py; `Dictionary.unpack` describes them.
"""

import lzma
import sys
from array import array
from itertools import accumulate, count
from typing import Self

TAG = 32  # bytes of a SHA-256


class Dictionary:
    """Word forms and their lemmas. Never changes once read, so threads may share it."""

    __slots__ = ("_endings", "_first", "_labels", "_targets", "_values")

    def __init__(
        self, labels: bytes, first: "array[int]", targets: "array[int]", values: "array[int]", endings: list[bytes]
    ) -> None:
        """State 0 is where a word begins; state s has the edges `first[s]` to `first[s + 1]`, by byte of UTF-8.

        Where a word may end, `values[s]` is the number of its ending, else 0. An ending is the number of bytes to cut
        from the word, as one byte, and the bytes to put in their place.
        """
        self._labels = labels
        self._first = first
        self._targets = targets
        self._values = values
        self._endings = endings

    @classmethod
    def unpack(cls, packed: bytes, *, made_from: bytes) -> Self | None:
        """The dictionary in a packed file; None where it was made from another source than that with this SHA-256.

        The file is an xz stream of: the SHA-256; the numbers of states and of edges (uint32, all numbers are little
        endian); how many edges each state has (uint8); their labels; the states' values (uint16); the states that the
        edges lead to (uint32, 0 for one not seen before: states are numbered in the order in which edges reach them);
        and, each after 0xFF, the endings.
        """
        content = memoryview(lzma.decompress(packed))
        if content[:TAG] != made_from:
            return None
        states, edges = _numbers("I", content[TAG : TAG + 8])
        at = [TAG + 8, *accumulate((states, edges, 2 * states, 4 * edges), initial=TAG + 8)][1:]
        first = array("I", accumulate(content[at[0] : at[1]], initial=0))
        unseen = count(1)
        reached = _numbers("I", content[at[3] : at[4]])
        targets = array("I", (target or next(unseen) for target in reached))
        values = _numbers("H", content[at[2] : at[3]])
        return cls(bytes(content[at[1] : at[2]]), first, targets, values, bytes(content[at[4] :]).split(b"\xff"))

    def get(self, word: str) -> str | None:
        """The lemma of a word form, both as the source writes them; None where it does not have the word."""
        letters = word.encode(errors="surrogatepass")  # half a surrogate pair is in no word
        find, first, targets = self._labels.find, self._first, self._targets
        state = 0
        for letter in letters:
            edge = find(letter, first[state], first[state + 1])
            if edge < 0:
                return None
            state = targets[edge]
        ending = self._endings[self._values[state]]
        return (letters[: len(letters) - ending[0]] + ending[1:]).decode() if ending else None


def _numbers(kind: str, content: memoryview) -> "array[int]":
    numbers = array(kind)
    numbers.frombytes(content)
    if sys.byteorder == "big":  # pragma: no cover -- the files are little endian, and so is nearly every machine
        numbers.byteswap()
    return numbers
