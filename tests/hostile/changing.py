"""Corrections of a month that was checked: of every production table, and of the other feeds."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.hostile.drawing import MONTH
from tests.hostile.writing import APPLICATION, RETURN, VOUCHER, fixed, send, write_rows

# Table -> its key where one column is one, and the columns a correction may set to what another row says.
TABLES: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "AC01": ("AAC001", ("AAC002", "AAC003", "AAC004", "AAC006", "AAC060", "AAB301", "AAE138", "AAC009")),
    "AC02": ("AAZ159", ("AAC001", "AAE140", "AAC066", "AAC030", "AAB301", "AAB001", "AAC008")),
    "AC43": (
        "AAZ223",
        ("AAC001", "AAE140", "AAE003", "AAE002", "AAA115", "AAC040", "AAE180", "AAE082", "AAE078", "AAB001"),
    ),
    "AC50": (None, ("AAE240", "AAE201")),
    "AC60": (
        "AAZ257",
        ("AAC001", "AAE140", "AIC161", "AAE210", "AAE116", "AAE009", "AAE010", "AAB301", "AAE211"),
    ),
    "AC61": (None, ("AAE019", "AAE042")),
    "AC82": (
        "AAZ220",
        ("AAZ257", "AAC001", "AAE140", "AAE002", "AAE003", "AAE019", "AAE010", "AAE145", "AAE117"),
    ),
    "AC83": (None, ("AAE019",)),
    "YC01": (None, ("AAE019", "AAE058", "AAE042")),
    "AB01": ("AAB001", ("AAB030", "AAB301")),
    "AB02": (None, ("AAB033",)),
    "AB07": (None, ("AAB120",)),
}  # fmt: skip
HANDS = ("AAE011", "YAE016")


def correct_table(database: Path, table: str, chance: random.Random, *, times: int = 3) -> None:
    """Give rows of a table what other rows say, remove some, and add some under another key."""
    key, columns = TABLES[table]
    with closing(sqlite3.connect(database)) as connection, connection:
        held = {name for (_, name, *_) in connection.execute(f"pragma table_info({table})")}
        hands = tuple(name for name in HANDS if name in held)
        for _ in range(times):
            rows = [row for (row,) in connection.execute(f"select rowid from {table} order by 1")]
            one, other, third = chance.sample(rows, 3)
            column = chance.choice((*columns, *hands) if chance.random() < 0.9 else hands)
            connection.execute(
                f"update {table} set {column} = (select {column} from {table} where rowid = ?)"
                " where rowid = ?",
                (other, one),
            )
            if key and chance.random() < 0.6:
                connection.execute(
                    f"create temporary table added as select * from {table} where rowid = ?", (third,)
                )
                connection.execute(f"update added set {key} = ?", (f"N{chance.randrange(10**9)}",))
                connection.execute(f"insert into {table} select * from added")
                connection.execute("drop table added")
            if chance.random() < 0.4:
                connection.execute(f"delete from {table} where rowid = ?", (third,))


def send_returns(folder: Path, database: Path, chance: random.Random, *, sequence: int) -> None:
    """Send another file of a bank: payments that came back, and some to payees of other names."""
    payments = _rows(database, "select AAZ220, AAE019 from AC82 where AAZ220 is not null order by AAZ220")
    rows = [
        {
            "payment_id": payment, "account_no": "1", "payee_name": chance.choice(("王伟", "张三丰", "")),
            "amount": f"{amount or 1:.2f}" if isinstance(amount, float) else str(amount or "1.00"),
            "result": chance.choice(("returned", "paid")), "reason": chance.choice(("MD07", "")),
            "value_on": "20240611",
        }
        for payment, amount in chance.sample(payments, 5)
    ]  # fmt: skip
    for row in rows:
        row["reason"] = row["reason"] if row["result"] == "returned" else ""
    write_rows(folder, "bank", "payment-return-csv/1", RETURN, rows, MONTH, sequence)


def send_vouchers(folder: Path, database: Path, chance: random.Random, *, sequence: int) -> None:
    """Send another file of vouchers: of employers who were collected on more than they paid wages."""
    months = _rows(
        database,
        "select AB01.AAB030, AC43.AAE140, AC43.AAE003 from AC43 inner join AB01 on AC43.AAB001 = AB01.AAB001"
        " where AB01.AAB030 is not null group by 1, 2, 3 order by 1, 2, 3",
    )
    rows = [
        {
            **dict.fromkeys(VOUCHER, ""), "voucher_no": f"W{sequence}{number}", "taxpayer_no": taxpayer,
            "scheme": scheme, "month_from": month, "month_to": month,
            "kind": chance.choice(("employer", "employee")), "base": "999999.00", "amount": "1000.00",
            "collected_on": "20240610", "division": "230602",
        }
        for number, (taxpayer, scheme, month) in enumerate(chance.sample(months, 4))
    ]  # fmt: skip
    write_rows(folder, "tax", "tax-voucher-csv/1", VOUCHER, rows, MONTH, sequence)


def send_applications(folder: Path, database: Path, chance: random.Random, *, sequence: int) -> None:
    """Send another file of applications: for the bases of persons who have several in a year."""
    changed = _rows(
        database,
        "select c.AAB001, p.AAC002, c.AAE140, substr(max(c.AAE003), 1, 4), max(c.AAE003) from AC43 as c"
        " inner join AC01 as p on c.AAC001 = p.AAC001 where c.AAB001 is not null and length(p.AAC002) = 18"
        " group by c.AAB001, p.AAC002, c.AAE140, substr(c.AAE003, 1, 4)"
        " having min(c.AAE180) <> max(c.AAE180) order by 1, 2, 3, 4",
    )
    rows = [
        {
            "application_no": f"L{sequence}{number}", "unit_id": unit, "id_number": idnumber,
            "scheme": scheme, "wage_year": str(int(year) - 1), "kind": "correction",
            "applied_on": f"{year}0103", "effective_month": chance.choice((f"{year}01", str(last))),
            "new_base": "", "decision": "approved", "decided_on": f"{year}0105", "division": "230602",
        }
        for number, (unit, idnumber, scheme, year, last) in enumerate(chance.sample(changed, 6))
    ]  # fmt: skip
    write_rows(folder, "declaration", "base-application-csv/1", APPLICATION, rows, MONTH, sequence)


def send_events(
    folder: Path, database: Path, chance: random.Random, *, sequence: int, revoked: Sequence[str]
) -> None:
    """Send another file of the police: deaths and departures, and revokes of events sent before."""
    persons = _rows(
        database,
        "select AAC002, AAC003 from AC01 where length(AAC002) = 18 and AAC003 is not null order by 1, 2",
    )
    deaths = [
        {
            "source_event_id": f"L{sequence}{number}", "event_type": "create", "name": name,
            "id_number": idnumber, "death_date": chance.choice(("20240110", "20230301")),
            "category": chance.choice(("01", "01", "03")),
        }
        for number, (idnumber, name) in enumerate(chance.sample(persons, 4))
    ]  # fmt: skip
    revokes = [
        {
            "source_event_id": event, "event_type": "revoke", "name": name, "id_number": idnumber,
            "death_date": "20240110", "category": "01",
        }
        for event, (idnumber, name) in zip(revoked, chance.sample(persons, len(revoked)), strict=True)
    ]  # fmt: skip
    content = b"".join(fixed(event) for event in (*deaths, *revokes))
    send(
        folder, "civil_registry", "police-fixed/1", content, MONTH, len(deaths) + len(revokes),
        sequence=sequence,
    )  # fmt: skip


def _rows(database: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()
