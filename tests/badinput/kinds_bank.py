"""What goes wrong in statements and payment returns in CSV; what only a rule can detect loads as it is."""

from __future__ import annotations

from collections.abc import Sequence

from tests.badinput.model import Line, Piece, yuan
from tests.badinput.registry import kind, register
from tests.badinput.writing import BIG, Sample

ENTRIES, RETURNS = ("bank-statement-csv/1",), ("payment-return-csv/1",)


def _around(of: Sample, *odd: Line) -> Piece:
    return of.file([of.line(1, BIG), *odd, of.line(99)])


def _debit(of: Sample, number: int, cents: int) -> Line:
    return of.line(number, cents).given(direction="D").worth(-cents)


def _balanced(of: Sample, lines: Sequence[Line], balances: Sequence[int | None]) -> Piece:
    """Return a statement with the balances as given, None for an empty one."""
    written = [
        line.given(balance_after="" if cents is None else yuan(cents))
        for line, cents in zip(lines, balances, strict=True)
    ]
    return of.file(written, chained=False)


@kind("B03", "credits and debits", ENTRIES)
def _both_sides(of: Sample) -> Piece:
    return _around(of, _debit(of, 2, 250), _debit(of, 3, 100), of.line(4, 50))


@kind("B03", "a direction flipped", ENTRIES)
def _flipped(of: Sample) -> Piece:
    good = _around(of, _debit(of, 2, 250))
    return good.holds(good.content.replace(b",D,", b",C,")).rejected("AMOUNT_MISMATCH")


@kind("B03", "directions flipped so that the total is right", ENTRIES)
def _flipped_both(of: Sample) -> Piece:
    lines = [of.line(1, BIG), of.line(2, 300), _debit(of, 3, 300), of.line(4)]
    return _balanced(of, lines, (BIG, BIG - 300, BIG, BIG + 100)).rejected("BALANCE_MISMATCH")


@kind("B14", "a balance one cent off", ENTRIES)
def _off(of: Sample) -> Piece:
    return _balanced(of, of.good(), (BIG, BIG + 101, BIG + 200)).rejected("BALANCE_MISMATCH")


@kind("B14", "the last balance off", ENTRIES)
def _last_off(of: Sample) -> Piece:
    return _balanced(of, of.good(), (BIG, BIG + 100, BIG + 100)).rejected("BALANCE_MISMATCH")


@kind("B14", "an entry missing in the middle", ENTRIES)
def _missing(of: Sample) -> Piece:
    lines = [of.line(1, BIG), of.line(3)]
    return _balanced(of, lines, (BIG, BIG + 250)).rejected("BALANCE_MISMATCH")


@kind("B14", "an opening balance before the first entry", ENTRIES)
def _opening(of: Sample) -> Piece:
    return _balanced(of, of.good(), (5 * BIG, 5 * BIG + 100, 5 * BIG + 200))


@kind("B14", "an overdrawn account", ENTRIES)
def _overdrawn(of: Sample) -> Piece:
    return _balanced(of, of.good(), (-BIG, -BIG + 100, -BIG + 200))


@kind("B14", "no balance is given", ENTRIES)
def _unbalanced(of: Sample) -> Piece:
    return _balanced(of, of.good(), (None, None, None))


@kind("B14", "the balance of one entry is not given", ENTRIES)
def _one_empty(of: Sample) -> Piece:
    return _balanced(of, of.good(), (BIG, None, BIG + 200))


@kind("B14", "a balance that does not parse", ENTRIES)
def _unread_balance(of: Sample) -> Piece:
    first, odd, last = of.good()
    odd = odd.given(balance_after="10,001.00").refused("BAD_AMOUNT")
    return of.file([first.given(balance_after=yuan(BIG)), odd, last.given(balance_after=yuan(BIG + 200))],
                   chained=False)  # fmt: skip


@kind("B14", "an amount that does not parse in a chain that is right", ENTRIES)
def _unread_amount(of: Sample) -> Piece:
    first, odd, last = of.good()
    return of.file([first, odd.given(amount="1,00").refused("BAD_AMOUNT"), last])


@kind("B15", "two accounts, their entries in turn", ENTRIES)
def _two_accounts(of: Sample) -> Piece:
    other = f"99{of.division}"
    lines = [
        of.line(1, BIG),
        of.line(2).given(account_no=other),
        of.line(3),
        of.line(4).given(account_no=other),
    ]
    return _balanced(of, lines, (BIG, 100, BIG + 100, 200))


@kind("B15", "two accounts, one of which does not balance", ENTRIES)
def _one_wrong(of: Sample) -> Piece:
    other = f"99{of.division}"
    lines = [
        of.line(1, BIG),
        of.line(2).given(account_no=other),
        of.line(3),
        of.line(4).given(account_no=other),
    ]
    return _balanced(of, lines, (BIG, 100, BIG + 100, 300)).rejected("BALANCE_MISMATCH")


@kind("B15", "one account written in two ways", ENTRIES)
def _two_spellings(of: Sample) -> Piece:
    first, odd, last = of.good()
    spelled = f" {odd.cells['account_no']}　".replace("35", "３５")
    return of.file([first, odd.given(account_no=spelled), last])


@kind("B14", "entries in no order of days", ENTRIES)
def _unordered(of: Sample) -> Piece:
    first, odd, last = of.good()
    return of.file([first, odd.given(booked_on="2024-06-01"), last])


_ENTRY_LOADS = {
    ("B07", "an account number of letters"): {"counterparty_account": "NOT-AN-ACCOUNT"},
    ("B08", "an account nobody knows"): {"counterparty_account": "0"},
    ("B11", "value before booking"): {"booked_on": "2024-06-20", "value_on": "2024-06-01"},
    ("B11", "booked on a holiday"): {"booked_on": "2024-06-10"},
    ("B11", "booked in another month"): {"booked_on": "2024-05-31"},
    ("B11", "no value date"): {"value_on": ""},
    ("B15", "another fund's purpose"): {"purpose": "医疗"},
    ("B01", "no reference"): {"reference": ""},
    ("B16", "a reversal of a reversal"): {"purpose": "冲正冲正"},
    ("B10", "no counterparty"): {"counterparty_name": "", "counterparty_account": ""},
}
for (_code, _title), _cells in _ENTRY_LOADS.items():
    register(
        _code, _title, ENTRIES,
        lambda of, cells=_cells: _around(of, of.line(2).given(**cells)),
    )  # fmt: skip

for _value, _reason in {"c": "BAD_CODE", "DBIT": "BAD_CODE", "借": "BAD_CODE", "Ｃ": "", " C ": ""}.items():

    def _direction(of: Sample, value: str = _value, reason: str = _reason) -> Piece:
        odd = of.line(2).given(direction=value)
        return _around(of, odd.refused(reason) if reason else odd)

    register("B03", f"direction written {ord(_value[0])}", ENTRIES, _direction)


@kind("B12", "one reference twice", ENTRIES)
def _reference_twice(of: Sample) -> Piece:
    return _around(of, of.line(2).given(reference="E1"), of.line(3).given(reference="E1"))


@kind("B02", "rows counted with the balance lines", ENTRIES + RETURNS)
def _counted(of: Sample) -> Piece:
    return of.file().declares(rows=5).rejected("ROWS_MISMATCH")


_RETURN_LOADS = {
    ("B04", "a return of a payment nobody made"): {"payment_id": "NEVER"},
    ("B05", "a reason nobody knows"): {"reason": "ZZ99"},
    ("B05", "a reason in words"): {"reason": "账户已销户"},
    ("B05", "returned without a reason"): {"reason": ""},
    ("B06", "returned years later"): {"value_on": "2031-01-01"},
    ("B07", "an account number of letters"): {"account_no": "NOT-AN-ACCOUNT"},
    ("B08", "no account"): {"account_no": ""},
    ("B10", "another payee's name"): {"payee_name": "李四"},
    ("B11", "returned before it was paid"): {"value_on": "1999-01-01"},
    ("B13", "paid with a reason of return"): {"result": "paid", "reason": "AC04"},
    ("B18", "paid after death"): {"result": "paid", "reason": "MD07"},
    ("B17", "a payee of nines"): {"payee_name": "9" * 34},
}
for (_code, _title), _cells in _RETURN_LOADS.items():
    register(
        _code, _title, RETURNS,
        lambda of, cells=_cells: _around(of, of.line(2).given(**cells)),
    )  # fmt: skip


@kind("B09", "one account with many payees", RETURNS)
def _many_payees(of: Sample) -> Piece:
    return _around(of, *(of.line(number).given(payee_name=f"{number}号") for number in range(2, 12)))


@kind("B12", "one payment in two files", RETURNS)
def _two_files(of: Sample) -> list[Piece]:
    return [of.file(), of.file([of.line(1, 500), of.line(60)], sequence=2)]


@kind("B13", "a partial payment", RETURNS)
def _partial(of: Sample) -> Piece:
    return _around(of, of.line(2, 1), of.line(3, 99))


@kind("B03", "a negative return", RETURNS)
def _negative(of: Sample) -> Piece:
    return _around(of, of.line(2, -100))


for _value, _reason in {"Paid": "BAD_CODE", "成功": "BAD_CODE", "ｐａｉｄ": "", " paid": ""}.items():

    def _result(of: Sample, value: str = _value, reason: str = _reason) -> Piece:
        odd = of.line(2).given(result=value)
        return _around(of, odd.refused(reason) if reason else odd)

    register("C19" if not _reason else "C39", f"result written {ord(_value[0])}", RETURNS, _result)
