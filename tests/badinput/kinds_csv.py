"""What is wrong, or odd but legal, with the structure of a CSV file."""

from __future__ import annotations

from tests.badinput.layouts import CSV
from tests.badinput.model import CANARY, Line, Piece
from tests.badinput.registry import kind, register
from tests.badinput.writing import Sample, cell


def _plain(line: Line) -> list[str]:
    return [cell(value or "") for value in line.cells.values()]


def _middle(of: Sample, text: str | None = None, **cells: str) -> list[Line]:
    lines, odd = of.with_one(**cells)
    return [lines[0], odd if text is None else odd.written(text), lines[2]]


@kind("C01", "a row with too few fields", CSV)
def _too_few(of: Sample) -> Piece:
    first, odd, last = of.good()
    return of.file([first, odd.written(",".join(_plain(odd)[:-1])).refused("WRONG_FIELD_COUNT"), last])


@kind("C01", "a last row with too few fields", CSV)
def _last_too_few(of: Sample) -> Piece:
    first, other, odd = of.good()
    return of.file([first, other, odd.written(_plain(odd)[0]).refused("WRONG_FIELD_COUNT")])


@kind("C02", "a row with too many fields", CSV)
def _too_many(of: Sample) -> Piece:
    first, odd, last = of.good()
    return of.file([first, odd.written(",".join([*_plain(odd), ""])).refused("WRONG_FIELD_COUNT"), last])


@kind("C02", "a row with ten thousand fields", CSV)
def _very_many(of: Sample) -> Piece:
    first, odd, last = of.good()
    return of.file([first, odd.written("," * 10_000).refused("WRONG_FIELD_COUNT"), last])


@kind("C03", "a column by another name", CSV)
def _renamed(of: Sample) -> Piece:
    header = ",".join(["renamed", *of.layout.columns[1:]])
    return of.file(header=header).rejected("HEADER_INVALID")


@kind("C04", "columns in another order", CSV)
def _reordered(of: Sample) -> Piece:
    lines = [line.written(",".join(reversed(_plain(line)))) for line in of.good()]
    return of.file(lines, header=",".join(reversed(of.layout.columns)), normalised=True)


def _with_more(of: Sample, header: str, more: str) -> Piece:
    lines = [line.written(",".join([*_plain(line), more])) for line in of.good()]
    return of.file(lines, header=f"{','.join(of.layout.columns)},{header}", normalised=True)


@kind("C05", "a column the format does not know", CSV)
def _new_column(of: Sample) -> Piece:
    return _with_more(of, "remark", CANARY)


@kind("C05", "a column without a name", CSV)
def _nameless(of: Sample) -> Piece:
    return _with_more(of, "", "x")


@kind("C05", "five hundred unknown columns", CSV)
def _many_columns(of: Sample) -> Piece:
    return _with_more(of, ",".join(f"x{number}" for number in range(500)), "," * 499)


@kind("C06", "the last column is missing", CSV)
def _missing(of: Sample) -> Piece:
    lines = [line.written(",".join(_plain(line)[:-1])) for line in of.good()]
    return of.file(lines, header=",".join(of.layout.columns[:-1])).rejected("HEADER_INVALID")


@kind("C06", "no header at all", CSV)
def _headless(of: Sample) -> Piece:
    first = of.line(9)
    return of.file(header=",".join(_plain(first))).rejected("HEADER_INVALID")


@kind("C07", "a column named twice", CSV)
def _twice(of: Sample) -> Piece:
    piece = _with_more(of, of.layout.columns[0], "x")
    return piece.rejected("HEADER_INVALID")


@kind("C08", "a quote that is never closed", CSV)
def _unclosed(of: Sample) -> Piece:
    lines = _middle(of)
    lines[1] = lines[1].written('"' + ",".join(_plain(lines[1])))
    return of.file(lines).rejected("TRUNCATED")


@kind("C08", "an unclosed quote in the header", CSV)
def _unclosed_header(of: Sample) -> Piece:
    return of.file(header='"' + ",".join(of.layout.columns)).rejected("TRUNCATED", "HEADER_INVALID")


@kind("C08", "text after a closing quote", CSV)
def _after_quote(of: Sample) -> Piece:
    lines = _middle(of)
    lines[1] = lines[1].written(",".join(['"a"b', *_plain(lines[1])[1:]])).refused("WRONG_FIELD_COUNT")
    return of.file(lines)


_LEGAL = {
    "a line break": "甲\n乙", "CR LF": "甲\r\n乙", "several line breaks": "\n\n甲\n\n乙\n",
    "a comma": "甲,乙",
    "quotes": '甲"乙"', "quotes alone": '""', "a quote and a line break": '"\n"',
    "a carriage return": "甲\r乙",
}  # fmt: skip
for _title, _value in _LEGAL.items():

    def _legal(of: Sample, value: str = _value) -> Piece:
        first, odd, last = _middle(of, **{of.layout.holds["text"][0]: value})
        # Whether a lone carriage return ends a line is open: nothing follows it.
        return of.file([first, last, odd] if value == "甲\r乙" else [first, odd, last], normalised=None)

    register("C09", f"{_title} inside quotes", CSV, _legal)


@kind("C10", "a comma that is not quoted", CSV)
def _unquoted(of: Sample) -> Piece:
    lines = _middle(of)
    plain = _plain(lines[1])
    lines[1] = lines[1].written(",".join([*plain[:-1], plain[-1] + ",乙"])).refused("WRONG_FIELD_COUNT")
    return of.file(lines)


@kind("C11", "lines end in CR LF", CSV)
def _crlf(of: Sample) -> Piece:
    return of.file(eol="\r\n", normalised=True)


@kind("C11", "some lines end in CR LF", CSV)
def _mixed_ends(of: Sample) -> Piece:
    good = of.file(normalised=True)
    return good.holds(good.content.replace(b"\n", b"\r\n", 2))


@kind("C11", "no line break at the end", CSV)
def _endless(of: Sample) -> Piece:
    return of.file(ends=False)


@kind("C11", "blank lines at the end", CSV)
def _blank_end(of: Sample) -> Piece:
    good = of.file(normalised=None)
    return good.holds(good.content + b"\n\n\n")


@kind("C12", "a NUL byte in a text", CSV)
def _nul(of: Sample) -> Piece:
    lines = _middle(of, **{of.layout.holds["text"][0]: "甲\x00乙"})
    return of.file([lines[0], lines[1].refused("*"), lines[2]])


@kind("C12", "a NUL byte in the header", CSV)
def _nul_header(of: Sample) -> Piece:
    return of.file(header="\x00" + ",".join(of.layout.columns)).rejected("HEADER_INVALID")


@kind("C15", "a field of more than a mebibyte", CSV)
def _long(of: Sample) -> Piece:
    lines = _middle(of, **{of.layout.holds["text"][0]: "长" * 400_000})
    return of.file([lines[0], lines[1].refused("TOO_LONG"), lines[2]])


for _sign, _name in {";": "semicolons", "\t": "tabs", "|": "bars", "，": "full-width commas"}.items():

    def _separated(of: Sample, sign: str = _sign) -> Piece:
        lines = [line.written(sign.join(line.cells.values())) for line in of.good()]
        return of.file(lines, header=sign.join(of.layout.columns)).rejected("HEADER_INVALID")

    register("C10", f"fields between {_name}", CSV, _separated)


@kind("C09", "every field quoted", CSV)
def _quoted(of: Sample) -> Piece:
    header = ",".join(f'"{name}"' for name in of.layout.columns)
    return of.file(quoted=True, header=header)


@kind("C09", "every field quoted after a byte order mark", CSV)
def _quoted_bom(of: Sample) -> Piece:
    header = ",".join(f'"{name}"' for name in of.layout.columns)
    return of.file(quoted=True, header=header, bom=b"\xef\xbb\xbf", normalised=True)


@kind("C09", "CR LF, unknown column and other order at once", CSV)
def _all_at_once(of: Sample) -> Piece:
    lines = [line.written(",".join(["x", *reversed(_plain(line))])) for line in of.good()]
    header = ",".join(["remark", *reversed(of.layout.columns)])
    return of.file(lines, header=header, eol="\r\n", normalised=True)
