"""A small production database that changes at random: clean, repeated, dialect, orphaned, gone and back."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

from fundwatch.catalogue import TABLES, Column, Table
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from tests.integration.checked_city import City
from tests.support import Databases

DIVISIONS = ("640301", "640302", "640399", None)
_IDS = {
    "AAB001": ("e1", "e2", " e3", "ｅ4", "e4"),
    "AAC001": ("p1", "p2", "p3 ", "p4", "p5"),
    "AAZ159": tuple(f"n{number}" for number in range(12)),
    "AAZ257": ("t1", "t2", "t3", "t4"),
    "AAZ220": ("y1", "y2", "y3", "y4", "y5"),
    "AAZ223": tuple(f"c{number}" for number in range(40)),
}
_VALUES = {
    "AAE140": ("110",) * 6 + ("170", "dialect", "?"),
    "AAB301": DIVISIONS,
    "AAC060": ("1", "2"),
    "AIC161": ("01", "11", "?"),
    "AAC066": ("11", "12"),
    "AAC008": ("1", "2", "4"),
    "AAC030": ("20100101", "2015-06-30", None),
    "AAE003": ("202401", "2024-02", "202413"),
    "AAE002": ("202401", "202402"),
    "AAE041": ("202401", "2024-01", None),
    "AAE078": ("1", "0"),
    "AAA036": ("001", "101", "501"),
    "YAE001": ("in", "out"),
}
_BY_KIND = {
    "amount": ("1.00", "2.5", "x", None),
    "date": ("20240101", "2024-02-30", None),
    "month": ("202401", "2024-02", None),
}
_MOST_ROWS = {"AB01": 8, "AC01": 10, "AC02": 12, "AC43": 40, "AC50": 10, "AC82": 16, "AC83": 20}
# What other rows refer to changes at every step, what refers to it seldom: so it shows what is not followed.
_REFERRED_TO = ("AB01", "AC01", "AC02", "AC60", "AC82")


def restless_city(databases: Databases, migrated: str, folder: Path) -> City:
    """Return a city that reads what a RestlessSource of the same folder writes."""
    settings = Settings(
        home=folder / "home",
        database_url=databases.create(template=migrated),
        production_url=f"sqlite:///{folder}/production-{{month}}.db",
    )
    city = City(open_warehouse(settings), settings)
    city.load_site()
    return city


class RestlessSource:
    """Rows of every production table, kept between changes, and written as a month's SQLite database."""

    def __init__(self, folder: Path, draw: random.Random) -> None:
        """Begin with random rows."""
        self._folder, self._draw = folder, draw
        folder.mkdir(parents=True, exist_ok=True)
        self.rows = {name: [self._row(table) for _ in range(_most(name))] for name, table in TABLES.items()}
        self.rows["AA10"] = []

    def change(self) -> None:
        """Change a few tables: rows come, go, are corrected or repeated."""
        referring = [name for name in TABLES if name not in (*_REFERRED_TO, "AA10")]
        for name in (*_REFERRED_TO, self._draw.choice(referring)):
            rows = self.rows[name]
            for _ in range(self._draw.randint(1, 2)):
                kind = self._draw.choice(("add", "drop", "edit", "repeat"))
                if kind == "drop" and rows:
                    rows.pop(self._draw.randrange(len(rows)))
                elif kind == "edit" and rows:
                    row = self._draw.choice(rows)
                    column = self._draw.choice(TABLES[name].columns)
                    row[column.name] = self._value(column)
                elif kind == "repeat" and rows:
                    rows.append(dict(self._draw.choice(rows)))
                else:
                    rows.append(self._row(TABLES[name]))

    def write(self, month: str) -> None:
        """Write the rows as the production database of a month."""
        path = self._folder / f"production-{month}.db"
        path.unlink(missing_ok=True)
        with sqlite3.connect(path) as connection:
            for name, table in TABLES.items():
                names = [column.name for column in table.columns]
                connection.execute(f"create table {name} ({', '.join(names)})")
                marks = ", ".join("?" * len(names))
                connection.executemany(
                    f"insert into {name} values ({marks})",
                    [[row[column] for column in names] for row in self.rows[name]],
                )
        connection.close()

    def _row(self, table: Table) -> dict[str, str | None]:
        return {column.name: self._value(column) for column in table.columns}

    def _value(self, column: Column) -> str | None:
        if column.name in _IDS:
            absent = (None, "nobody") if not column.is_key else ("nobody",)
            return self._draw.choice(_IDS[column.name] * 3 + absent)
        if column.name == "AAE036":
            return f"202401{self._draw.randint(1, 28):02d}"
        return self._draw.choice(_VALUES.get(column.name) or _BY_KIND.get(column.kind) or ("甲", "乙", None))


def _most(table: str) -> int:
    return _MOST_ROWS.get(table, 6)
