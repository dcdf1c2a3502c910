"""Writes records in the formats of the pages, independently of the readers, and keeps each file's books."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.badinput.layouts import Layout
from tests.badinput.model import MONTH, Expected, Line, Piece, sha256, total, yuan

BIG, SMALL = 1_000_000, 100


@dataclass(frozen=True)
class Written:
    """The bytes of a file, and where each of its records begins and how it reads."""

    content: bytes
    places: tuple[tuple[int, str, Line], ...]


@dataclass(frozen=True)
class Sample:
    """A format in a slot of its own: makes good records and whole files of them."""

    layout: Layout
    division: str

    def good(self, count: int = 3) -> list[Line]:
        """Return good records, of which the first is worth so much that another may be quarantined."""
        return self._chained(
            [self.line(number, BIG if number == 1 else SMALL) for number in range(1, count + 1)]
        )

    def line(self, number: int, cents: int = SMALL) -> Line:
        """Return good record ``number``."""
        return Line(self.layout.good(number, self.division, cents), cents)

    def with_one(self, **cells: str | None) -> tuple[list[Line], Line]:
        """Return good records around one whose cells are replaced, and that one."""
        first, odd, last = self.good()
        return [first, odd.given(**cells), last], odd.given(**cells)

    def _chained(self, lines: Sequence[Line]) -> list[Line]:
        """Return statement entries with the balance after each; what is written already stays."""
        if self.layout.name != "bank-statement-csv/1":
            return list(lines)
        balances = itertools.accumulate(line.cents for line in lines)
        return [
            line if line.text is not None else line.given(balance_after=yuan(balance))
            for line, balance in zip(lines, balances, strict=True)
        ]

    def file(self, lines: Sequence[Line] | None = None, **options: Any) -> Piece:
        """Return the file of ``lines`` with a true manifest and the outcome that follows from them.

        ``options``: ``header``, ``eol``, ``bom``, ``ends`` (has a last line break), ``quoted`` (all),
        ``encoding``, ``normalised``, ``name``, ``chained`` (balances follow the amounts); the rest goes into
        the manifest.
        """
        chosen = self.good() if lines is None else list(lines)
        shape = {key: options.pop(key) for key in _SHAPE & set(options)}
        normalised, name = options.pop("normalised", False), options.pop("name", None)
        encoding = shape.setdefault("encoding", self.layout.encoding)
        linked = self._chained(chosen) if options.pop("chained", True) else chosen
        written = _write(self.layout, linked, **shape)
        manifest = {
            "feed": self.layout.feed, "format": self.layout.name, "division": self.division, "month": MONTH,
            "sequence": 1, "encoding": encoding, "rows": sum(line.is_record for line in linked),
            "amount_total": yuan(total(linked)) if self.layout.has_amount else None,
            "sha256": sha256(written.content), "created_at": "2024-07-03T08:00:00+08:00", "replaces": None,
            **options,
        }  # fmt: skip
        expected = expected_of(written, self.layout, normalised=normalised)
        return Piece(name or "data.txt", written.content, manifest, expected)


_SHAPE = {"header", "eol", "bom", "ends", "quoted", "encoding"}


def expected_of(written: Written, layout: Layout, *, normalised: bool | None) -> Expected:
    """Return the outcome of a loadable file: that of each record, and their sums."""
    records = [place for place in written.places if place[2].is_record]
    refused = {number: line.reasons for number, _, line in records if line.reasons}
    lands = {
        number: line.landed or layout.lands(line.cells)
        for number, _, line in records
        if not line.reasons and not line.repeats
    }
    return Expected(
        state="loaded",
        loaded=len(lands),
        refused=refused,
        raws={number: text for number, text, line in records if line.reasons},
        repeated=sum(line.repeats for _, _, line in records),
        loaded_cents=_sum(layout, [line for number, _, line in records if number in lands]),
        repeated_cents=_sum(layout, [line for _, _, line in records if line.repeats]),
        normalised=normalised,
        table=layout.table,
        landed=lands,
    )


def _sum(layout: Layout, lines: Sequence[Line]) -> int | None:
    return total(lines) if layout.has_amount else None


def _write(layout: Layout, lines: Sequence[Line], **shape: Any) -> Written:
    if layout.widths:
        return _fixed(layout, lines, **shape)
    texts = [line.text if line.text is not None else _text(layout, line, shape) for line in lines]
    header = [] if layout.paths else [shape.pop("header", None) or ",".join(layout.columns)]
    eol, ends = shape.get("eol", "\n"), shape.get("ends", True)
    whole = eol.join([*header, *texts]) + (eol if ends else "")
    places, number = [], 1 + len(header)
    for line, text in zip(lines, texts, strict=True):
        places.append((number, text, line))
        number += 1 + text.count("\n")
    encoded = whole.encode(shape["encoding"], "surrogatepass")
    return Written(shape.get("bom", b"") + encoded, tuple(places))


def _text(layout: Layout, line: Line, shape: dict[str, Any]) -> str:
    if layout.paths:
        return json.dumps(_nested(layout, line), ensure_ascii=False)
    return ",".join(cell(value or "", always=shape.get("quoted", False)) for value in line.cells.values())


def cell(value: str, *, always: bool = False) -> str:
    """Return a value as a CSV field: quoted when it must be, or always."""
    if always or any(sign in value for sign in ',"\r\n'):
        return '"' + value.replace('"', '""') + '"'
    return value


def _nested(layout: Layout, line: Line) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name, value in line.cells.items():
        *outer, last = layout.paths[name]
        inside = record
        for key in outer:
            inside = inside.setdefault(key, {})
        inside[last] = value
    return record


def _fixed(layout: Layout, lines: Sequence[Line], **shape: Any) -> Written:
    encoding = shape["encoding"]
    eol = shape.get("eol", "\r\n").encode()
    records = [
        packed(layout, line, encoding) if line.text is None else line.text.encode(encoding) for line in lines
    ]
    content = shape.get("bom", b"") + eol.join(records) + (eol if shape.get("ends", True) else b"")
    places = tuple(
        (number, record.decode(encoding, "replace"), replace(line, landed=line.landed))
        for number, (record, line) in enumerate(zip(records, lines, strict=True), start=1)
    )
    return Written(content, places)


def packed(layout: Layout, line: Line, encoding: str = "gb18030") -> bytes:
    """Return a fixed-width record: each field padded with spaces to its bytes.

    Raises: ValueError when a value does not fit its field.
    """
    fields = []
    for name, width in layout.widths.items():
        value = (line.cells[name] or "").encode(encoding)
        if len(value) > width:
            raise ValueError(name)
        fields.append(value.ljust(width))
    return b"".join(fields)
