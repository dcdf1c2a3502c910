"""What goes wrong with MT940: fields that are missing, odd or in the wrong place, and balances."""

from __future__ import annotations

from tests.badinput.model import Piece
from tests.badinput.mt940 import Entry, Mt940
from tests.badinput.registry import kind, register

MT940 = ("mt940/1",)


def _changed(of: Mt940, at: str, instead: str | None) -> Piece:
    """Return the file whose line that begins with ``at`` is another one, or none."""
    lines = of.lines(of.entries())
    place = next(number for number, line in enumerate(lines) if line.startswith(at))
    lines[place : place + 1] = [] if instead is None else [instead]
    return of.file(lines)


_HEADERS = {
    ("C06", "no account"): (":25:", None),
    ("C06", "an empty account"): (":25:", ":25:"),
    ("B14", "no opening balance"): (":60F:", None),
    ("B14", "an opening balance that is none"): (":60F:", ":60F:C240630CNYx"),
    ("B14", "an opening balance on no day"): (":60F:", ":60F:C240631CNY0,"),
    ("B14", "an opening balance without currency"): (":60F:", ":60F:C2406300,00"),
    ("B14", "an opening balance of neither side"): (":60F:", ":60F:X240630CNY0,00"),
    ("B14", "an opening balance in full width"): (":60F:", ":60F:C240630CNY０,００"),
    ("B14", "a closing balance that is none"): (":62F:", ":62F:nothing"),
}
for (_code, _title), (_at, _instead) in _HEADERS.items():
    register(
        _code, _title, MT940,
        lambda of, at=_at, instead=_instead: _changed(of, at, instead).rejected("HEADER_INVALID"),
    )  # fmt: skip


@kind("B14", "no closing balance", MT940)
def _no_closing(of: Mt940) -> Piece:
    return _changed(of, ":62F:", None).rejected("HEADER_INVALID", "TRUNCATED")


@kind("B14", "no closing balance and no end", MT940)
def _cut_tail(of: Mt940) -> Piece:
    lines = of.lines(of.entries())
    return of.file(lines[:-2]).rejected("TRUNCATED", "HEADER_INVALID")


@kind("B14", "a closing balance one cent off", MT940)
def _off(of: Mt940) -> Piece:
    return _changed(of, ":62F:", ":62F:C240630CNY10002,01").rejected("BALANCE_MISMATCH")


@kind("B14", "an opening balance of the other side", MT940)
def _turned(of: Mt940) -> Piece:
    return _changed(of, ":60F:", ":60F:D240601CNY5,00").rejected("BALANCE_MISMATCH")


@kind("F01", "no bytes although rows are declared", MT940)
def _nothing(of: Mt940) -> Piece:
    return of.file().holds(b"").rejected("TRUNCATED")


@kind("F05", "cut inside an entry", MT940)
def _cut(of: Mt940) -> Piece:
    good = of.file()
    return good.holds(good.content[: good.content.rindex(b":61:") + 12]).rejected("TRUNCATED")


@kind("F06", "cut inside a character", MT940)
def _cut_character(of: Mt940) -> Piece:
    good = of.file()
    return good.holds(good.content[: good.content.rindex("雀".encode()) + 1]).rejected("UNDECODABLE")


@kind("F27", "GBK sent as UTF-8", MT940)
def _gbk(of: Mt940) -> Piece:
    good = of.file()
    return good.holds(good.content.decode().encode("gbk")).rejected("UNDECODABLE")


@kind("F27", "GB18030 as declared", MT940)
def _gb18030(of: Mt940) -> Piece:
    good = of.file(encoding="gb18030")
    return good.holds(good.content.decode().encode("gb18030"))


@kind("F35", "prose instead", MT940)
def _prose(of: Mt940) -> Piece:
    return of.file().holds(f"statement of {of.division}\r\n".encode()).rejected("HEADER_INVALID", "TRUNCATED")


@kind("F02", "no entries", MT940)
def _no_entries(of: Mt940) -> Piece:
    return of.file(entries=())


@kind("B02", "entries counted wrong", MT940)
def _miscounted(of: Mt940) -> Piece:
    return of.file(rows=4).rejected("ROWS_MISMATCH")


@kind("F11", "amount total one cent off", MT940)
def _total(of: Mt940) -> Piece:
    return of.file(amount_total="10002.01").rejected("AMOUNT_MISMATCH")


@kind("F09", "the statement twice", MT940)
def _twice(of: Mt940) -> Piece:
    good = of.file()
    return good.holds(good.content * 2).rejected("ROWS_MISMATCH")


@kind("B01", "an entry before any statement", MT940)
def _astray(of: Mt940) -> Piece:
    lines = [":61:2406200620C1,00NTRFX", *of.lines(of.entries())]
    return of.file(lines).rejected("HEADER_INVALID", "ROWS_MISMATCH")


@kind("B15", "two statements", MT940)
def _two(of: Mt940) -> Piece:
    more = (Entry(4, -500), Entry(5, 200))
    lines = [*of.lines(of.entries()), *of.lines(more, opening=700, account=f"99{of.division}")]
    return of.file(lines, (*of.entries(), *more))


@kind("B15", "a statement of two pages", MT940)
def _pages(of: Mt940) -> Piece:
    first, second = of.lines(of.entries()[:2]), of.lines(of.entries()[2:], opening=1_000_100)
    first[-2] = first[-2].replace(":62F:", ":62M:")
    second[3] = second[3].replace(":60F:", ":60M:")
    second[2] = ":28C:1/2"
    return of.file([*first, *second])


@kind("B14", "pages that do not join", MT940)
def _torn_pages(of: Mt940) -> Piece:
    first, second = of.lines(of.entries()[:2]), of.lines(of.entries()[2:], opening=7)
    first[-2] = first[-2].replace(":62F:", ":62M:")
    second[3] = second[3].replace(":60F:", ":60M:")
    second[2] = ":28C:1/2"
    return of.file([*first, *second]).rejected("BALANCE_MISMATCH", "HEADER_INVALID")


_MARKS = {
    "a reversal of a credit": ("RC", -100),
    "a reversal of a debit": ("RD", 100),
    "a debit": ("D", -100),
}
for _title, (_mark, _cents) in _MARKS.items():

    def _marked(of: Mt940, mark: str = _mark, cents: int = _cents) -> Piece:
        first, _, last = of.entries()
        odd = Entry(2, cents, line=f":61:2406200620{mark}1,00NTRFE2//B2")
        return of.file(entries=(first, odd, last))

    register("B16", _title, MT940, _marked)

_LOADS = {
    ("B11", "no day of entry"): ":61:240620C1,00NTRFE2",
    ("B11", "entered in another year"): ":61:2312310102C1,00NTRFE2",
    ("C36", "no decimals"): ":61:2406200620C1,NTRFE2",
    ("C38", "leading zeros"): ":61:2406200620C000001,00NTRFE2",
    ("B01", "no reference"): ":61:2406200620C1,00NTRFNONREF",
    ("C30", "a leap day"): ":61:2402290229C1,00NTRFE2",
    ("B01", "a funds code"): ":61:2406200620CR1,00NTRFE2",
}  # fmt: skip
for (_code, _title), _line in _LOADS.items():

    def _loads(of: Mt940, line: str = _line) -> Piece:
        first, _, last = of.entries()
        return of.file(entries=(first, Entry(2, 100, line=line), last))

    register(_code, _title, MT940, _loads)

_REFUSED = {
    ("C30", "a value on no day"): ":61:2406310620C1,00NTRFE2",
    ("C30", "an entry on no day"): ":61:2406200231C1,00NTRFE2",
    ("C01", "an empty entry"): ":61:",
    ("C01", "an entry of prose"): ":61:one yuan received",
    ("C35", "an amount with a point"): ":61:2406200620C1.00NTRFE2",
    ("C36", "an amount of three decimals"): ":61:2406200620C1,005NTRFE2",
    ("C37", "an amount that is none"): ":61:2406200620CNTRFE2",
    ("C39", "a mark nobody knows"): ":61:2406200620X1,00NTRFE2",
    ("C19", "an amount in full width"): ":61:2406200620C１,００NTRFE2",
}
for (_code, _title), _line in _REFUSED.items():

    def _refused(of: Mt940, line: str = _line) -> Piece:
        first, _, last = of.entries()
        return of.file(entries=(first, Entry(2, 100, line=line, reasons=frozenset({"*"})), last))

    register(_code, _title, MT940, _refused)

_DETAILS = {
    ("C09", "subfields"): "166?00转账?20养老?32张三?33厂",
    ("C09", "free text"): "just text",
    ("C15", "details without end"): "x" * 1_000_000,
    ("C13", "a control character"): "甲\x01乙",
    ("C28", "a formula"): "=1+1",
    ("C09", "question marks"): "???" * 500,
    ("C09", "slashes"): "/" * 5_000,
    ("C20", "turned text"): "\u202e甲",
    ("C12", "a NUL byte"): "甲\x00乙",
}
for (_code, _title), _text in _DETAILS.items():

    def _told(of: Mt940, text: str = _text) -> Piece:
        first, _, last = of.entries()
        reasons = {"TOO_LONG"} if len(text) > 200 else {"*"} if "\x00" in text else set()
        return of.file(entries=(first, Entry(2, 100, details=text, reasons=frozenset(reasons)), last))

    register(_code, f"details with {_title}", MT940, _told)
