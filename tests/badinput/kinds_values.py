"""What is wrong, or odd but legal, with one value: the same for every format that has such a value."""

from __future__ import annotations

from tests.badinput.layouts import BY_NAME
from tests.badinput.model import Line, Piece
from tests.badinput.registry import kind, register
from tests.badinput.writing import BIG, SMALL, Sample, packed

LOADS = ""
# Amounts of camt.053, and of no other format.
ISO_DECIMALS = frozenset({"+1.00", "1.000", ".5"})
# class of value -> kind -> outcome -> values
VALUES: dict[str, dict[tuple[str, str], tuple[str, ...]]] = {
    "date": {
        ("C17", "BAD_DATE"): ("无", "—", "不详", "null", "None"),
        ("C19", "BAD_DATE"): ("２０２４-06-20", "٢٠٢٤-٠٦-٢٠", "２０２４０６２０"),
        ("C29", LOADS): ("1900-01-01", "19000101", "11111111"),
        ("C29", "BAD_DATE"): ("99999999", "0", "22222222", "00000000"),
        ("C30", "BAD_DATE"): ("2024-02-30", "2023-02-29", "20240631", "2024-00-10", "2024-13-01",
                              "2024-06-00", "1900-02-29"),
        ("C30", LOADS): ("2024-02-29", "20000229"),
        ("C31", "BAD_DATE"): ("30/06/2024", "06/30/2024", "30-06-2024", "2024/06/20", "2024.06.20",
                              "2024年6月20日"),
        ("C32", "BAD_DATE"): ("2024-06-20T00:00:00+08:00", "2024-06-20 00:00:00", "20240620000000",
                              "1718812800", "2024-W25-4", "2024-172"),
        ("C32", LOADS): ("1986-05-04", "1991-09-15"),
        ("C33", "BAD_DATE"): ("24-06-20", "240620", "2024-6-20", "2024-0620", "202406-20", "2024-06"),
        ("C34", LOADS): ("0001-01-01", "9999-12-31"),
        ("C34", "BAD_DATE"): ("0000-01-01", "10000-01-01", "-2024-06-20"),
        ("C37", "BAD_DATE"): ("today", "now", "infinity", "epoch", "45463", "2024-06-20\n", " 2024-06-20",
                              "=TODAY()", "\\N"),
    },
    "month": {
        ("C30", "BAD_MONTH"): ("2024-13", "202400", "2024-00", "0000-01"),
        ("C30", LOADS): ("202402", "2024-02"),
        ("C33", "BAD_MONTH"): ("2024-6", "20246", "24-06", "2406", "6"),
        ("C31", "BAD_MONTH"): ("06/2024", "2024/06", "2024年6月", "Jun 2024"),
        ("C32", "BAD_MONTH"): ("2024-06-01", "20240601", "202406\n", "2024-06-01 00:00:00"),
        ("C19", "BAD_MONTH"): ("２０２４０６", "２０２４-06"),
        ("C34", LOADS): ("0001-01", "999912"),
        ("C37", "BAD_MONTH"): ("now", "2.02406E+5", "202406.0"),
        ("C17", "BAD_MONTH"): ("无", "—"),
    },
    "amount": {
        ("C35", "BAD_AMOUNT"): ("1,00", "¥1.00", "1.00元", "1.00-", "(1.00)", "+1.00", "1 00", "1'00",
                                "CNY1.00"),
        ("C36", "BAD_AMOUNT"): ("1.000", "1.001", "1.", ".5", "1.0.0", "0.999999999999999999"),
        ("C37", "BAD_AMOUNT"): ("NaN", "nan", "Infinity", "-inf", "1e2", "1E400", "12345678901234567",
                                "9" * 30, "0x10", "1_00", "∞", "=1+1", "-", "--1", "1.00\n", "\\N", "1%"),
        ("C19", "BAD_AMOUNT"): ("１.00", "１．００", "١.٠٠", "1。00"),
        ("C17", "BAD_AMOUNT"): ("无", "—", "null", "nil"),
        ("C18", "BAD_AMOUNT"): (" 1.00", "1.00 "),
    },
    "rate": {
        ("C36", "BAD_AMOUNT"): ("0.1234567", "1.", ".5"),
        ("C36", LOADS): ("0.123456", "0.12", "0", "1", "-0.5"),
        ("C35", "BAD_AMOUNT"): ("16%", "1,000", "¥625"),
        ("C37", "BAD_AMOUNT"): ("1e-2", "NaN", "Infinity", "9" * 40),
        ("C19", "BAD_AMOUNT"): ("０.16",),
    },
    "closed": {
        ("C39", "BAD_CODE"): ("unknown", "其他", "9", "无", "—", "0", "employer2"),
        ("C20", "MISSING_REQUIRED"): ("\u200b",),
    },
    "scheme": {
        ("C39", "BAD_CODE"): ("999", "0110", "110.0", "1.1E2", "11O", "110,120", "无", "13", "养老", "ALL"),
        ("C39", LOADS): ("11", "120", "510"),
        ("C19", LOADS): ("１１０", "１１"),
        ("C18", LOADS): (" 110", "110　", "\t110 "),
    },
    "text": {
        ("C17", LOADS): ("NULL", "N/A", "无", "—", "null", "\\N", "None"),
        ("C18", LOADS): ("   ", "　　", " 甲 ", "　甲"),
        ("C19", LOADS): ("ＡＢＣ１２３", "ｱｲｳ"),
        ("C20", LOADS): ("甲\u200b乙", "\u202e甲乙", "Аlice", "\ufeff甲", "甲\u200d"),
        ("C21", LOADS): ("\ue000甲", "甲?", "\ufffd", "锟斤拷", "烫烫烫", "𠮷田", "👨‍👩‍👧"),
        ("C22", LOADS): ("é", "e\u0301", "張三豐", "张叁", "阿卜杜拉·买买提", "阿卜杜拉•买买提"),
        ("C13", LOADS): ("甲\x01乙", "甲\x1b[31m乙", "甲\x85乙", "甲\u2028乙", "甲\x0b乙", "甲\x0c乙",
                         "甲\x1c乙", "甲\x7f", "甲\t乙"),
        ("C29", LOADS): ("测试", "不详", "0", "1", "1111", "1900-01-01"),
        ("C28", LOADS): ("=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "'; drop table ops.files; --",
                         "<script>alert(1)</script>", "{{ 7*7 }}", "%s%n", "\\.", "\\", "\\x41", "a\\tb",
                         "$$"),
    },
    "id": {
        ("C23", LOADS): ("7", "007", "0"),
        ("C24", LOADS): ("1.10101E+17", "110101199001011000"),
        ("C25", LOADS): ("110101199001011234",),
        ("C26", LOADS): ("110101900101123",),
        ("C27", LOADS): ("11010119900101123x", "１１０１０１", "11010119900101123X"),
        ("C29", LOADS): ("111111111111111111", "000000000000000000", "无"),
    },
    "division": {
        ("C39", LOADS): ("999999", "2306", "六区", "23060200"),
    },
    "life_date": {
        ("C30", "BAD_DATE"): ("2024-02-30", "2024-13", "20240631", "0000", "00000000"),
        ("C31", "BAD_DATE"): ("2024/6", "6/2024"),
        ("C33", "BAD_DATE"): ("24", "240601"),
        ("C29", "BAD_DATE"): ("99999999",),
        ("C17", "BAD_DATE"): ("无", "—"),
    },
    "sex": {
        ("C39", LOADS): ("3", "X", "0"),
    },
}  # fmt: skip


def _odd(of: Sample, column: str, value: str, outcome: str) -> list[Line]:
    first, odd, last = of.good()
    changed = odd.given(**{column: value})
    return [first, changed.refused(outcome) if outcome else changed, last]


def _fits(format_name: str, column: str, value: str, outcome: str = "refused") -> bool:
    """Return whether the format can write the value in the column with that outcome, and read it back."""
    layout = BY_NAME[format_name]
    if column in layout.required and outcome == LOADS and value.strip(" \u3000") in ("", "NULL", "N/A"):
        return False
    if format_name == "camt.053/1" and value in ISO_DECIMALS:
        return False
    if not layout.widths:
        return True
    if "\n" in value or value != value.rstrip(" "):
        return False
    line = Line({**layout.good(1, "230602", SMALL), column: value})
    try:
        packed(layout, line)
    except ValueError:
        return False
    return True


for _class, _table in VALUES.items():
    for (_kind, _outcome), _values in _table.items():
        for _number, _value in enumerate(_values, start=1):
            for _format, _layout in BY_NAME.items():
                for _column in _layout.holds.get(_class, ())[:1]:
                    if _fits(_format, _column, _value, _outcome):
                        register(
                            _kind, f"{_column} as {_class} {_outcome or 'loads'} {_number}", (_format,),
                            lambda of, column=_column, value=_value, outcome=_outcome: of.file(
                                _odd(of, column, value, outcome)
                            ),
                        )  # fmt: skip

# Optional values that do not parse quarantine their row too; missing ones do not.
for _format, _layout in BY_NAME.items():
    for _class, _reason in (("date", "BAD_DATE"), ("rate", "BAD_AMOUNT"), ("optional_amount", "BAD_AMOUNT")):
        for _column in _layout.holds.get(_class, ()):
            if _column not in _layout.required:
                register(
                    "C30", f"optional {_column} that does not parse", (_format,),
                    lambda of, column=_column, reason=_reason: of.file(_odd(of, column, "x", reason)),
                )  # fmt: skip
                for _number, _value in enumerate(("", "NULL", "N/A", "  ", "　"), start=1):
                    if _fits(_format, _column, _value):
                        register(
                            "C17", f"optional {_column} missing {_number}", (_format,),
                            lambda of, column=_column, value=_value: of.file(_odd(of, column, value, LOADS)),
                        )  # fmt: skip
    for _column in _layout.required:
        for _number, _value in enumerate(("", "NULL", "N/A", "  ", "　\t", "\u00a0"), start=1):
            if _fits(_format, _column, _value):
                register(
                    "C16" if not _value else "C17" if _value.isalpha() else "C18",
                    f"{_column} missing {_number}", (_format,),
                    lambda of, column=_column, value=_value: of.file(
                        _odd(of, column, value, "MISSING_REQUIRED")
                    ),
                )  # fmt: skip

_AMOUNTS = {"one decimal": ("1.5", 150), "no decimals": ("2", 200), "minus nothing": ("-0.00", 0),
            "leading zeros": ("007.50", 750), "many leading zeros": ("0" * 20 + "7.50", 750),
            "negative": ("-3.25", -325), "nothing": ("0.00", 0)}  # fmt: skip
for _title, (_value, _cents) in _AMOUNTS.items():

    def _amount(of: Sample, value: str = _value, cents: int = _cents) -> Piece:
        first, odd, last = of.good()
        return of.file([first, odd.given(**{of.layout.holds["amount"][0]: value}).worth(cents), last])

    register("C38", f"amount with {_title}", [name for name in BY_NAME if BY_NAME[name].has_amount], _amount)

TEXTS = tuple(name for name in BY_NAME if name != "police-fixed/1")


@kind("C15", "two hundred characters load", TEXTS)
def _longest(of: Sample) -> Piece:
    return of.file(_odd(of, of.layout.holds["text"][0], "  " + "长" * 200 + "　\t", LOADS))


@kind("C15", "two hundred and one characters do not", TEXTS)
def _too_long(of: Sample) -> Piece:
    return of.file(_odd(of, of.layout.holds["text"][0], "𠮷" * 201, "TOO_LONG"))


@kind("C16", "two faults of one row are both named", TEXTS)
def _two_faults(of: Sample) -> Piece:
    first, odd, last = of.good()
    odd = odd.given(**{of.layout.required[0]: "", of.layout.holds["text"][0]: "长" * 201})
    return of.file([first, odd.refused("MISSING_REQUIRED", "TOO_LONG"), last])


KEYED = tuple(name for name, layout in BY_NAME.items() if layout.key)


@kind("C40", "identical rows", KEYED)
def _identical(of: Sample) -> Piece:
    twice = of.line(2)
    again = Line(twice.cells, twice.cents, repeats=True)
    return of.file([of.line(1, BIG), twice, again, again, of.line(3)])


@kind("C40", "rows of one key that differ", KEYED)
def _different(of: Sample) -> Piece:
    lines = of.good(400)
    key = {of.layout.key: lines[10].cells[of.layout.key]}
    text = of.layout.holds["text"][-1]
    lines[10] = lines[10].refused("DUPLICATE_IN_FILE")
    lines[300] = lines[300].given(**key, **{text: "另"}).refused("DUPLICATE_IN_FILE")
    return of.file(lines)


@kind("C40", "identical bad rows are each kept apart", KEYED)
def _identical_bad(of: Sample) -> Piece:
    lines = of.good(400)
    kind, reason = ("date", "BAD_DATE") if "date" in of.layout.holds else ("closed", "BAD_CODE")
    bad = lines[10].given(**{of.layout.holds[kind][0]: "x"}).refused(reason)
    lines[10:12] = [bad, bad]
    return of.file(lines)


@kind("C40", "one key written in full width with an invisible sign, and in ASCII", KEYED)
def _wide_key(of: Sample) -> Piece:
    lines = of.good(400)
    narrow = lines[10].cells[of.layout.key]
    lines[10] = lines[10].refused("DUPLICATE_IN_FILE")
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in narrow)
    odd = lines[300].given(
        **{of.layout.key: f" \u00a0{wide[:2]}\u200b{wide[2:]}　", of.layout.holds["text"][-1]: "另"}
    )
    lines[300] = odd.refused("DUPLICATE_IN_FILE")
    return of.file(lines)


@kind(
    "C40",
    "identical records without a key are each an event",
    tuple(name for name in BY_NAME if name not in KEYED),
)
def _events(of: Sample) -> Piece:
    twice = of.line(2)
    return of.file([of.line(1, BIG), twice, twice, of.line(3)])


@kind("C16", "one refused row of a file of one row and no amount", ("cremation-csv/1", "police-fixed/1"))
def _only_row(of: Sample) -> Piece:
    return of.file([of.line(1).given(name="").refused("MISSING_REQUIRED")])


@kind("QT", "one per cent of rows refused", TEXTS)
def _one_per_cent(of: Sample) -> Piece:
    return of.file(_refusing(of, 2))


@kind("QT", "more than one per cent of rows refused", TEXTS)
def _over_one_per_cent(of: Sample) -> Piece:
    return of.file(_refusing(of, 3)).ends("held", "TOO_MANY_REFUSED")


def _refusing(of: Sample, count: int) -> list[Line]:
    """Return two hundred records, the last ``count`` of them without a required value."""
    lines = of.good(200)
    column = of.layout.required[0]
    return [
        *lines[:-count],
        *(line.given(**{column: ""}).refused("MISSING_REQUIRED") for line in lines[-count:]),
    ]


WITH_AMOUNT = [name for name, layout in BY_NAME.items() if layout.has_amount]
for _title, _cents, _held in (
    ("one per cent", 10_000, False),
    ("a cent more than one per cent", 10_001, True),
):

    def _money(of: Sample, cents: int = _cents, held: bool = _held) -> Piece:
        odd = of.line(2, cents).given(**{of.layout.required[0]: ""}).refused("MISSING_REQUIRED")
        piece = of.file([of.line(1, 1_000_000 - 10_000), odd])
        return piece.ends("held", "TOO_MANY_REFUSED") if held else piece

    register("QT", f"{_title} of the money refused", WITH_AMOUNT, _money)
