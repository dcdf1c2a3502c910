"""Every odd value again, among so many regular rows that the file is read and validated column by column."""

from __future__ import annotations

from dataclasses import replace

from tests.badinput.kinds_values import LOADS, VALUES
from tests.badinput.layouts import CSV
from tests.badinput.model import Line, Piece
from tests.badinput.registry import kind
from tests.badinput.writing import BIG, Sample

_MISSING = ("", "NULL", "N/A", "  ", "　")


def _odd_lines(of: Sample) -> list[Line]:
    """Return records with one odd value each, of those that need no quotes; keys are given later."""
    lines = []
    for held, outcomes in VALUES.items():
        for column in of.layout.holds.get(held, ())[:1]:
            for (_, outcome), values in outcomes.items():
                plain = [value for value in values if not set(value) & set(',"\r\n')]
                lines += [_odd(of, column, value, outcome) for value in plain]
    for column in of.layout.required:
        if column != of.layout.key:
            lines += [_odd(of, column, value, "MISSING_REQUIRED") for value in _MISSING]
    text = of.layout.holds["text"][0]
    lines.append(_odd(of, text, "甲\x00乙", "*"))
    lines.append(_odd(of, text, "长" * 201, "TOO_LONG"))
    lines.append(_odd(of, text, f" {'长' * 200}　", LOADS))
    return lines


def _odd(of: Sample, column: str, value: str, outcome: str) -> Line:
    required = column in of.layout.required and value.strip(" 　\t") in ("", "NULL", "N/A")
    reasons = "MISSING_REQUIRED" if required else outcome
    line = of.line(0).given(**{column: value})
    return line.refused(reasons) if reasons else line


def _broken(of: Sample) -> list[Line]:
    plain = ",".join(value or "" for value in of.line(0).cells.values())
    texts = (plain.rpartition(",")[0], f"{plain},", "x", "," * 100)
    return [of.line(0).written(text).refused("WRONG_FIELD_COUNT") for text in texts]


def _among_many(of: Sample, **options: object) -> Piece:
    """Return a file in which one row of a hundred may be quarantined, and is."""
    odd = [*_odd_lines(of), *_broken(of)]
    most = 100 * (sum(bool(line.reasons) for line in odd) + 2)
    numbered = [_numbered(of, line, number) for number, line in enumerate(odd, start=1)]
    filler = [of.line(number) for number in range(len(odd) + 1, most)]
    # The odd ones come late, and apart from one another.
    step = (len(filler) - 1_000) // len(odd)
    lines = [of.line(most, BIG), *filler[:1_000]]
    for place, line in enumerate(numbered):
        lines += [line, *filler[1_000 + place * step : 1_000 + (place + 1) * step]]
    lines += filler[1_000 + len(odd) * step :]
    return of.file(lines, **options)


def _numbered(of: Sample, line: Line, number: int) -> Line:
    """Return the line under a key of its own, unless its key is what is odd about it."""
    if line.text is not None or not of.layout.key:
        return line
    fresh = of.layout.good(number, of.division, 1)[of.layout.key]
    same = line.cells[of.layout.key] == of.line(0).cells[of.layout.key]
    return line.given(**{of.layout.key: fresh}) if same else line


@kind("C00", "every odd value among thousands of rows", CSV)
def _many(of: Sample) -> Piece:
    return _among_many(of)


@kind("C00", "every odd value among thousands of rows in GB18030 with CR LF", ("tax-voucher-csv/1",))
def _many_gb18030(of: Sample) -> Piece:
    return _among_many(of, encoding="gb18030", eol="\r\n", normalised=True)


@kind("C00", "keys repeated across thousands of rows", ("tax-voucher-csv/1", "payment-return-csv/1"))
def _keys(of: Sample) -> Piece:
    lines = [of.line(number) for number in range(2_000)]
    key, text = of.layout.key, of.layout.holds["text"][0]
    lines[1_500] = replace(lines[3], repeats=True)
    lines[1_999] = replace(lines[1_000], repeats=True)
    for first, second in ((5, 1_600), (1_100, 1_101)):
        other = lines[second].given(**{key: lines[first].cells[key], text: "另"})
        lines[first], lines[second] = (
            lines[first].refused("DUPLICATE_IN_FILE"),
            other.refused("DUPLICATE_IN_FILE"),
        )
    return of.file(lines)
