"""A hostile city as a folder: parameters, two production databases, and the files of the other feeds."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from decimal import Decimal
from pathlib import Path

import fundwatch
from tests.bases.random_declarations import COLUMNS as DECLARED
from tests.hostile.applying import draw_applications
from tests.hostile.batches import write_batch
from tests.hostile.contributing import (
    EMPLOYERS,
    SHELLS,
    Registers,
    draw_employers,
    draw_enrolments,
    draw_shells,
)
from tests.hostile.corners import add_corners
from tests.hostile.drawing import BEFORE, MONTH, Dice, Row, code, money, number18
from tests.hostile.paying import LISTED, draw_benefits
from tests.hostile.people import draw_events, draw_humans

CITY = "230600"
HUMANS = 250
AGES = """
110,1,01,,,,1964-06,720,720,720,180,,
110,1,01,,,1964-07,,721,700,757,181,,
110,2,01,,,,,600,600,600,180,,
110,2,01,2,,,,660,640,690,180,,
110,2,01,1,12,,,660,640,700,180,,2024-05
110,,02,,,,,540,540,540,180,,
120,,01,,,,,720,700,757,180,2023-07,2024-03
170,,01,,,,,720,720,720,180,,
"""
_MARKED = ("AC01", "AC02", "AC43", "AC50", "AC60", "AC61", "AC82")
VOUCHER = (
    "voucher_no", "taxpayer_no", "taxpayer_name", "person_id_number", "scheme", "month_from", "month_to",
    "kind", "base", "rate", "amount", "collected_on", "treasury_on", "original_voucher_no", "division",
)  # fmt: skip
RETURN = ("payment_id", "account_no", "payee_name", "amount", "result", "reason", "value_on")
APPLICATION = tuple(DECLARED["base-application-csv/1"].split())
_CREMATION = (
    "source_event_id", "event_type", "name", "sex", "id_number", "birth_date", "death_date", "cremated_on",
    "certificate_no", "division",
)  # fmt: skip


def write_city(folder: Path, seed: int, *, humans: int = HUMANS) -> Path:
    """Write the city of a seed; the same seed gives the same rows."""
    dice, rows = Dice(seed), Registers()
    people, rows.tables["AC01"] = draw_humans(dice, humans)
    draw_employers(dice, rows)
    draw_enrolments(dice, rows, people)
    draw_shells(dice, rows, people)
    returned = draw_benefits(dice, rows, people)
    _handle(dice, rows)
    _write_site(folder / "site", dice)
    vouchers = _vouchers(dice, rows)
    before = _before(dice, rows.tables)
    events = [*draw_events(dice, people), *add_corners(before, rows.tables)]
    write_batch(folder, BEFORE, before)
    write_batch(folder, MONTH, rows.tables)
    for feed in ("tax", "bank", "civil_registry", "finance", "declaration"):
        (folder / "inbox" / feed).mkdir(parents=True)
    write_rows(folder, "tax", "tax-voucher-csv/1", VOUCHER, vouchers, MONTH)
    for month, share in ((BEFORE, returned[::2]), (MONTH, returned[1::2])):
        write_rows(folder, "bank", "payment-return-csv/1", RETURN, share, month)
    _write_events(folder, dice, events)
    for sequence, share in enumerate(draw_applications(dice, rows), start=1):
        write_rows(folder, "declaration", "base-application-csv/1", APPLICATION, share, MONTH, sequence)
    return folder


def _handle(dice: Dice, rows: Registers) -> None:
    """Say when, by whom, and checked by whom each row was handled."""
    for table, many in rows.tables.items():
        for row in many:
            row["AAE036"] = dice.day(dice.month(BEFORE, -20, -1, 0))
            row["AAE011"], row["YAE016"] = dice.of("H1", "H2", "H3", None), dice.of("R1", "R2", None)
            if table in _MARKED and dice.chance(0.04):
                row["YAE016"] = row["AAE011"]


def _before(dice: Dice, tables: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Give the batch before: some rows not yet there, some identities and accounts otherwise."""
    before = {table: [dict(row) for row in rows if dice.chance(0.97)] for table, rows in tables.items()}
    changed = set()
    for row in before["AC01"]:
        if not dice.chance(0.2):
            continue
        changed.add(row["AAC001"])
        row["AAC003"] = dice.of("赵一曼", "赵一曼", row["AAC003"], f"{row['AAC003']} ", None)
        number = number18("19700101", dice.next())
        row["AAC002"] = dice.of(number, number, row["AAC002"], None)
        row["AAE011"] = dice.of("H1", row["AAE011"])
    for row in before["AC60"]:
        if row["AAC001"] in changed or dice.chance(0.1):
            row["AAE010"] = dice.of("62229999", "62229999", row["AAE010"])
            row["AAE116"] = dice.of("1", "2", "3")
    for row in tables["AC01"]:
        if row["AAC001"] in changed:
            row["AAE036"] = f"{code(MONTH)}15"
            row["AAE011"] = dice.of("H1", "H1", row["AAE011"])
    for row in tables["AC60"]:
        if row["AAC001"] in changed:
            row["AAE036"], row["AAE011"] = f"{code(MONTH)}15", dice.of("H1", "H2", None)
    return before


def _write_site(folder: Path, dice: Dice) -> None:
    shutil.copytree(Path(fundwatch.__file__).parent / "example_site", folder)
    ages = folder / "retirement_ages.csv"
    header = ages.read_text(encoding="utf-8").partition("\n")[0]
    ages.write_text(header + AGES, encoding="utf-8")
    listed = ["account_no,reason,valid_from,valid_to"]
    listed += [f"{account},care home,2023-08,{dice.of('2024-05', '2024-06', '')}" for account in LISTED]
    (folder / "account_whitelist.csv").write_text("\n".join(listed), encoding="utf-8")


def _vouchers(dice: Dice, rows: Registers) -> list[dict[str, str]]:
    """Draw vouchers of employers, collected on about what the wages are, 95 % of it the boundary."""
    employees = {
        str(row["AAC001"]) + str(row["AAE140"]) for row in rows.tables["AC02"] if row["AAC066"] == "11"
    }
    bills: dict[tuple[str, str, str], int] = {}
    for row in rows.tables["AC43"]:
        is_wage = row["AAB001"] in EMPLOYERS and row["AAA115"] != "32"
        if is_wage and f"{row['AAC001']}{row['AAE140']}" in employees:
            key = (str(row["AAB001"]), str(row["AAE140"]), str(row["AAE003"]))
            wage = max(Decimal(str(row["AAC040"])), Decimal(str(row["AAE180"])))
            bills[key] = bills.get(key, 0) + int(wage * 100)
    numbers = {str(row["AAB001"]): str(row["AAB030"]) for row in rows.tables["AB01"]}
    vouchers = []
    for (employer, scheme, month), bill in bills.items():
        if dice.chance(0.4):
            rows.add("AB07", {
                "AAB001": employer, "AAE140": scheme, "AAE003": month, "AAE002": month, "AAB119": 1,
                "AAB120": money(bill + int(str(dice.of(-5000, 10000, 500000)))), "AAE020": "1.00",
                "AAE080": "1.00", "AAE078": 1, "AAE036": f"{code(BEFORE)}01",
            })  # fmt: skip
        if dice.chance(0.6):
            base = int(
                str(dice.of(bill, bill * 100 // 95, bill * 100 // 95 + 1, bill * 100 // 95 + 2, bill * 2))
            )
            parts = [base] if dice.chance(0.7) else [base // 3, base - base // 3]
            kind = str(dice.of("employer", "employer", "employer", "employee"))
            vouchers += [_voucher(dice, numbers[employer], scheme, month, kind, part) for part in parts]
    for shell in SHELLS:
        if dice.chance(0.4):
            month = str(code(dice.month(MONTH, -14, -12, -9, -7, -6, -4, -2, 0)))
            kind, scheme = str(dice.of("employer", "employee", "late_fee")), str(dice.of("110", "120"))
            vouchers.append(_voucher(dice, numbers[shell], scheme, month, kind, 1000000))
    return vouchers


def _voucher(dice: Dice, number: str, scheme: str, month: str, kind: str, base: int) -> dict[str, str]:
    return {
        "voucher_no": f"V{dice.next():06d}", "taxpayer_no": number, "taxpayer_name": "",
        "person_id_number": "", "scheme": scheme, "month_from": month, "month_to": month, "kind": kind,
        "base": money(base) if dice.chance(0.9) else "", "rate": "", "amount": money(base * 16 // 100),
        "collected_on": "20240610", "treasury_on": "", "original_voucher_no": "", "division": "230602",
    }  # fmt: skip


def write_rows(
    folder: Path,
    feed: str,
    layout: str,
    columns: tuple[str, ...],
    rows: list[dict[str, str]],
    month: str,
    sequence: int = 1,
) -> None:
    """Put a file of rows as CSV into the inbox of a feed."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    total = None
    if "amount" in columns:
        total = str(sum((Decimal(row["amount"]) for row in rows), Decimal("0.00")))
    send(folder, feed, layout, text.getvalue().encode(), month, len(rows), total, sequence)


def send(
    folder: Path,
    feed: str,
    layout: str,
    content: bytes,
    month: str,
    rows: int,
    total: str | None = None,
    sequence: int = 1,
) -> None:
    """Put a file with its manifest into the inbox of a feed."""
    encoding = "gb18030" if layout == "police-fixed/1" else "utf-8"
    path = folder / "inbox" / feed / f"{layout.partition('/')[0]}-{month}-{sequence}"
    path.write_bytes(content)
    manifest = {
        "feed": feed, "format": layout, "division": CITY, "month": month, "sequence": sequence,
        "encoding": encoding,
        "rows": rows, "amount_total": total, "sha256": hashlib.sha256(content).hexdigest(),
        "created_at": "2024-07-03T08:00:00+08:00", "replaces": None,
    }  # fmt: skip
    path.with_name(f"{path.name}.manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _write_events(folder: Path, dice: Dice, events: list[dict[str, str]]) -> None:
    """Write the events of each source into the files of two months, chains in their order."""
    later: set[str] = set()
    by_file: dict[tuple[str, str], list[dict[str, str]]] = {}
    for event in events:
        if event["source_event_id"] in later or dice.chance(0.3):
            later.add(event["source_event_id"])
        month = MONTH if event["source_event_id"] in later else BEFORE
        by_file.setdefault((event["source"], month), []).append(event)
    for (source, month), many in sorted(by_file.items()):
        if source == "police":
            content = b"".join(fixed(event) for event in many)
            send(folder, "civil_registry", "police-fixed/1", content, month, len(many))
        elif source == "cremation":
            rows = [{name: event.get(name, "") for name in _CREMATION} for event in many]
            for row in rows:
                row["cremated_on"], row["division"] = "2024-05-20", "230602"
            write_rows(folder, "civil_registry", "cremation-csv/1", _CREMATION, rows, month)
        else:
            lines = "\n".join(json.dumps(_certificate(event), ensure_ascii=False) for event in many)
            send(folder, "civil_registry", "death-certificate-jsonl/1", lines.encode(), month, len(many))


def fixed(event: dict[str, str]) -> bytes:
    """Write an event as a line of the police."""
    kinds = {"create": "C", "correct": "U", "revoke": "R"}
    died = event["death_date"].replace("-", "").ljust(8, "0")
    cells = (
        (event["source_event_id"], 20), (kinds[event["event_type"]], 1), (event["name"], 40), ("", 1),
        (event["id_number"].strip(), 18), ("", 8), (died, 8), (event["category"], 2), ("20240520", 8),
        ("230602", 6),
    )  # fmt: skip
    line = b"".join(text.encode("gb18030").ljust(width) for text, width in cells)
    return line.ljust(160) + b"\r\n"


def _certificate(event: dict[str, str]) -> dict[str, object]:
    return {
        "id": event["source_event_id"],
        "action": event["event_type"],
        "deceased": {
            "name": event["name"],
            "sex": "",
            "idType": "01",
            "idNumber": event["id_number"],
            "birthDate": "",
        },
        "death": {"date": event["death_date"], "precision": event["precision"], "place": ""},
        "registeredOn": "2024-05-20",
        "certificateNo": "",
        "division": "230602",
    }
