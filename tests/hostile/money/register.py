"""The register of a city of money: divisions and accounts at every boundary, persons and employers."""

from __future__ import annotations

from tests.hostile.drawing import Dice, Row, number18

CITY, NORTH, SOUTH = "230600", "230602", "230603"
# No account of its own; what June owes here is due on the last, a Sunday, and so on the as-of day.
WEST = "230604"
PLACES = ((NORTH, "110"), (SOUTH, "110"), (CITY, "310"), (SOUTH, "310"))
KINDS = ("income", "expenditure", "fiscal")
# Schemes: 510 shares the fund of 310; nobody has an account of 120.
SCHEMES = ("110", "110", "110", "310", "510", "120")
FUNDS = "source,class,raw,standard,valid_from,valid_to\n,fund,510,310,,\n,fund,110,120,2030-01,\n"
DEADLINES = (
    "division,scheme,months_after,day\n230000,110,0,31\n230602,110,1,10\n230602,,0,5\n230600,,0,25\n"
    "230604,110,0,31\n"
)
WORKING_DAYS = "day,is_working,reason\n2024-06-28,0,\n2024-06-15,1,\n"


def account_no(division: str, fund: str, kind: str) -> str:
    """Name the account of a kind."""
    return f"3500{division}{fund}{KINDS.index(kind) + 1}"


def draw_accounts(dice: Dice) -> list[dict[str, str]]:
    """Draw the register: three accounts per division and fund, one more for spending, some at its edges."""
    rows = [
        {"account_no": account_no(place, fund, kind), "division": place, "fund": fund, "kind": kind}
        for place, fund in (*PLACES, (NORTH, "310"))
        for kind in KINDS
        if (place, fund) != (NORTH, "310") or kind == "expenditure"
    ]
    rows += [
        {"account_no": "3500edge", "division": NORTH, "fund": "110", "kind": "income"},
        {"account_no": "3500lone", "division": NORTH, "fund": "120", "kind": "expenditure"},
    ]
    for row in rows:
        is_edge = row["account_no"] == "3500edge"
        row |= {
            "bank": "行",
            "opened_on": dice.of("2015-01-01", "2024-06-30", "2024-07-01") if is_edge else "2015-01-01",
            "closed_on": dice.of("", "2024-05-31", "2024-06-01") if is_edge else "",
            "agreement_no": dice.of("X", "X", ""),
            "inspected_on": dice.of("2024-01-15", "2024-07-01", "2024-07-02", "2023-12-31", ""),
        }
    return rows


def draw_people(dice: Dice, tables: dict[str, list[Row]]) -> None:
    """Draw persons, two of them with one number, and employers, two of them with one number."""
    for serial in range(1, 13):
        number = number18("19800101", 2 if serial == 1 else serial)
        tables["AC01"].append(
            {
                "AAC001": f"P{serial:02d}", "AAC002": number, "AAC003": "张三", "AAC004": "1",
                "AAC006": "19800101", "AAC058": "01", "AAC060": "1",
                "AAB301": None if serial == 12 else dice.of(NORTH, SOUTH, CITY),
            }
        )  # fmt: skip
    for serial in range(1, 11):
        tables["AB01"].append(
            {
                "AAB001": f"E{serial:02d}", "AAB004": "城市供水公司", "AAB019": "10",
                "AAB030": f"T{2 if serial == 1 else serial:02d}",
                "AAB301": None if serial == 10 else SOUTH if serial == 1 else dice.of(NORTH, SOUTH, CITY),
            }
        )  # fmt: skip
    for serial, person in enumerate(tables["AC01"]):
        for scheme in ("110", "310", "510"):
            employer = dice.of(*(row["AAB001"] for row in tables["AB01"])) if dice.chance(0.7) else None
            tables["AC02"].append(
                {
                    "AAZ159": f"N{serial}{scheme}", "AAC001": person["AAC001"], "AAE140": scheme,
                    "AAB001": employer, "AAC008": "1", "AAC066": dice.of("11", "11", "13"),
                    "AAC030": "20200101", "AAC049": "202001",
                    "AAB301": None if dice.chance(0.1) else person["AAB301"],
                }
            )  # fmt: skip
