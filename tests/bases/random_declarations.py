"""Declarations at random for the units of a simulated city: right ones, wrong ones, all the page allows."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

COLUMNS = {
    "base-declaration-csv/1": "unit_id credit_code wage_year months employees wage_bill declared_on division",
    "base-person-csv/1": "unit_id id_number name wage_year months wage_total status proof_no division",
    "base-document-csv/1": "unit_id wage_year document document_no received_on division",
    "base-application-csv/1": "application_no unit_id id_number scheme wage_year kind applied_on "
    "effective_month new_base decision decided_on division",
}  # fmt: skip
AMOUNTS = {"base-declaration-csv/1": "wage_bill", "base-person-csv/1": "wage_total"}
DOCUMENTS = ("wage_statistics", "final_accounts", "payroll_ledger", "wage_register", "verification_table")
Row = dict[str, str]


def declare(folder: Path, *, database: Path, month: str, wage_years: tuple[int, ...], seed: int) -> None:
    """Write two files of each format into the inbox, the second correcting some rows of the first."""
    chance = random.Random(seed)  # noqa: S311 - a test's chance, repeated by its seed
    with closing(sqlite3.connect(database)) as connection:
        division = connection.execute("select AAB301 from AB01 order by AAB001 limit 1").fetchone()[0]
        payroll = connection.execute(
            "select c.AAB001, p.AAC002, min(p.AAC003), avg(c.AAC040) from AC43 c join AC01 p on"
            " p.AAC001 = c.AAC001 where c.AAB001 is not null group by c.AAB001, p.AAC002 order by 1, 2"
        ).fetchall()
    rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    units: dict[str, list[tuple]] = {}
    for unit, *person in payroll:
        units.setdefault(unit, []).append(tuple(person))
    number = 0
    for unit, persons in [*units.items(), ("E-nobody", payroll and [payroll[0][1:]])]:
        for wage_year in wage_years:
            if chance.random() < 0.2:
                continue
            number = _declare_unit(rows, chance, unit, persons, wage_year, division, number)
    for name, written in rows.items():
        again = [_corrected(row, name, chance) for row in written if chance.random() < 0.1]
        for sequence, part in enumerate((written, again), start=1):
            _write(folder / "inbox" / "declaration", name, part, division, month, sequence)


def _declare_unit(
    rows: dict[str, list[Row]], chance: random.Random, unit: str, persons: list[tuple], wage_year: int,
    division: str, number: int,
) -> int:  # fmt: skip
    common = {"unit_id": unit, "wage_year": str(wage_year), "division": division}
    total, has_all = Decimal(0), True
    for written, name, wage in persons:
        if chance.random() < 0.1 or _is_missing(written):
            continue
        months = chance.choice((12, 12, 12, 7))
        pay = (
            ""
            if chance.random() < 0.05
            else f"{Decimal(str(wage or 4000)).quantize(Decimal('0.01')) * months}"
        )
        has_all &= pay != ""
        total += Decimal(pay or 0)
        rows["base-person-csv/1"].append({
            **common, "id_number": written, "name": "无名" if _is_missing(name) else name,
            "months": str(months), "wage_total": pay,
            "status": chance.choice(("insured",) * 8 + ("rehired", "elsewhere")),
            "proof_no": chance.choice(("", "证1")),
        })  # fmt: skip
        if chance.random() < 0.1:
            number += 1
            rows["base-application-csv/1"].append(_application(chance, common, written, wage, number))
    if chance.random() < 0.4:
        number += 1
        rows["base-application-csv/1"].append(_application(chance, common, "", total / 12, number))
        if chance.random() < 0.5:
            number += 1
            twin = {**rows["base-application-csv/1"][-1], "application_no": f"A{number:04d}"}
            rows["base-application-csv/1"].append({**twin, "new_base": "4321.00"})
    if chance.random() < 0.85:
        rows["base-declaration-csv/1"].append({
            **common, "credit_code": "", "months": "12", "employees": str(len(persons)),
            "wage_bill": f"{total + chance.choice((0, 0, 100))}", "declared_on": f"{wage_year + 1}-02-10",
        })  # fmt: skip
    for document in DOCUMENTS:
        if chance.random() < 0.6:
            day = chance.choice(("01-20", "12-30"))
            rows["base-document-csv/1"].append({
                **common, "document": document, "document_no": "", "received_on": f"{wage_year + 1}-{day}",
            })  # fmt: skip
    return number


def _is_missing(value: str | None) -> bool:
    return value is None or not value.strip("\u200b\ufeff\u3000\u00a0 ") or value.strip() in ("NULL", "N/A")


def _application(chance: random.Random, common: Row, written: str, wage: object, number: int) -> Row:
    year = int(common["wage_year"]) + 1
    applied = chance.choice((f"{year}-05-06", f"{year}-09-01", f"{year + 1}-01-15", f"{year + 1}-03-03"))
    return {
        **common, "application_no": f"A{number:04d}", "id_number": written,
        "scheme": chance.choice(("", "110", "210")), "kind": chance.choice(("correction", "split", "merge")),
        "applied_on": applied, "effective_month": f"{year}-{chance.choice(('01', '07', '09', '10', '11'))}",
        "new_base": chance.choice(("", f"{Decimal(str(wage or 4000)).quantize(Decimal('0.01'))}", "5000.00")),
        "decision": chance.choice(("approved", "approved", "approved", "refused", "pending")),
        "decided_on": chance.choice((applied, f"{year + 1}-04-01")),
    }  # fmt: skip


def _corrected(row: Row, name: str, chance: random.Random) -> Row:
    changed = dict(row)
    if name in AMOUNTS and row[AMOUNTS[name]]:
        changed[AMOUNTS[name]] = f"{Decimal(row[AMOUNTS[name]]) + 600}"
    if name == "base-application-csv/1":
        changed["decision"] = chance.choice(("approved", "refused"))
    return changed


def _write(inbox: Path, name: str, rows: list[Row], division: str, month: str, sequence: int) -> None:
    inbox.mkdir(parents=True, exist_ok=True)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS[name].split(), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode()
    amount = AMOUNTS.get(name)
    total = None if amount is None else str(sum((Decimal(row[amount] or 0) for row in rows), Decimal("0.00")))
    path = inbox / f"{name.partition('/')[0]}-{division}-{month}-{sequence}.csv"
    path.write_bytes(content)
    manifest = {
        "feed": "declaration", "format": name, "division": division, "month": month, "sequence": sequence,
        "encoding": "utf-8", "rows": len(rows), "amount_total": total,
        "sha256": hashlib.sha256(content).hexdigest(), "created_at": f"{month}-20T08:00:00+08:00",
        "replaces": None,
    }  # fmt: skip
    path.with_name(path.name + ".manifest.json").write_text(json.dumps(manifest, ensure_ascii=False))
