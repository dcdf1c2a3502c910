"""A vendor's own names, codes and types make no difference to any figure."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from fundwatch.settings import Settings
from tests.support import differing, exports, run_fundwatch

MONTH = "2024-06"
SCHEMES = {"110": "11", "120": "12", "170": "17", "210": "21", "310": "31", "390": "39", "410": "41"}
# The distance between 1 and the next floating number.
NOISE = 2.220446049250313e-16
FIGURES = ("indicators", "reports", "reconciliation", "cases")


def test_dialect_of_a_vendor_changes_no_figure(
    cold_june: Settings, make_city_settings: Callable[[], Settings], tmp_path: Path
) -> None:
    settings = make_city_settings()
    dialect = tmp_path / "vendor.db"
    shutil.copy(settings.home / "city" / f"production-{MONTH}.db", dialect)
    _speak_dialect(dialect)
    site = Path(shutil.copytree(settings.home / "city" / "site", tmp_path / "site"))
    _append(
        site / "code_map.csv", [("production", "AAE140", raw, std, "", "") for std, raw in SCHEMES.items()]
    )
    _append(site / "code_map.csv", [("production", "AAC008", "A", "1", "", "")])
    _append(site / "column_map.csv", [("production", "AC01", "AAE135", "AAC002")])
    env = {"FUNDWATCH_PRODUCTION_URL": f"sqlite:///{dialect}", "FUNDWATCH_SITE": str(site)}
    run_fundwatch("run", "--month", MONTH, settings=settings, env=env)
    assert differing(exports(settings, MONTH, FIGURES), exports(cold_june, MONTH, FIGURES)) == {}


def _speak_dialect(path: Path) -> None:
    """Rename a column, recode schemes and a status, type months and flags as numbers, pad and widen codes.

    Amounts have two decimals more, or the noise of a floating number.
    """
    with sqlite3.connect(path) as vendor:
        for (table,) in vendor.execute("select name from sqlite_master where type = 'table'").fetchall():
            columns = {row[1] for row in vendor.execute(f"pragma table_info({table})")}
            if "AAE140" in columns:
                for standard, raw in SCHEMES.items():
                    vendor.execute(f"update {table} set AAE140 = ? where AAE140 = ?", (raw, standard))
        vendor.execute("update AC02 set AAC008 = 'Ａ ' where AAC008 = '1'")
        vendor.execute("alter table AC01 rename column AAC002 to AAE135")
        vendor.execute("alter table AC43 rename to ac43_text")
        vendor.execute(
            "create table ac43 as select *, cast(AAE003 as integer) as m, cast(AAE078 as real) as f"
            " from ac43_text where false"
        )
        names = [row[1] for row in vendor.execute("pragma table_info(ac43_text)")]
        typed = {"AAE003": "integer", **dict.fromkeys(("AAE078", "AAE080", "AAE082", "AAE180"), "real")}
        vendor.execute("drop table ac43")
        declared = ", ".join(f"{name.lower()} {typed.get(name, 'text')}" for name in names)
        vendor.execute(f"create table ac43 ({declared})")
        vendor.execute(f"insert into ac43 select {', '.join(names)} from ac43_text")
        vendor.execute("drop table ac43_text")
        vendor.execute("update ac43 set aae020 = printf('%.4f', aae020) where aae020 is not null")
        for table, column in (("AC82", "AAE019"), ("AC83", "AAE019"), ("ac43", "aae080"), ("ac43", "aae082")):
            vendor.execute(f"update {table} set {column} = {column} * (1 + {NOISE})")
        noisy = vendor.execute("select count(*) from ac43 where aae080 <> round(aae080, 2)").fetchone()[0]
        assert noisy > 100, "many amounts have digits beyond the fifteenth"


def _append(path: Path, rows: list[tuple[str, ...]]) -> None:
    with path.open("a", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(rows)
