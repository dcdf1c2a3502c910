"""Contributions, the vouchers behind them, the treasury's receipts, and the credits that pay them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.hostile.drawing import BEFORE, MONTH, Dice, Row, code, money
from tests.hostile.money.register import CITY, NORTH, SOUTH, account_no

AMOUNTS = (1000, 2000, 3000, 3000, 4000, 5000, 5555, 7000, 10000, 12345)
ENDS = (25, 26, 29, 30)
Movement = tuple[str, date, int, str, str, str, str]
"""Account, day, cents, reference, counterparty, its account, purpose."""


@dataclass
class Money:
    """What was drawn: rows of files, by the month of their file, and movements of the bank."""

    vouchers: dict[str, list[Row]] = field(default_factory=lambda: {BEFORE: [], MONTH: []})
    receipts: dict[str, list[Row]] = field(default_factory=lambda: {BEFORE: [], MONTH: []})
    movements: list[Movement] = field(default_factory=list)


def day_in(dice: Dice, month: str, *days: int) -> date:
    """Draw a day of a month, by preference one of some."""
    last = 31 if month == BEFORE else 30
    chosen = dice.of(*days) if days and dice.chance(0.6) else dice.random.randint(1, last)
    return date(2024, int(month[5:]), min(int(str(chosen)), last))


def draw_contributions(dice: Dice, tables: dict[str, list[Row]], money_drawn: Money) -> None:
    """Draw contributions booked in either month, and for most of them a voucher."""
    numbers = {row["AAB001"]: row["AAB030"] for row in tables["AB01"]}
    persons = {row["AAC001"]: row["AAC002"] for row in tables["AC01"]}
    for serial in range(90):
        enrolment = dice.of(*tables["AC02"])
        booked, amount = dice.of(BEFORE, MONTH, MONTH, "2024-07"), int(str(dice.of(*AMOUNTS)))
        for_month = dice.of(booked, booked, "2024-04", "2023-12", "2011-05", "2024-08", "2024-13")
        employer, person, scheme = enrolment["AAB001"], enrolment["AAC001"], enrolment["AAE140"]
        if dice.chance(0.07):
            employer = "E99"
        if dice.chance(0.07):
            person = "nobody"
        if dice.chance(0.05):
            scheme = "120"
        arrived = dice.chance(0.85)
        part = amount // 3
        row = {
            "AAE140": scheme, "AAE002": code(str(booked)), "AAE003": code(str(for_month)), "AAB001": employer,
            "AAE020": money(amount), "AAE080": money(amount - part), "AAE078": int(arrived),
            "AAB191": dice.of("20240610", "20240531", None), "AAE036": "20240101",
        }  # fmt: skip
        if employer and dice.chance(0.2):
            tables["AB07"].append(row | {"AAB119": 1, "AAB120": "1.00"})
            part = 0 if dice.chance(0.9) else part
        else:
            tables["AC43"].append(
                row
                | {
                    "AAZ223": f"C{serial:03d}", "AAC001": person, "AAA115": dice.of("10", "10", "31", "32"),
                    "AAE022": money(int(str(dice.of(0, part)))), "AAE082": money(part), "AAE180": "1.00",
                }
            )  # fmt: skip
        file_month = str(dice.of(booked, booked, booked, BEFORE, MONTH))
        if file_month in money_drawn.vouchers and arrived and dice.chance(0.8) and for_month != "2024-13":
            kind = "employer" if employer else "flexible"
            cents = amount if dice.chance(0.85) else amount + 1
            payer = {"taxpayer_no": numbers.get(employer, "T99")} if employer else {}
            if not employer:
                payer = {"person_id_number": persons.get(person, number_of_nobody(dice))}
            _vouchers_of(dice, money_drawn, file_month, (kind, str(scheme), str(for_month), cents), payer)
    for _ in range(25):
        file_month = str(dice.of(BEFORE, MONTH))
        kind = str(dice.of("late_fee", "late_fee", "employee", "flexible"))
        payer = {"taxpayer_no": f"T{dice.random.randint(1, 13):02d}"}
        if kind == "flexible":
            payer = {"person_id_number": number_of_nobody(dice)}
        spec = (
            kind,
            str(dice.of("110", "310", "510")),
            str(dice.of(MONTH, "2024-05")),
            int(str(dice.of(*AMOUNTS))),
        )
        _vouchers_of(dice, money_drawn, file_month, spec, payer)
    _refunds(dice, money_drawn)


def number_of_nobody(dice: Dice) -> str:
    """Draw one of two numbers nobody has."""
    return str(dice.of("230602199901010011", "23060219990101001x"))


def _vouchers_of(
    dice: Dice, drawn: Money, month: str, spec: tuple[str, str, str, int], payer: dict[str, object]
) -> None:
    kind, scheme, for_month, cents = spec
    parts = [cents] if dice.chance(0.8) else [cents // 2, cents - cents // 2]
    for part in parts:
        drawn.vouchers[month].append(
            {
                "voucher_no": f"V{dice.next():04d}", "scheme": scheme, "month_from": code(for_month),
                "month_to": code(for_month), "kind": kind, "amount": part,
                "collected_on": day_in(dice, month, *ENDS).isoformat(),
                "division": dice.of(NORTH, NORTH, SOUTH, SOUTH, CITY), **payer,
            }
        )  # fmt: skip


def _refunds(dice: Dice, drawn: Money) -> None:
    """Refund vouchers of the same month and the one before, refunds, and what nobody has."""
    for _ in range(14):
        month = str(dice.of(BEFORE, MONTH, MONTH))
        pool = drawn.vouchers[BEFORE] if dice.chance(0.5) else drawn.vouchers[month]
        original = dice.of(*pool)
        number = original["voucher_no"] if dice.chance(0.8) else "unknown"
        whole = dice.chance(0.5)
        drawn.vouchers[month].append(
            {
                "voucher_no": f"V{dice.next():04d}", "scheme": dice.of("110", "310"), "month_from": "202406",
                "month_to": "202406", "kind": "refund",
                "amount": -abs(int(original["amount"])) if whole else -1000,
                "collected_on": day_in(dice, month, *ENDS).isoformat(), "original_voucher_no": number,
                "division": dice.of(NORTH, SOUTH), "taxpayer_no": dice.of("T03", ""),
            }
        )  # fmt: skip
    # The same number once more, in the later month: it counts there alone.
    for row in dice.random.sample(drawn.vouchers[BEFORE], 3):
        drawn.vouchers[MONTH].append(dict(row))


def draw_receipts(dice: Dice, drawn: Money) -> None:
    """Draw the receipts of most vouchers, named or not, at five days and six, and batches of them."""
    for month, vouchers in drawn.vouchers.items():
        for voucher in list(vouchers):
            if dice.chance(0.15):
                continue
            collected = date.fromisoformat(str(voucher["collected_on"]))
            amounts = [int(voucher["amount"])]
            if dice.chance(0.1):
                amounts = [amounts[0] // 2, amounts[0] - amounts[0] // 2]
            if dice.chance(0.1):
                amounts[0] += 100
            named = dice.chance(0.6) or len(amounts) > 1
            for amount in amounts:
                received = collected + timedelta(int(str(dice.of(0, 1, 2, 5, 6, -5, -6))))
                file_month = max(month, f"{received.year}-{received.month:02d}")
                file_month = month if file_month not in drawn.receipts or dice.chance(0.1) else file_month
                drawn.receipts[file_month].append(
                    {
                        "receipt_no": f"R{dice.next():04d}",
                        "voucher_no": voucher["voucher_no"] if named else "",
                        "scheme": voucher["scheme"], "amount": amount, "received_on": received.isoformat(),
                        "transferred_on": dice.of("", received.isoformat(), f"{month}-12", f"{month}-28"),
                        "division": voucher["division"] if dice.chance(0.9) else dice.of(NORTH, SOUTH),
                    }
                )  # fmt: skip
    drawn.receipts[MONTH].append(
        {
            "receipt_no": "R-lost", "voucher_no": "V-lost", "scheme": "110", "amount": 4000,
            "received_on": "2024-06-10", "transferred_on": "", "division": NORTH,
        }
    )  # fmt: skip


def draw_credits(dice: Dice, drawn: Money) -> None:
    """Draw what the treasury passes on: by number, in one credit or two, by batch, or not at all."""
    batches: dict[tuple[object, ...], list[Row]] = {}
    for receipts in drawn.receipts.values():
        for receipt in receipts:
            if receipt["transferred_on"]:
                key = (receipt["division"], receipt["scheme"], receipt["transferred_on"])
                batches.setdefault(key, []).append(receipt)
            elif dice.chance(0.8) and int(receipt["amount"]) > 0:
                _credit(dice, drawn, receipt, [int(receipt["amount"])], str(receipt["receipt_no"]))
    for (_, _, when), receipts in batches.items():
        total = sum(int(receipt["amount"]) for receipt in receipts)
        if dice.chance(0.8) and total > 0:
            _credit(dice, drawn, receipts[0], [total], str(dice.of("", f"B{dice.next()}")), str(when))
    for _ in range(4):
        receipt = {"received_on": "2024-06-12", "scheme": dice.of("110", "310"), "division": NORTH}
        _credit(dice, drawn, receipt, [int(str(dice.of(*AMOUNTS)))], "")


def _credit(
    dice: Dice, drawn: Money, receipt: Row, amounts: list[int], reference: str, when: str | None = None
) -> None:
    around = date.fromisoformat(when or str(receipt["received_on"]))
    division = receipt["division"] if receipt["scheme"] == "110" or receipt["division"] == SOUTH else CITY
    fund = "110" if receipt["scheme"] == "110" else "310"
    if division == CITY and fund == "110":
        division = NORTH
    if when is None and dice.chance(0.15):
        amounts = [amounts[0] // 2, amounts[0] - amounts[0] // 2 + int(str(dice.of(0, 0, 100)))]
    for amount in amounts:
        days = (0, 1, 4, 5, 6, -5, -6) if when else (1, 3, 10, 13, 14, 15, 16, 20, 31)
        booked = around + timedelta(int(str(dice.of(*days))))
        if date(2024, 5, 1) <= booked <= date(2024, 6, 30) and amount > 0:
            name = dice.of("国家金库大庆市中心支库", "国库", "国家金库")
            drawn.movements.append(
                (account_no(str(division), fund, "fiscal"), booked, amount, reference, str(name), "", "")
            )
