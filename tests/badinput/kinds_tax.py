"""What goes wrong in the tax feed's own sense; what only a rule can detect loads as it is."""

from __future__ import annotations

from tests.badinput.model import Line, Piece, yuan
from tests.badinput.registry import kind, register
from tests.badinput.writing import BIG, Sample

VOUCHER, RECEIPT = ("tax-voucher-csv/1",), ("treasury-receipt-csv/1",)
BOTH = VOUCHER + RECEIPT


def _around(of: Sample, *odd: Line) -> Piece:
    return of.file([of.line(1, BIG), *odd, of.line(99)])


_REQUIRED_WHEN = {
    ("employer", "taxpayer_no"), ("employee", "taxpayer_no"), ("late_fee", "taxpayer_no"),
    ("flexible", "person_id_number"), ("refund", "original_voucher_no"),
}  # fmt: skip
for _kind, _column in sorted(_REQUIRED_WHEN):
    for _number, _value in enumerate(("", "NULL", "N/A", " 　"), start=1):

        def _lacking(of: Sample, which: str = _kind, column: str = _column, value: str = _value) -> Piece:
            full = {"taxpayer_no": "T", "person_id_number": "P", "original_voucher_no": "V", column: value}
            odd = of.line(2, -100 if which == "refund" else 100).given(kind=which, **full)
            return _around(of, odd.refused("MISSING_REQUIRED"))

        register("C16", f"{_kind} without {_column} {_number}", VOUCHER, _lacking)

for _kind, _given in {
    "employee": {"taxpayer_no": "T"}, "late_fee": {"taxpayer_no": "T"},
    "flexible": {"person_id_number": "11010119900101123x"}, "refund": {"original_voucher_no": "V0"},
}.items():  # fmt: skip

    def _spare(of: Sample, which: str = _kind, given: dict[str, str] = _given) -> Piece:
        bare = {"taxpayer_no": "", "taxpayer_name": "", "person_id_number": "", "original_voucher_no": "",
                "base": "", "rate": "", "treasury_on": ""}  # fmt: skip
        return _around(of, of.line(2).given(kind=which, **{**bare, **given}))

    register("X08", f"{_kind} with nothing but what it needs", VOUCHER, _spare)

for _number, _value in enumerate(("ｅｍｐｌｏｙｅｒ", " employer", "employer　"), start=1):
    register(
        "C19", f"kind written otherwise {_number}", VOUCHER,
        lambda of, value=_value: _around(of, of.line(2).given(kind=value)),
    )  # fmt: skip
register(
    "C19", "kind in full width still asks for what it requires", VOUCHER,
    lambda of: _around(
        of, of.line(2).given(kind="ｅｍｐｌｏｙｅｒ", taxpayer_no="").refused("MISSING_REQUIRED")
    ),
)  # fmt: skip

# What loads: only the ledgers can detect that it is wrong.
_LOADS = {
    ("X01", "employer unknown"): {"taxpayer_no": "00000000000000000X"},
    ("X05", "base times rate is not the amount"): {"base": "100", "rate": "0.16"},
    ("X07", "months end before they begin"): {"month_from": "202406", "month_to": "202401"},
    ("X07", "collected years after the month"): {"month_from": "200601", "month_to": "200601"},
    ("X07", "a month to come"): {"month_from": "203001", "month_to": "203012"},
    ("X11", "employer closed"): {"taxpayer_no": "CLOSED"},
    ("X13", "base in fen"): {"base": "62500000"},
    ("X14", "rate of the employee alone"): {"rate": "0.08"},
    ("X15", "name and number disagree"): {
        "taxpayer_name": "别的厂",
        "person_id_number": "230602194102030017",
    },
    ("X16", "division of another county"): {"division": "230603"},
    ("X08", "a back-payment of several years"): {"month_from": "201101", "month_to": "202312"},
    ("X09", "an original it does not need"): {"original_voucher_no": "V1"},
}
for (_code, _title), _cells in _LOADS.items():
    register(
        _code, _title, VOUCHER,
        lambda of, cells=_cells: _around(of, of.line(2).given(**cells)),
    )  # fmt: skip


@kind("X03", "the total is right, two employers swapped", VOUCHER)
def _swapped(of: Sample) -> Piece:
    return _around(of, of.line(2, 700).given(taxpayer_no="B"), of.line(3, 300).given(taxpayer_no="A"))


@kind("X04", "a person twice under one employer and month", VOUCHER)
def _person_twice(of: Sample) -> Piece:
    cells = {"kind": "flexible", "person_id_number": "230602194102030017"}
    return _around(of, of.line(2).given(**cells), of.line(3).given(**cells))


def _refund(of: Sample, number: int, cents: int, original: str) -> Line:
    return of.line(number, cents).given(kind="refund", original_voucher_no=original, amount=yuan(cents))


@kind("X06", "a refund of more than was paid", VOUCHER)
def _over_refund(of: Sample) -> Piece:
    return _around(of, of.line(2), _refund(of, 3, -5000, f"V{of.division}2"))


@kind("X06", "a refund that is positive", VOUCHER)
def _positive_refund(of: Sample) -> Piece:
    return _around(of, _refund(of, 3, 5000, f"V{of.division}1"))


@kind("X09", "a refund of a voucher nobody knows", VOUCHER)
def _orphan_refund(of: Sample) -> Piece:
    return _around(of, _refund(of, 3, -100, "NEVER"))


@kind("X10", "a refund of a refund, and of itself", VOUCHER)
def _refund_chain(of: Sample) -> Piece:
    first = _refund(of, 2, -300, f"V{of.division}1")
    return _around(of, first, _refund(of, 3, 300, f"V{of.division}2"), _refund(of, 4, -1, f"V{of.division}4"))


@kind("X09", "a negative premium that is no refund", BOTH)
def _negative(of: Sample) -> Piece:
    return _around(of, of.line(2, -100))


@kind("X12", "amounts of nothing", BOTH)
def _nothing(of: Sample) -> Piece:
    return _around(of, of.line(2, 0), of.line(3, 0))


@kind("X12", "all amounts are nothing and one row is refused", BOTH)
def _all_nothing(of: Sample) -> Piece:
    lines = [of.line(number, 0) for number in range(1, 4)]
    return of.file([*lines, of.line(4, 0).given(scheme="999").refused("BAD_CODE")])


@kind("X12", "amounts that cancel out", BOTH)
def _cancelling(of: Sample) -> Piece:
    return of.file([of.line(1, BIG), of.line(2, -BIG)])


@kind("X12", "refused money hidden by amounts that cancel out", BOTH)
def _hidden(of: Sample) -> Piece:
    lines = [of.line(1, BIG), of.line(2, -BIG), of.line(3, 2 * BIG // 100 + 300)]
    lines[2] = lines[2].given(scheme="999").refused("BAD_CODE")
    return of.file(lines).ends("held", "TOO_MANY_REFUSED")


@kind("X13", "every amount in fen", BOTH)
def _fen(of: Sample) -> Piece:
    lines = [line.given(amount=str(line.cents)) for line in of.good()]
    return of.file(lines).rejected("AMOUNT_MISMATCH")


@kind("X16", "one voucher in files of two sequences", BOTH)
def _again(of: Sample) -> list[Piece]:
    return [of.file(), of.file([of.line(1, 500), of.line(60)], sequence=2)]


_SCHEMES = {"a scheme of another year's map": ("retired", "BAD_CODE"), "a mapped scheme": ("11", ""),
            "a scheme mapped for another feed": ("bank11", "BAD_CODE"),
            "a scheme mapped to no scheme": ("lost", "BAD_CODE")}  # fmt: skip
for _title, (_value, _reason) in _SCHEMES.items():

    def _scheme(of: Sample, value: str = _value, reason: str = _reason) -> Piece:
        odd = of.line(2).given(scheme=value)
        return _around(of, odd.refused(reason) if reason else odd)

    register("C39", _title, BOTH, _scheme)

_RECEIPT_LOADS = {
    ("X01", "a voucher nobody knows"): {"voucher_no": "NEVER"},
    ("X09", "no voucher"): {"voucher_no": ""},
    ("X07", "transferred before it was received"): {"received_on": "20240630", "transferred_on": "20240601"},
    ("X07", "not transferred yet"): {"transferred_on": ""},
    ("X11", "received on a holiday"): {"received_on": "2024-06-10"},
    ("X16", "division of another county"): {"division": "230603"},
}
for (_code, _title), _cells in _RECEIPT_LOADS.items():
    register(
        _code, _title, RECEIPT,
        lambda of, cells=_cells: _around(of, of.line(2).given(**cells)),
    )  # fmt: skip


@kind("X04", "two receipts of one voucher", RECEIPT)
def _receipts(of: Sample) -> Piece:
    return _around(of, of.line(2).given(voucher_no="V1"), of.line(3).given(voucher_no="V1"))
