"""Rows that stand in every city of money, on both sides of boundaries that chance seldom meets."""

from __future__ import annotations

from datetime import date

from tests.hostile.drawing import BEFORE, MONTH, Row, money, number18
from tests.hostile.money.collecting import Money
from tests.hostile.money.register import NORTH, SOUTH, WEST, account_no

FISCAL = account_no(SOUTH, "110", "fiscal")
SPENDING = account_no(SOUTH, "110", "expenditure")
# Number, kind, opened, closed: accounts without an entry but for the last four.
ACCOUNTS = (
    ("3500shut0", "income", "2015-01-01", "2024-05-31"), ("3500shut1", "income", "2015-01-01", "2024-06-01"),
    ("3500new0", "income", "2024-06-30", ""), ("3500new1", "income", "2024-07-01", ""),
    ("3500gone", "income", "2015-01-01", "2024-05-31"), ("3500early", "income", "2024-06-20", ""),
    ("3500calm1", "income", "2015-01-01", ""), ("3500calm2", "expenditure", "2015-01-01", ""),
)  # fmt: skip
TREASURY = "国家金库大庆市中心支库"


def accounts() -> list[dict[str, str]]:
    """The accounts of the boundaries; they stand in NORTH and hold the fund 110."""
    return [
        {
            "account_no": number, "division": NORTH, "fund": "110", "kind": kind, "bank": "行",
            "opened_on": opened, "closed_on": closed, "agreement_no": "", "inspected_on": "",
        }
        for number, kind, opened, closed in ACCOUNTS
    ]  # fmt: skip


def batch_rows() -> dict[str, list[Row]]:
    """What the agency has: contributions, premiums owed, payments."""
    specs = [
        ("X1", "E01", "P03", MONTH, "2022-01", 5000), ("X2", "E01", "P03", BEFORE, "2022-03", 3000),
        ("X3", "E01", "P03", MONTH, "2022-04", 2000), ("X4", None, "P02", MONTH, "2022-05", 4000),
        ("X5", None, "nobody", MONTH, "2022-05", 4000),
    ]  # fmt: skip
    rows = [
        {
            "AAZ223": key, "AAB001": employer, "AAC001": person, "AAE140": "110",
            "AAE002": booked.replace("-", ""), "AAE003": for_month.replace("-", ""), "AAA115": "10",
            "AAE020": money(cents), "AAE080": money(cents), "AAE078": 1, "AAB191": "20240610",
            "AAE022": "0.00", "AAE082": "0.00", "AAE180": "1.00", "AAE036": "20240101",
        }
        for key, employer, person, booked, for_month, cents in specs
    ]  # fmt: skip
    payments = [
        {
            "AAZ220": key, "AAZ257": "B1", "AAC001": "P01", "AAE140": "110", "AAE002": "202406",
            "AAE003": f"2023{serial:02d}", "AAE019": "33.33", "AAE010": "621", "AAE145": "1",
            "AAE117": result, "AAE357": "x", "AAE036": "20240101",
        }
        for serial, (key, result) in enumerate((("F-pending", "0"), ("F-open", "1"), ("F-back", "2")), 1)
    ]  # fmt: skip
    entitlement = {
        "AAZ257": "B1", "AAC001": "P01", "AAE140": "110", "AIC161": "01", "AIC162": "20200101",
        "AAE210": "202001", "AAE116": "1", "AAE009": "张三", "AAE010": "621", "AAB301": SOUTH,
    }  # fmt: skip
    employers = [
        {
            "AAB001": employer, "AAB004": "城市供水公司", "AAB019": "10", "AAB030": number,
            "AAB301": division,
        }
        for employer, number, division in (("E11", "T90", NORTH), ("E12", "T91", WEST))
    ]  # fmt: skip
    owed = [
        {
            "AAB001": employer, "AAE140": "110", "AAE002": "202406", "AAE003": for_month, "AAB119": 1,
            "AAB120": "1.00", "AAE020": "50.00", "AAE080": "0.00", "AAE078": 0, "AAE036": "20240101",
        }
        for employer, for_month in (("E11", "202404"), ("E11", "202406"), ("E12", "202406"))
    ]  # fmt: skip
    return {"AC43": rows, "AB07": owed, "AB01": employers, "AC82": payments, "AC60": [entitlement]}


def collect(drawn: Money) -> None:
    """Vouchers, receipts and credits."""

    def voucher(number: str, month: str, for_month: str, cents: int, day: str, **cells: str) -> None:
        drawn.vouchers[month].append(
            {
                "voucher_no": number, "scheme": "110", "month_from": for_month.replace("-", ""),
                "month_to": for_month.replace("-", ""), "kind": "employer", "amount": cents,
                "collected_on": f"2024-{day}", "division": SOUTH, "taxpayer_no": "T02", **cells,
            }
        )  # fmt: skip

    person = {"kind": "flexible", "taxpayer_no": "", "person_id_number": number18("19800101", 2)}
    nobody = {"taxpayer_no": "T77"}
    refund = {"kind": "refund", "taxpayer_no": ""}
    voucher("X-cent", MONTH, "2022-01", 5001, "06-10")
    voucher("X-number", MONTH, "2022-05", 4000, "06-10", **person)
    voucher("X-south", MONTH, "2022-06", 1000, "06-10", **nobody)
    voucher("X-north", MONTH, "2022-06", 1500, "06-10", division=NORTH, **nobody)
    voucher("X-25", MONTH, "2022-07", 1000, "06-25")
    voucher("X-26", MONTH, "2022-08", 1000, "06-26")
    voucher("X-both-25", MONTH, "2022-09", 1000, "06-25")
    voucher("X-both-30", MONTH, "2022-09", 1100, "06-30")
    voucher("X-lost", MONTH, "2022-10", -1200, "06-10", original_voucher_no="unknown", **refund)
    voucher(
        "X-again", MONTH, "2022-10", -1300, "06-10", original_voucher_no="X-lost", division=NORTH, **refund
    )
    voucher("X-may", BEFORE, "2022-03", 1000, "05-10")
    voucher("X-june", MONTH, "2022-03", 2000, "06-10")
    voucher("X-fee-may", BEFORE, "2022-04", 2000, "05-10", kind="late_fee")
    voucher("X-fee", MONTH, "2022-11", 2100, "06-10", kind="late_fee")
    voucher("X-less", MONTH, "2022-12", 3000, "06-10")
    voucher("X-short", MONTH, "2023-01", 4000, "06-10")
    for number, cents, received, credited, paid in (
        ("X-fee", 2100, "06-11", 2100, "06-12"), ("X-less", 2900, "06-11", 2900, "06-12"),
        ("X-short", 4000, "06-11", 3900, "06-12"), ("X-may", 1000, "05-06", 1000, "05-31"),
    ):  # fmt: skip
        receipt = f"R-{number}"
        drawn.receipts[BEFORE if received < "06" else MONTH].append(
            {
                "receipt_no": receipt, "voucher_no": number, "scheme": "110", "amount": cents,
                "received_on": f"2024-{received}", "transferred_on": "", "division": SOUTH,
            }
        )  # fmt: skip
        when = date.fromisoformat(f"2024-{paid}")
        drawn.movements.append((FISCAL, when, credited, receipt, TREASURY, "", ""))


def move(drawn: Money, books: dict[str, list[Row]]) -> None:
    """Entries of the quiet accounts, most of them in the books by their reference."""
    specs = [
        ("3500gone", "06-05", 100, "G1", "", "", "other"), ("3500early", "06-19", 100, "E1", "", "", "other"),
        ("3500early", "06-20", 100, "E2", "", "", "other"),
        # Two months on is the as-of day, and the day before.
        ("3500calm1", "05-01", 1000, "old", "", "", None),
        ("3500calm2", "04-30", 1000, "older", "", "", None),
        # The last working day of June, for the 28th is a day off here, and the day after.
        ("3500calm1", "06-27", 1100, "C1", "", "", "contribution"),
        ("3500calm1", "06-28", 1200, "C2", "", "", "contribution"),
        ("3500calm1", "06-10", -500, "C3", "elsewhere", "", "remit_up"),
        ("3500calm1", "06-03", 3000, "C4", "631", "", "contribution"),
        ("3500calm1", "06-04", -1000, "C5", "631", "", "refund"),
        ("3500calm1", "06-05", -2500, "C6", "631", "", "refund"),
        ("3500calm1", "06-12", 2000, "C12", "632", "", "contribution"),
        ("3500calm1", "06-13", -2000, "C13", "632", "", "refund"),
        ("3500calm1", "06-14", -400, "C14", account_no(NORTH, "110", "fiscal"), "", "other"),
        ("3500calm2", "06-06", 500, "C7", "elsewhere", "", "remit_down"),
        ("3500calm2", "06-07", 600, "C8", "elsewhere", "利息", "other"),
        ("3500calm2", "06-08", 700, "C9", "621", "", "other"),
        ("3500calm2", "06-09", 800, "C10", "elsewhere", "", "interest"),
        ("3500calm2", "06-11", 900, "C11", "elsewhere", "", "other"),
    ]  # fmt: skip
    for number, day, cents, reference, other, purpose, kind in specs:
        when = date.fromisoformat(f"2024-{day}")
        drawn.movements.append((number, when, cents, reference, "某单位", other, purpose))
        if kind is not None:
            books[MONTH].append(booked(number, when, cents, kind, reference))
    books[MONTH].append(booked("3500calm1", date(2024, 6, 20), 300, "other", "not banked"))
    when = date(2024, 6, 14)
    books[MONTH] += [
        booked(SPENDING, when, 3333, "benefit", "F-open"),
        booked(SPENDING, when, 3333, "benefit", "F-back"),
    ]


def booked(number: str, when: date, cents: int, kind: str, reference: str) -> Row:
    """One line of a journal."""
    return {
        "voucher_no": f"Y{reference}", "booked_on": when.isoformat(), "account_no": number, "fund": "110",
        "debit": max(cents, 0), "credit": max(-cents, 0), "counter_kind": kind, "reference": reference,
        "memo": "",
    }  # fmt: skip


def opening() -> list[Row]:
    """Two opening rows of one account, of which one counts; the quiet accounts open with nothing."""
    rows = [booked(number, date(2024, 6, 1), 0, "opening", "") for number in ("3500calm1", "3500calm2")]
    return [*rows, *(booked(FISCAL, date(2024, 6, 1), 4321, "opening", "") for _ in range(2))]


def records() -> list[Row]:
    """What the bank says of the payments: paid, though it is pending."""
    return [
        {
            "payment_id": "F-pending", "account_no": "621", "payee_name": "张三", "amount": 3333,
            "result": "paid", "reason": "", "value_on": "2024-06-11",
        }
    ]  # fmt: skip
