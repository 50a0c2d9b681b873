"""The thirty mails of the demo, and what must become of each."""

import json
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One mail with CRLF line ends. `outcome` lists what the ledger may say; `answered_in` is None where nobody
    may be acknowledged, else the language; `customer` is who is then answered.
    """

    name: str
    raw: bytes
    outcome: tuple[str, ...]
    answered_in: str | None
    customer: str | None


def samples() -> list[Sample]:
    """In the order of their names."""
    folder = files("vastine.demo") / "mails"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return [
        Sample(
            name=name,
            raw=(folder / name).read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
            outcome=tuple(one["outcome"]),
            answered_in=one["answered_in"],
            customer=one.get("customer"),
        )
        for name, one in sorted(expected.items())
    ]
