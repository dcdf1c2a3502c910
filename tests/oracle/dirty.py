"""A city gone bad on purpose: every table dirtied at random, by seed, with what real vendors send."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.oracle.catalogue import AMOUNTS, DATES, MONTHS, STANDARD_CODES, TABLES

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
SAYS_NOTHING = (None, None, None, "", "NULL", "N/A", "  ", "\u3000")
WRONG = {
    "AAB301": ("999999", "999998", "230600", "230000", "230603"),
    "AAE140": ("11", "31", "999", "110", "310", "170", "390"),
    "AAC003": ("无", "李", "张三3", "测试", "—", "王  芳", "1111"),
    "AAB004": ("无", "公司", "不详", "1111"),
    "AAC001": ("NOBODY", "00"),
    "AAC002": ("11010519491231002X", "11010519491231002x", "110105491231002", "1111111", "0"),
}
WRONG_CODES = ("9", "Z", "0", "1", "2", "3", "4", "01", "10", "11", "12", "13", "31", "41", "51")
WRONG_MONTHS = ("202413", "2024-05", "202405", "2024-6", "202407", "000000", "202312", "abc")
WRONG_DATES = ("20240230", "2024-05-06", "19000101", "1900-01-01", "99999999", "18991231")
WRONG_AMOUNTS = ("1e5", "1,000", "-5", "12.345", "0", "100.01", "x")
HANDLED = ("20240101", "20240630", None, "2024-06-30")
CODE_MAP = (
    "source,class,raw,standard,valid_from,valid_to",
    "production,AAE140,11,110,,",
    "production,AAE140,31,310,,2024-05",
    "production,AAC008,9,2,2024-01,",
    "production,AAB301,999998,230602,,",
)
LISTED = (("AAE140", "11", "dialect"), ("AAC060", "7", "other"), ("AAB019", "Z", "other"))


def dirty_city(source: Path, folder: Path, *, month: str, seed: int) -> None:
    """Copy site, feeds and one month of a city to ``folder``, and dirty its production tables.

    About one row in eight is touched: missing values, blanks and full-width digits, wrong codes,
    unreal months and dates, orphans, repeated keys, a row without its key; the identity number under
    a mapped column name, a dialect of schemes that the code table lists too, and a column and a table
    missing.
    """
    rng = random.Random(seed)  # noqa: S311 - chance that repeats, nothing secret
    for part in ("site", "inbox"):
        shutil.copytree(source / part, folder / part)
    name = f"production-{month}.db"
    shutil.copy(source / name, folder / name)
    (folder / "site" / "code_map.csv").write_text("\n".join(CODE_MAP) + "\n", encoding="utf-8")
    with closing(sqlite3.connect(folder / name)) as database, database:
        for table in TABLES:
            _dirty_table(database, table, rng)
        database.execute("alter table AC01 rename column AAC002 to AAE135")
        database.execute("alter table AC43 drop column AAB191")
        database.execute("drop table YC02")


def _dirty_table(database: sqlite3.Connection, table: str, rng: random.Random) -> None:
    cursor = database.execute(f"select * from {table} order by rowid")
    columns = [item[0] for item in cursor.description]
    rows = [list(row) for row in cursor]
    if table == "AA10":
        rows += [[*listed, *[None] * (len(columns) - 3)] for listed in LISTED]
    else:
        key = TABLES[table].key
        keyless = [None if name in key else value for name, value in zip(columns, rows[-1], strict=True)]
        rows = [*_dirtied(rows, columns, key, rng), keyless]
    marks = ", ".join("?" for _ in columns)
    database.execute(f"drop table {table}")
    database.execute(f"create table {table} ({', '.join(columns)})")
    database.executemany(f"insert into {table} values ({marks})", rows)


def _dirtied(rows: list[list], columns: Sequence[str], key: Sequence[str], rng: random.Random) -> list[list]:
    result = []
    for row in rows:
        result.append(row)
        if rng.random() < 0.04:
            result.append(_another_version(row, columns, key, rng))
        if rng.random() < 0.12:
            place = rng.randrange(len(columns))
            if columns[place] not in ("AAE011", "YAE016", "YAE013"):
                row[place] = _dirt(columns[place], row[place], rng)
    return result


def _another_version(row: list, columns: Sequence[str], key: Sequence[str], rng: random.Random) -> list:
    other = list(row)
    place = rng.randrange(len(columns))
    if columns[place] not in key:
        other[place] = _dirt(columns[place], other[place], rng)
    if rng.random() < 0.7:
        other[columns.index("AAE036")] = rng.choice(HANDLED)
    return other


def _dirt(column: str, value: object, rng: random.Random) -> object:
    chance = rng.random()
    if chance < 0.25:
        return rng.choice(SAYS_NOTHING)
    written = "" if value is None else str(value)
    if chance < 0.35:
        return f" {written}\u3000"
    if chance < 0.45:
        return written.translate(FULL_WIDTH)
    return rng.choice(_wrong_values(column, written))


def _wrong_values(column: str, written: str) -> tuple[str, ...]:
    if column in WRONG:
        return WRONG[column]
    if column in STANDARD_CODES or column in ("AAE078", "AAC058"):
        return WRONG_CODES
    for columns, values in ((MONTHS, WRONG_MONTHS), (DATES, WRONG_DATES), (AMOUNTS, WRONG_AMOUNTS)):
        if column in columns:
            return values
    return ("NOTHING", f"{written}9", "0")
