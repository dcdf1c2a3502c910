"""What is wrong, or odd but legal, with the structure of fixed-width records."""

from __future__ import annotations

from tests.badinput.model import Line, Piece
from tests.badinput.registry import kind, register
from tests.badinput.writing import Sample, packed

FIXED = ("police-fixed/1",)


def _middle(of: Sample, record: bytes, *reasons: str) -> Piece:
    """Return a file whose second record is the given bytes, padding and line break not included."""
    first, odd, last = of.good()
    return of.file([first, odd.written(record.decode("gb18030")).refused(*reasons), last])


def _good(of: Sample) -> bytes:
    return packed(of.layout, of.line(2))


_LENGTHS = {
    "one byte short": lambda record: record[:-1], "one byte long": lambda record: record + b" ",
    "half as long": lambda record: record[:80], "twice as long": lambda record: record * 2,
    "without the last field": lambda record: record[:112],
    "padded by characters, not bytes": lambda record: record + b"    ",
    "one byte": lambda _record: b"x", "a mebibyte long": lambda record: record.ljust(2**20, b"x"),
}  # fmt: skip
for _title, _change in _LENGTHS.items():
    register(
        "C14", f"a record {_title}", FIXED,
        lambda of, change=_change: _middle(of, change(_good(of)), "BAD_RECORD_LENGTH"),
    )  # fmt: skip


@kind("C14", "a last record cut short", FIXED)
def _short_last(of: Sample) -> Piece:
    content = of.file(ends=False).content
    return of.file().holds(content[:-1]).rejected("TRUNCATED")


@kind("C14", "a last record short before its line break", FIXED)
def _short_ended(of: Sample) -> Piece:
    first, other, odd = of.good()
    short = packed(of.layout, odd)[:-1].decode("gb18030")
    return of.file([first, other, odd.written(short)]).rejected("TRUNCATED")


@kind("C14", "a character across the border of two fields", FIXED)
def _across(of: Sample) -> Piece:
    record = _good(of)
    shifted = record[:60] + "雀".encode("gb18030") + record[62:]
    return _middle(of, shifted, "*")


@kind("C11", "lines end in LF alone", FIXED)
def _bare(of: Sample) -> Piece:
    return of.file(eol="\n", normalised=None)


@kind("C11", "no line break at the end", FIXED)
def _endless(of: Sample) -> Piece:
    return of.file(ends=False)


@kind("C11", "a blank line at the end", FIXED)
def _blank(of: Sample) -> Piece:
    good = of.file(normalised=None)
    return good.holds(good.content + b"\r\n")


@kind("C03", "a header line", FIXED)
def _header(of: Sample) -> Piece:
    good = of.file()
    header = ",".join(of.layout.columns)[:160].ljust(160).encode()
    return good.holds(header + b"\r\n" + good.content).rejected("ROWS_MISMATCH")


@kind("C10", "the fields separated by commas", FIXED)
def _commas(of: Sample) -> Piece:
    good = of.file()
    content = "\r\n".join(",".join(line.cells.values()) for line in of.good()).encode("gb18030")
    return good.holds(content).rejected("TRUNCATED", "ROWS_MISMATCH")


@kind("F02", "no bytes and no rows declared", FIXED)
def _nothing(of: Sample) -> Piece:
    return of.file([], ends=False)


_FITTING = {
    "a name of forty bytes": "金" * 20, "a name of ten rare characters": "𠮷" * 10,
    "bytes of ASCII inside characters": b"\x81\x5c\x81\x7c\x81\x40\x81\x7e".decode("gb18030"),
    "digits inside characters": "\u00a0\u00b1㐂", "a name with spaces inside": "甲  乙",
    "a dotted name": "买买提·阿里",
}  # fmt: skip
for _title, _name in _FITTING.items():

    def _fitting(of: Sample, name: str = _name) -> Piece:
        return of.file(of.with_one(name=name)[0])

    register("C14", _title, FIXED, _fitting)


@kind("C13", "padded with tabs", FIXED)
def _tabs(of: Sample) -> Piece:
    first, odd, last = of.good()
    record = packed(of.layout, odd)
    return of.file([first, odd.written(record[:112].decode("gb18030") + "\t" * 48), last])


@kind("C12", "a NUL byte in the name", FIXED)
def _nul(of: Sample) -> Piece:
    first, odd, last = of.good()
    return of.file([first, odd.given(name="甲\x00乙").refused("*"), last])


@kind("C12", "padded with NUL bytes", FIXED)
def _nul_padding(of: Sample) -> Piece:
    first, odd, last = of.good()
    return of.file([first, odd.given(name="甲".ljust(21, "\x00")).refused("*"), last])


def odd_record(of: Sample, *reasons: str, **cells: str) -> Piece:
    """Return a file with one record whose cells are replaced, quarantined for reasons or loaded."""
    lines, _ = of.with_one(**cells)
    refused: Line = lines[1].refused(*reasons)
    return of.file([lines[0], refused, lines[2]])


_CODES = {
    ("event type in small letters", "event_type", "c"): "BAD_CODE",
    ("event type spelled otherwise", "event_type", "D"): "BAD_CODE",
    ("category unknown", "category", "09"): "BAD_CODE",
    ("category of one digit", "category", "1"): "BAD_CODE",
    ("registered on no day", "registered_on", "20240631"): "BAD_DATE",
    ("registered on an unknown day", "registered_on", "20240600"): "BAD_DATE",
}
for (_title, _column, _value), _reason in _CODES.items():
    register(
        "C39", _title, FIXED,
        lambda of, column=_column, value=_value, reason=_reason: odd_record(of, reason, **{column: value}),
    )  # fmt: skip
for _category in ("02", "03", "04", "05"):
    register(
        "C39", f"category {_category} loads", FIXED,
        lambda of, category=_category: odd_record(of, category=category),
    )  # fmt: skip
