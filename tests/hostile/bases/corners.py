"""Units that stand on a boundary whatever is drawn: bases applied for where several applications meet."""

from __future__ import annotations

from tests.hostile.bases.declaring import APPLICATIONS
from tests.hostile.bases.rows import Drawn, months_between
from tests.hostile.drawing import NORTH, Row, code, money, number18

_YEAR, _FIRST, _LAST = "2022", "2023-01", "2023-12"
_BASE = 600000
_WITHIN, _AFTER = "2023-03-01", "2024-01-10"
# Unit, whether under dual base, whose base (empty: the unit's); applications: number, applied on, effective,
# new base, decided on.
_CORNERS = (
    # Nobody declared a wage: no base is right but the one applied for, and nothing is said of another.
    ("no-wage", False, True, (("1", _WITHIN, "2023-05", 500000, _WITHIN),)),
    # The application effective last by the settling month counts, of the unit and of a person.
    (
        "last-effective", True, False,
        (("2", _WITHIN, "2023-04", 700000, _WITHIN), ("1", _WITHIN, "2023-05", 800000, _WITHIN)),
    ),
    # Of two made too late the one decided last, whatever its number and month.
    (
        "decided-last", False, True,
        (("1", _AFTER, "2023-07", 610000, "2024-02-20"), ("2", _AFTER, "2023-08", 620000, "2024-01-20")),
    ),
    # Decided on one day: the larger number.
    (
        "larger-number", False, True,
        (("2", _AFTER, "2023-07", 610000, _AFTER), ("1", _AFTER, "2023-08", 620000, _AFTER)),
    ),
)  # fmt: skip


def add_corners(drawn: Drawn) -> None:
    """Add a unit with one person for each corner, who paid on one base all of 2023."""
    for place, (name, is_dual, of_person, applications) in enumerate(_CORNERS, start=1):
        person, number = f"C{place}", number18("19700101", 900 + place)
        drawn.add("AB01", {
            "AAB001": name, "AAB004": name, "AAB030": f"C{place}", "AAB019": "10", "AAA149": "1",
            "AAB301": NORTH,
        })  # fmt: skip
        drawn.add("AB02", {
            "AAB001": name, "AAE140": "110", "AAB051": "1", "AAB033": "01" if is_dual else "02",
        })  # fmt: skip
        drawn.add("AC01", {
            "AAC001": person, "AAC002": number, "AAC003": "王五", "AAC004": "1", "AAC006": "19700101",
            "AAC058": "01", "AAC060": "1", "AAB301": NORTH,
        })  # fmt: skip
        drawn.add("AC02", {
            "AAZ159": f"N{person}", "AAC001": person, "AAE140": "110", "AAB001": name, "AAC008": "1",
            "AAC066": "11", "AAC030": "20150101", "AAC049": "201501", "AAB301": NORTH,
        })  # fmt: skip
        for month in months_between(_FIRST, _LAST):
            paid: Row = {"AAB001": name, "AAE140": "110", "AAE002": code(month), "AAE003": code(month)}
            drawn.add("AC43", paid | {
                "AAZ223": f"{person}-{month}", "AAC001": person, "AAA115": "10", "AAE078": 1,
                "AAE180": money(_BASE), "AAE020": "0.00", "AAE022": money(_BASE * 8 // 100),
            })  # fmt: skip
            if is_dual:
                drawn.add("AB07", paid | {
                    "AAB119": 1, "AAB120": money(_BASE), "AAE020": money(_BASE * 16 // 100), "AAE078": 1,
                })  # fmt: skip
        for written, applied, effective, base, decided in applications:
            drawn.files[APPLICATIONS].append({
                "application_no": f"{name}-{written}", "unit_id": name,
                "id_number": number if of_person else "", "scheme": "",
                "wage_year": _YEAR, "kind": "correction", "applied_on": applied,
                "effective_month": effective, "new_base": money(base), "decision": "approved",
                "decided_on": decided, "division": NORTH,
            })  # fmt: skip
