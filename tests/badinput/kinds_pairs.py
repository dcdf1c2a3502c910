"""Two faults at once: the first in the order of the page gives the reason."""

from __future__ import annotations

import itertools
from typing import Any

from tests.badinput.kinds_bytes import packed_as_zip
from tests.badinput.kinds_manifest import PUBLIC, signed
from tests.badinput.model import NEXT_MONTH, UNKNOWN_SHA, Piece
from tests.badinput.registry import register
from tests.badinput.writing import Sample

# The table "Life of a file", in its order.
ORDER = (
    "MANIFEST_INVALID", "SIGNATURE_INVALID", "SHA256_MISMATCH", "DUPLICATE_FILE", "REPLACES_UNKNOWN",
    "SLOT_TAKEN", "FUTURE_MONTH", "SEQUENCE_GAP", "UNSAFE_CONTENT", "UNDECODABLE", "TRUNCATED",
    "HEADER_INVALID", "ROWS_MISMATCH", "AMOUNT_MISMATCH", "BALANCE_MISMATCH", "TOO_MANY_REFUSED",
)  # fmt: skip
_STATES = {
    "DUPLICATE_FILE": "duplicate", "FUTURE_MONTH": "held", "SEQUENCE_GAP": "held", "TOO_MANY_REFUSED": "held",
}  # fmt: skip
_OF_CONTENT = {
    "UNSAFE_CONTENT", "UNDECODABLE", "TRUNCATED", "HEADER_INVALID", "BALANCE_MISMATCH", "TOO_MANY_REFUSED",
}  # fmt: skip
# A loaded file cannot have been faulty, and a slot that is taken is neither to come nor behind a gap.
_IMPOSSIBLE = {
    *(frozenset({"DUPLICATE_FILE", reason}) for reason in _OF_CONTENT),
    frozenset({"SLOT_TAKEN", "FUTURE_MONTH"}), frozenset({"SLOT_TAKEN", "SEQUENCE_GAP"}),
}  # fmt: skip
_SAID: dict[str, dict[str, Any]] = {
    "MANIFEST_INVALID": {"created_at": "yesterday"}, "SHA256_MISMATCH": {"sha256": UNKNOWN_SHA},
    "REPLACES_UNKNOWN": {"replaces": UNKNOWN_SHA}, "FUTURE_MONTH": {"month": NEXT_MONTH},
    "SEQUENCE_GAP": {"sequence": 3}, "ROWS_MISMATCH": {"rows": 9},
    "AMOUNT_MISMATCH": {"amount_total": "1.00"},
}  # fmt: skip


def _content(of: Sample, faults: set[str]) -> bytes:
    """Return the bytes of a statement with those of the faults that are in the bytes."""
    lines = of.good()
    if "BALANCE_MISMATCH" in faults:
        lines[1] = lines[1].given(balance_after="7.00")
    if "TOO_MANY_REFUSED" in faults:
        lines = [line.given(booked_on="x") for line in lines]
    header = ",".join(of.layout.columns).replace(
        "purpose", "aim" if "HEADER_INVALID" in faults else "purpose"
    )
    content = of.file(lines, header=header, chained=False).content
    if "UNDECODABLE" in faults:
        content += b"\xff\n"
    if "TRUNCATED" in faults:
        content += b'"an open quote'
    return packed_as_zip(content) if "UNSAFE_CONTENT" in faults else content


def _pieces(of: Sample, faults: frozenset[str]) -> list[Piece]:
    odd = of.file().holds(_content(of, set(faults)))
    if "UNSAFE_CONTENT" in faults:
        odd = odd.named("data.zip")
    if odd.content == of.file().content and "DUPLICATE_FILE" not in faults:
        odd = of.file([of.line(number, 10_000) for number in (4, 5)])
    pieces = []
    if "SLOT_TAKEN" in faults:
        pieces.append(of.file() if "DUPLICATE_FILE" in faults else of.file([of.line(7)]))
    elif "DUPLICATE_FILE" in faults:
        pieces.append(of.file(month="2024-05"))
    for fault in faults & set(_SAID):
        odd = odd.declares(**_SAID[fault])
    keyed = "SIGNATURE_INVALID" in faults
    first = min(faults, key=ORDER.index)
    ends = odd.ends(_STATES.get(first, "rejected"), first)
    return [*(signed(piece) if keyed else piece for piece in pieces), ends]


PAIRS = tuple(
    frozenset(pair) for pair in itertools.combinations(ORDER, 2) if frozenset(pair) not in _IMPOSSIBLE
)
for _pair in PAIRS:
    _first, _second = sorted(_pair, key=ORDER.index)
    register(
        "ZZ", f"{_first} before {_second}", ("bank-statement-csv/1",),
        lambda of, faults=_pair: _pieces(of, faults),
        keyed=PUBLIC if "SIGNATURE_INVALID" in _pair else "",
    )  # fmt: skip
