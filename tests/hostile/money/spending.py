"""Payments, what the bank makes of them, and everything else that moves on the accounts."""

from __future__ import annotations

from datetime import date, timedelta

from tests.hostile.drawing import BEFORE, MONTH, Dice, Row, code, money
from tests.hostile.money.collecting import AMOUNTS, Money, Movement, day_in
from tests.hostile.money.register import CITY, NORTH, PLACES, SOUTH, account_no

KINDS = (
    "contribution",
    "allocation",
    "benefit",
    "interest",
    "remit_up",
    "remit_down",
    "refund",
    "fee",
    "other",
)


def draw_payments(dice: Dice, tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Draw entitlements and payments; return the records of the bank by month."""
    returns: dict[str, list[Row]] = {BEFORE: [], MONTH: []}
    for serial in range(1, 9):
        scheme = dice.of("110", "110", "310")
        tables["AC60"].append(
            {
                "AAZ257": f"B{serial}", "AAC001": f"P{serial:02d}", "AAE140": scheme, "AIC161": "01",
                "AIC162": "20200101", "AAE210": "202001", "AAE116": "1", "AAE009": "张三",
                "AAE010": f"62{serial}",
                "AAB301": dice.of(NORTH, SOUTH, CITY),
            }
        )  # fmt: skip
        for booked in (BEFORE, MONTH, MONTH, MONTH, "2024-04"):
            amount = int(str(dice.of(*AMOUNTS)))
            result = dice.of("1", "1", "1", "2", "0", "2")
            payment = {
                "AAZ220": f"F{dice.next():04d}", "AAZ257": f"B{serial}", "AAC001": f"P{serial:02d}",
                "AAE140": scheme, "AAE002": code(booked),
                "AAE003": code(str(dice.of(booked, "2024-04", "2024-04", "2024-13"))),
                "AAE019": money(amount), "AAE010": f"62{serial}", "AAE145": dice.of("1", "1", "1", "2"),
                "AAE117": result, "AAE357": "x", "AAE036": "20240101",
            }  # fmt: skip
            tables["AC82"].append(payment)
            if dice.chance(0.75):
                cents = amount if dice.chance(0.85) else amount + 1
                month = str(dice.of(MONTH, MONTH, BEFORE))
                _return(dice, returns, month, str(payment["AAZ220"]), cents)
                if dice.chance(0.1) and month == BEFORE:
                    _return(dice, returns, MONTH, str(payment["AAZ220"]), cents)
    _return(dice, returns, MONTH, "F-nobody", 1000)
    return returns


def _return(dice: Dice, returns: dict[str, list[Row]], month: str, payment: str, cents: int) -> None:
    result = dice.of("paid", "paid", "returned")
    returns[month].append(
        {
            "payment_id": payment, "account_no": "621", "payee_name": "张三", "amount": cents,
            "result": result,
            "reason": "" if result == "paid" else dice.of("AC01", "AC04", ""),
            "value_on": dice.of(f"{month}-11", ""),
        }
    )  # fmt: skip


def draw_movements(dice: Dice, drawn: Money, payments: list[Row]) -> None:
    """Draw what moves beside the treasury's credits, on every kind of account."""
    numbers = [
        account_no(place, fund, kind)
        for place, fund in PLACES
        for kind in ("income", "expenditure", "fiscal")
    ]
    numbers += [account_no(NORTH, "310", "expenditure"), "3500edge", "3500stranger"]
    for number in numbers:
        for month in (BEFORE, MONTH):
            for _ in range(dice.random.randint(2, 7)):
                drawn.movements.append(_movement(dice, number, month, numbers, payments))
    for _ in range(3):
        channel, when = f"63{dice.next()}", day_in(dice, BEFORE)
        income = account_no(NORTH, "110", "income")
        drawn.movements += [
            (income, when, 3000, f"I{dice.next()}", "企业", channel, ""),
            (
                income,
                when + timedelta(20),
                -int(str(dice.of(2999, 3000, 3001))),
                f"I{dice.next()}",
                "企业",
                channel,
                "",
            ),
            (income, when + timedelta(21), -1, f"I{dice.next()}", "企业", channel, ""),
        ]


def _movement(dice: Dice, number: str, month: str, numbers: list[str], payments: list[Row]) -> Movement:
    amount = int(str(dice.of(*AMOUNTS))) * int(str(dice.of(1, -1)))
    payment = dice.of(*payments)
    purpose = str(dice.of("", "", "", "取现备用", "账户管理费", "存款利息", "季度结息", "汇划费"))
    other = str(dice.of("", "", *numbers, f"62{dice.of(1, 9)}", "62x"))
    name = str(dice.of("某单位", "支付现金", "财政专户", "国库集中户", ""))
    own_payment = number.endswith("2") and dice.chance(0.4)
    reference = str(payment["AAZ220"]) if own_payment else str(dice.of("", f"M{dice.next()}"))
    return number, day_in(dice, month, 1, 28, 29, 30), amount, reference, name, other, purpose


def draw_books(dice: Dice, movements: list[Movement], payments: list[Row]) -> dict[str, list[Row]]:
    """Enter most movements in the books: with a reference or without, days apart, split, joined, wrong."""
    books: dict[str, list[Row]] = {BEFORE: [], MONTH: []}
    for movement in movements:
        if dice.chance(0.85):
            _book(dice, books, movement)
    for payment in payments:
        place, fund = dice.of(*PLACES)
        spending = account_no(str(place), str(fund), "expenditure")
        cents = round(float(str(payment["AAE019"])) * 100)
        if dice.chance(0.35):
            way = int(str(dice.of(1, -1)))
            what = (spending, day_in(dice, MONTH), way * cents, "benefit")
            _enter(dice, books, what, str(payment["AAZ220"]))
    return books


def _book(dice: Dice, books: dict[str, list[Row]], movement: Movement) -> None:
    number, when, amount, reference, name, _, _ = movement
    kind = "contribution" if "国库" in name or "金库" in name else str(dice.of(*KINDS))
    if number.endswith("2") and reference.startswith("F"):
        kind = "benefit"
    if dice.chance(0.1):
        kind = str(dice.of(*KINDS))
    parts = [amount]
    if dice.chance(0.15):
        parts = [amount // 2, amount - amount // 2]
    if dice.chance(0.05):
        parts = [amount + 1]
    named = reference if dice.chance(0.5) else ""
    booked = when + timedelta(int(str(dice.of(0, 0, 1, 4, 5, 6, -5, -6))))
    for part in parts:
        _enter(dice, books, (number, booked, part, kind), named)
    if named and dice.chance(0.06):
        for part in (700, -700):
            _enter(dice, books, (number, booked, part, kind), f"{named}Z")


def _enter(dice: Dice, books: dict[str, list[Row]], what: tuple[str, date, int, str], reference: str) -> None:
    number, booked, cents, kind = what
    month = f"{booked.year}-{booked.month:02d}"
    file_month = month if month in books else MONTH
    if dice.chance(0.04):
        file_month = MONTH
    fund = "310" if "310" in number[10:] else "110"
    if dice.chance(0.04):
        fund = "120"
    debit, credit = (cents, 0) if cents >= 0 else (0, -cents)
    if dice.chance(0.1):
        debit, credit = (0, -cents) if cents >= 0 else (cents, 0)
    books[file_month].append(
        {
            "voucher_no": f"Z{dice.next():05d}", "booked_on": booked.isoformat(), "account_no": number,
            "fund": fund, "debit": debit, "credit": credit, "counter_kind": kind, "reference": reference,
            "memo": "",
        }
    )  # fmt: skip


def draw_trial_balance(dice: Dice, fund: str, deposits: int, month: str, *, closes: bool) -> list[Row]:
    """Draw a trial balance: one that holds, one a cent off, or one of a month closed to net assets."""
    income, expense, opening = 50000, 20000, 90000
    moved = income - expense
    off = int(str(dice.of(0, 0, 1)))  # net assets moved, and income is open: a difference
    lines = [
        ("1004", opening, moved + off, 0), ("2001", -1000, 0, 0),
        ("4001", 0, income if closes else 0, income), ("5001", 0, expense, expense if closes else 0),
        ("3001", -opening + 1000, 0, moved if closes else 700),
    ]  # fmt: skip
    rows = [
        {
            "month": code(month), "fund": fund, "subject_code": subject, "subject_name": "科目",
            "opening": start, "debit": debit, "credit": credit, "closing": start + debit - credit,
        }
        for subject, start, debit, credit in lines
    ]  # fmt: skip
    rows[0]["subject_code"] = dice.of("1004", "100401")
    if dice.chance(0.6):
        shift = deposits - int(rows[0]["closing"])
        for name in ("opening", "closing"):
            rows[0][name] += shift
    return rows
