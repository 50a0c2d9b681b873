"""Cuts py3langid's model of 140 languages down to those that Vastine tells apart: 80 MB of memory become 10.

Run it again after an update of py3langid; it writes daemon/vastine/core/data/languages.npz.xz. What it does:

1. Of the table of probabilities only the columns of LANGUAGES stay.
2. Of the features (byte sequences) only those stay that are common in one of them and tell them apart.
3. Of the automaton that finds features, states that no longer differ in anything become one (Moore's algorithm).
   What remains finds every kept feature exactly where the full model finds it.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import py3langid.langid
from py3langid.modelio import load_model, save_model

LANGUAGES = ["fi", "sv", "en", "et", "no", "da", "ru", "de", "fr", "es", "it", "nl", "pl", "lt", "lv", "uk"]
FEATURES = 24_000
TARGET = Path(__file__).parent.parent / "daemon/vastine/core/data/languages.npz.xz"


def main() -> int:
    """Write the trimmed model and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--features", type=int, default=FEATURES)
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    source = Path(py3langid.langid.__file__).parent / py3langid.langid.MODEL_FILE
    model = trimmed(load_model(source), arguments.features)
    save_model(arguments.out, model)
    rows = len(np.asarray(model[3])) // 256
    sys.stdout.write(
        f"{arguments.out}: {len(model[2])} languages, {len(model[0])} features, {len(model[5])} states, {rows} rows, "
        f"{arguments.out.stat().st_size / 1e6:.1f} MB\n"
    )
    return 0


def trimmed(model, features):
    """The model (in the shape of py3langid.modelio) with fewer languages, features and states."""
    table, priors, classes, moves, rows, outputs = model
    columns = [number for number, name in enumerate(classes) if name in LANGUAGES]
    table = np.asarray(table)[:, columns]
    kept = telling(table.astype(np.float64), features)
    renumbered = np.full(len(table), -1, dtype=np.int64)
    renumbered[kept] = np.arange(len(kept))
    outputs = np.asarray(outputs)
    outputs = np.where(outputs >= 0, renumbered[outputs], -1)
    moves, rows, outputs = merged(np.asarray(moves).reshape(-1, 256), np.asarray(rows), outputs)
    return table[kept], np.asarray(priors)[columns], [classes[number] for number in columns], moves, rows, outputs


def telling(table, count):
    """The features, in ascending order, that are frequent in some language and unevenly spread over them."""
    likely = np.exp(table)
    weight = likely.max(axis=1) * (table.max(axis=1) - table.mean(axis=1))
    return np.sort(np.argsort(-weight, kind="stable")[:count])


def merged(moves, rows, outputs):
    """The automaton with equivalent states made one: (moves, row of each state, output of each state)."""
    random = np.random.default_rng(20261122)
    factors = random.integers(1, 2**63, size=256, dtype=np.uint64) | np.uint64(1)
    _, group = np.unique(outputs, return_inverse=True)
    groups = 0
    while groups != group.max() + 1:
        groups = group.max() + 1
        names = random.integers(1, 2**63, size=groups, dtype=np.uint64)
        hashed = names[group][moves]  # each row's successors, by the group that they are in
        by_row = (hashed * factors).sum(axis=1, dtype=np.uint64)
        _, group = np.unique(np.stack([names[group], by_row[rows]]), axis=1, return_inverse=True)
        group = np.asarray(group).ravel()
    # The first state is where a text begins: it must stay the first.
    order = {int(group[0]): 0}
    for name in group.tolist():
        order.setdefault(name, len(order))
    number = np.array([order[name] for name in group.tolist()])
    first = np.unique(number, return_index=True)[1]
    new_rows = number[moves[rows[first]]]
    unique, row_of = np.unique(new_rows, axis=0, return_inverse=True)
    return unique.ravel().astype(np.uint32), np.asarray(row_of).ravel(), outputs[first]


if __name__ == "__main__":
    sys.exit(main())
