"""What goes wrong in the books; no balance is checked here, the reconciliation does that."""

from __future__ import annotations

from tests.badinput.model import Line, Piece, yuan
from tests.badinput.registry import kind, register
from tests.badinput.writing import BIG, Sample

JOURNAL, TRIAL = ("deposit-journal-csv/1",), ("trial-balance-csv/1",)


def _around(of: Sample, *odd: Line) -> Piece:
    return of.file([of.line(1, BIG), *odd, of.line(99)])


def _sides(of: Sample, debit: str, credit: str, cents: int) -> Line:
    return of.line(2, cents).given(debit=debit, credit=credit)


_SIDES = {
    "credit alone": ("", "2.50", -250), "both sides": ("5.00", "2.00", 300), "neither side": ("", "", 0),
    "both nothing": ("0.00", "0", 0), "a negative debit": ("-4.00", "", -400),
    "a negative credit": ("", "-4.00", 400), "both sides alike": ("7.00", "7.00", 0),
    "missing written out": ("NULL", "N/A", 0), "blank sides": (" ", "　", 0),
}  # fmt: skip
for _title, (_debit, _credit, _cents) in _SIDES.items():
    register(
        "N01", _title, JOURNAL,
        lambda of, debit=_debit, credit=_credit, cents=_cents: _around(of, _sides(of, debit, credit, cents)),
    )  # fmt: skip

for _number, (_debit, _credit) in enumerate(
    (("x", "1.00"), ("1.00", "x"), ("x", "x"), ("1,000", "")), start=1
):
    register(
        "N01", f"a side that does not parse {_number}", JOURNAL,
        lambda of, debit=_debit, credit=_credit: _around(
            of, _sides(of, debit, credit, 100).refused("BAD_AMOUNT")
        ),
    )  # fmt: skip


@kind("N02", "sides swapped", JOURNAL)
def _swapped(of: Sample) -> Piece:
    lines = [line.given(debit="", credit=line.cells["debit"]) for line in of.good()]
    return of.file(lines).rejected("AMOUNT_MISMATCH")


@kind("N03", "an opening balance", JOURNAL)
def _opening(of: Sample) -> Piece:
    return of.file([of.line(1, BIG).given(counter_kind="opening"), of.line(2)])


@kind("N03", "two opening balances of one account", JOURNAL)
def _openings(of: Sample) -> Piece:
    return _around(of, *(of.line(number).given(counter_kind="opening") for number in (2, 3)))


@kind("N03", "an overdrawn opening", JOURNAL)
def _overdrawn(of: Sample) -> Piece:
    return of.file([of.line(1, -BIG).given(counter_kind="opening", debit="", credit=yuan(BIG)), of.line(2)])


@kind("N03", "no opening balance", JOURNAL)
def _no_opening(of: Sample) -> Piece:
    return of.file()


@kind("N03", "the opening left out of the total", JOURNAL)
def _opening_left_out(of: Sample) -> Piece:
    lines = [of.line(1, BIG).given(counter_kind="opening"), of.line(2)]
    return of.file(lines).declares(amount_total="1.00").rejected("AMOUNT_MISMATCH")


for _value in ("allocation", "benefit", "interest", "subsidy", "transfer_in", "transfer_out", "remit_up",
               "remit_down", "refund", "late_fee", "fee", "other", "ｆｅｅ", " fee　"):  # fmt: skip
    register(
        "N04", f"counter kind {_value!r}", JOURNAL,
        lambda of, value=_value: _around(of, of.line(2).given(counter_kind=value)),
    )  # fmt: skip
for _value in ("Fee", "transfer", "opening2", "transfer-in", "利息"):
    register(
        "N04", f"no counter kind {_value}", JOURNAL,
        lambda of, value=_value: _around(of, of.line(2).given(counter_kind=value).refused("BAD_CODE")),
    )  # fmt: skip

_JOURNAL_LOADS = {
    ("N05", "no voucher number"): {"voucher_no": ""},
    ("N05", "one voucher number twice"): {"voucher_no": "1"},
    ("N06", "a fund nobody knows"): {"fund": "999"},
    ("N06", "no fund"): {"fund": ""},
    ("N06", "a fund in words"): {"fund": "养老保险基金"},
    ("N07", "an account nobody knows"): {"account_no": "0"},
    ("N08", "booked in another month"): {"booked_on": "2023-12-31"},
    ("N08", "booked in the future"): {"booked_on": "2099-01-01"},
    ("N09", "no reference"): {"reference": ""},
    ("N09", "a reference nobody knows"): {"reference": "NEVER"},
    ("N09", "no memo"): {"memo": ""},
}
for (_code, _title), _cells in _JOURNAL_LOADS.items():
    register(
        _code, _title, JOURNAL,
        lambda of, cells=_cells: _around(of, of.line(2).given(**cells)),
    )  # fmt: skip

_TRIAL_LOADS = {
    ("N10", "closing is not opening plus movement"): {"opening": "5.00", "debit": "1.00", "credit": "9.99"},
    ("N10", "nothing but the closing"): {"opening": "", "debit": "", "credit": ""},
    ("N10", "negative movements"): {"opening": "-5.00", "debit": "-1.00", "credit": "-0.01"},
    ("N11", "a month of another year"): {"month": "2001-01"},
    ("N11", "a month to come"): {"month": "209912"},
    ("N12", "a subject nobody knows"): {"subject_code": "ZZZ"},
    ("N12", "a subject without a name"): {"subject_name": ""},
    ("N12", "a subject of twenty digits"): {"subject_code": "1" * 20},
    ("N06", "a fund nobody knows"): {"fund": "999"},
}
for (_code, _title), _cells in _TRIAL_LOADS.items():
    register(
        _code, _title, TRIAL,
        lambda of, cells=_cells: _around(of, of.line(2).given(**cells)),
    )  # fmt: skip


@kind("N12", "one subject twice", TRIAL)
def _subject_twice(of: Sample) -> Piece:
    return _around(of, of.line(2), of.line(2).given(subject_name="别的"))


@kind("N10", "a negative closing", TRIAL)
def _negative(of: Sample) -> Piece:
    return _around(of, of.line(2, -100))


@kind("N10", "closings that cancel out", TRIAL)
def _cancelling(of: Sample) -> Piece:
    return of.file([of.line(1, BIG), of.line(2, -BIG)])


@kind("N02", "closings with their signs turned", TRIAL)
def _turned(of: Sample) -> Piece:
    lines = [line.given(closing=f"-{line.cells['closing']}") for line in of.good()]
    return of.file(lines).rejected("AMOUNT_MISMATCH")


@kind("N02", "amounts in fen", JOURNAL + TRIAL)
def _fen(of: Sample) -> Piece:
    column = of.layout.holds["amount"][0]
    lines = [line.given(**{column: str(line.cents)}) for line in of.good()]
    return of.file(lines).rejected("AMOUNT_MISMATCH")
