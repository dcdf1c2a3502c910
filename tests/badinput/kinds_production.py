"""What goes wrong in a production database: every row lands, whatever is wrong with it, as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Row:
    """One row of a production table, and what must land where that is not what was stored."""

    table: str
    cells: Mapping[str, Any]
    lands: Mapping[str, str | None] = field(default_factory=dict)
    copies: int = 1


@dataclass(frozen=True)
class ProductionKind:
    """One kind of odd production data: rows, marked by their number in AAE036."""

    kind: str
    title: str
    rows: tuple[Row, ...]

    def __str__(self) -> str:
        """Return the name of the test."""
        return f"{self.kind}-{self.title}".replace(" ", "-")


PERSON = {"AAC001": "p", "AAC002": "23060219410203001X", "AAC003": "金丝雀", "AAC004": "1",
          "AAC006": "1941-02-03", "AAC058": "01", "AAC060": "1", "AAB301": "230602"}  # fmt: skip
CONTRIBUTION = {"AAZ223": "c", "AAC001": "p", "AAB001": "e", "AAE140": "110", "AAE002": "202406",
                "AAE003": "202406", "AAA115": "10", "AAE180": "5000.00", "AAE020": "800.00",
                "AAE078": "1"}  # fmt: skip
ENROLMENT = {"AAZ159": "n", "AAC001": "p", "AAE140": "110", "AAB001": "e", "AAC008": "1",
             "AAC030": "2020-01-01", "AAB301": "230602"}  # fmt: skip
ENTITLEMENT = {"AAZ257": "t", "AAC001": "p", "AAE140": "110", "AIC161": "01", "AIC162": "2020-01-05",
               "AAE210": "202001", "AAE211": "202405", "AAB301": "230602"}  # fmt: skip
PAYMENT = {"AAZ220": "y", "AAZ257": "t", "AAC001": "p", "AAE140": "110", "AAE019": "3000.00",
           "AAE117": "1"}  # fmt: skip
GOOD = {"AC01": PERSON, "AC43": CONTRIBUTION, "AC02": ENROLMENT, "AC60": ENTITLEMENT, "AC82": PAYMENT}

_kinds: list[ProductionKind] = []


def _enter(kind: str, title: str, *rows: Row) -> None:
    _kinds.append(ProductionKind(kind, title, rows))


def _row(table: str, lands: Mapping[str, str | None] | None = None, copies: int = 1, **cells: Any) -> Row:
    return Row(table, {**GOOD[table], **cells}, lands or {}, copies)


def _values(kind: str, title: str, table: str, column: str, *values: Any) -> None:
    for number, value in enumerate(values, start=1):
        _enter(kind, f"{title} {number}", _row(table, **{column: value}))


def _rendered(kind: str, title: str, table: str, column: str, value: Any, text: str | None) -> None:
    _enter(kind, title, _row(table, {column: text}, **{column: value}))


# Values that land as they are stored.
_values("C16", "no value where one is required", "AC01", "AAC002", None, "")
_values("C17", "missing in words", "AC01", "AAC003", "NULL", "N/A", "无", "—", "\\N")
_values("C18", "blanks", "AC01", "AAC003", " ", "　", " 甲 ", "\t")
_values("C19", "full width", "AC01", "AAC002", "２３０６０２", "ＸＹ")
_values("C20", "characters not seen", "AC01", "AAC003", "甲\u200b", "\u202e甲", "\ufeff甲", "Аlice")
_values("C21", "rare and lost characters", "AC01", "AAC003", "\ue000", "𠮷", "锟斤拷", "\ufffd", "?")
_values("C22", "forms of characters", "AC01", "AAC003", "é", "e\u0301", "張三豐")
_values("C13", "control characters", "AC01", "AAC003", "甲\x01", "甲\x1b[31m", "甲\x85", "甲\u2028", "\x7f")
_values("C09", "line breaks", "AC01", "AAC003", "甲\n乙", "甲\r\n乙", "\r", "甲,乙", '"甲"', "甲\t乙")
_values("C28", "text that means something elsewhere", "AC01", "AAC003", "=1+1", "\\.", "\\", "';--", "{{x}}")
_values("C15", "a text of a mebibyte", "AC01", "AAC003", "长" * 350_000)
_values("C23", "leading zeros", "AC01", "AAC001", "007", "0", "00")
_values("C25", "a wrong check digit", "AC01", "AAC002", "230602194102030010")
_values("C26", "fifteen digits", "AC01", "AAC002", "230602410203001")
_values("C27", "a small x", "AC01", "AAC002", "23060219410203001x")
_values("C29", "placeholders", "AC01", "AAC002", "111111111111111111", "0", "测试", "1900-01-01", "99999999")
_values("C30", "days that are none", "AC01", "AAC006", "2024-02-30", "19410000", "0000-00-00")
_values("C31", "days the other way", "AC01", "AAC006", "03/02/1941", "1941年2月3日")
_values("C32", "instants", "AC01", "AAC006", "1941-02-03T00:00:00+08:00", "1986-05-04 00:30:00")
_values("C33", "short years", "AC01", "AAC006", "41-02-03", "410203")
_values("C34", "years at the ends", "AC01", "AAC006", "0001-01-01", "9999-12-31")
_values("C35", "amounts with signs", "AC43", "AAE180", "5,000.00", "¥5000", "5000.00-", "(1)")
_values("C36", "decimals as text", "AC43", "AAE180", "5000.005", "0.1", "5000.0")
_values("C37", "no numbers as text", "AC43", "AAE180", "NaN", "Infinity", "1e5", "1" * 60)
_values("C38", "negative as text", "AC43", "AAE180", "-1.00", "-0.00")
_values("C39", "codes nobody knows", "AC43", "AAE140", "999", "11", "养老")
_values("E08", "divisions nobody knows", "AC01", "AAB301", "999999", "2306", None)

# Values that the source stores otherwise than as text.
for _kind, _title, _value, _text in (
    ("C23", "a whole number", 7, "7"), ("C37", "the largest number", 2**63 - 1, str(2**63 - 1)),
    ("C37", "the smallest number", -(2**63), str(-(2**63))), ("C36", "a whole fraction", 5000.0, "5000"),
    ("C36", "a fraction", 5000.25, "5000.25"), ("C36", "a tenth", 0.1, "0.1"),
    ("C36", "a very small fraction", 1e-7, "0.0000001"),
    ("C37", "a very large fraction", 1e22, "1" + "0" * 22),
    ("C38", "minus nothing", -0.0, "0"), ("C38", "a negative fraction", -12.5, "-12.5"),
    ("C24", "a number with an exponent", 1.10101e17, "110101000000000000"),
    ("C12", "bytes that are text", "甲".encode(), "甲"),
    ("C12", "bytes that are no text", b"\xff\x00", "\\xff00"),
    ("C12", "no bytes", b"", ""),
):  # fmt: skip
    _rendered(_kind, _title, "AC43", "AAE180", _value, _text)
_rendered("C12", "NUL in a text", "AC01", "AAC003", "甲\x00乙", "甲␀乙")
_rendered("C12", "NUL alone", "AC01", "AAC003", "\x00", "␀")
_rendered("C24", "an identity number as a fraction", "AC01", "AAC002", 2.0**57, str(2**57))
_rendered("C32", "a day as a number", "AC01", "AAC006", 19410203, "19410203")
_rendered("C39", "a code as a number", "AC01", "AAC004", 1, "1")
_rendered("C39", "a code as a fraction", "AC01", "AAC004", 1.0, "1")

# What only the ledgers and rules can detect.
_enter("E01", "an enrolment of nobody", _row("AC02", AAC001="nobody"))
_enter("E01", "a contribution of nobody", _row("AC43", AAC001="nobody"))
_enter("E02", "a payment of no entitlement", _row("AC82", AAZ257="gone"))
_enter("E03", "one key in two rows alike", _row("AC01", copies=2, AAC001="twice"))
_enter(
    "E03",
    "one key in two rows that differ",
    _row("AC01", AAC001="both"),
    _row("AC01", AAC001="both", AAC004="2"),
)
_enter("E03", "a key that is missing", _row("AC01", AAC001=None))
_enter("E03", "a key that is empty", _row("AC01", AAC001=""))
_enter("E04", "enrolments that overlap", _row("AC02", AAZ159="n1"), _row("AC02", AAZ159="n2"))
_enter("E05", "an end before the start", _row("AC60", AAE210="202406", AAE211="202001"))
_enter("E06", "a contribution before birth", _row("AC43", AAE003="190001"))
_enter("E06", "a contribution after death", _row("AC43", AAE003="209901"))
_enter("E06", "a base above the ceiling", _row("AC43", AAE180="99999999.99"))
_enter("E07", "a due that is not base times rate", _row("AC43", AAE020="1.00"))
_enter(
    "E11",
    "a column that is always missing",
    _row("AC60", AIC162=None),
    _row("AC60", AAZ257="t2", AIC162=None),
)
_enter(
    "E12", "a key used for another person", _row("AC01", AAC001="reused", AAC003="甲", AAC006="2001-01-01")
)
_enter("E13", "two persons of one number", _row("AC01", AAC001="m1"), _row("AC01", AAC001="m2"))
_enter(
    "E16",
    "rows of two regions",
    _row("AC01", AAC001="r1", AAB301="230602"),
    _row("AC01", AAC001="r2", AAB301="440300"),
)
_enter("C40", "ten rows alike", _row("AC82", copies=10, AAZ220="ten"))

KINDS = tuple(_kinds)
