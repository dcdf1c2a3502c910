"""The production database of one month: rows as landed, and the version of a key that counts."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from tests.oracle import values
from tests.oracle.catalogue import (
    FLAGS,
    MONTHS,
    NAMES,
    SITE_CODED,
    STANDARD_CODES,
    TABLES,
    TYPED,
)
from tests.oracle.site import Site

ROW_TYPES = {
    table: NamedTuple(table, [(column, str | None) for column in spec.columns])
    for table, spec in TABLES.items()
}


class City:
    """A city folder: site parameters, inbox, and a production database for each month."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.site = Site(self.folder / "site")
        self._batches: dict[str, Batch] = {}

    def batch(self, month: str) -> Batch:
        """Give the batch of m: the production database of the last month not after it."""
        if month not in self._batches:
            stems = (path.stem.removeprefix("production-") for path in self._databases())
            last = max(stem for stem in stems if stem <= month)
            path = self.folder / f"production-{last}.db"
            self._batches = {month: Batch(path, site=self.site, month=month)}
        return self._batches[month]

    def _databases(self) -> list[Path]:
        return list(self.folder.glob("production-????-??.db"))


@lru_cache(maxsize=4)
def city_of(folder: Path) -> City:
    """Read a city once, however many questions are asked of it."""
    return City(folder)


class Batch:
    """The production tables read as month m; a missing table is empty, a missing column null."""

    def __init__(self, path: Path, *, site: Site, month: str, tables: Collection[str] = TABLES) -> None:
        self.site, self.month = site, month
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            self.landed = {
                table: list(_rows(database, table, site)) if table in tables else [] for table in TABLES
            }
        self.listed: dict[str, set[str]] = defaultdict(set)
        for row in self.landed["AA10"]:
            if row.AAA100 is not None and row.AAA102 is not None:
                self.listed[row.AAA100].add(row.AAA102)
        self._codes: dict[tuple[str, str], str | None] = {}
        self._maps: dict[str, dict[str, str]] = {}
        self.current = {table: self._versions(table, rows) for table, rows in self.landed.items()}

    def code(self, column: str, value: str | None) -> str | None:
        """Give the standard code of a value, or None: never guessed, never folded into "other".

        A value that is a standard code or listed in AA10 for its column needs no mapping; other
        dialects map through the site's ``code_map.csv`` (before AA10, which may list the dialect).
        """
        if value is None:
            return None
        asked = (column, value)
        if asked not in self._codes:
            as_number = value.removesuffix(".0")  # as a numeric column writes a code
            self._codes[asked] = self._code(column, value) or self._code(column, as_number)
        return self._codes[asked]

    def _code(self, column: str, value: str) -> str | None:
        standard = STANDARD_CODES.get(column) or SITE_CODED.get(column) or FLAGS.get(column)
        if standard and value in standard:
            return value
        if column not in self._maps:
            self._maps[column] = self.site.code_map("production", (column,), self.month)
        mapped = self._maps[column].get(value)
        return mapped or (value if value in self.listed[column] else None)

    def division(self, value: str | None) -> str | None:
        """Give a division of the site, or None."""
        if value in self.site.parent:
            return value
        mapped = self.code("AAB301", value)
        return mapped if mapped in self.site.parent else None

    def own_division(self, value: str | None) -> str | None:
        """Give the division as written, whether or not the site knows it."""
        return self.division(value) or value

    def coded_columns(self, table: str) -> list[str]:
        """List the columns of a table that hold codes: the page's lists, and what AA10 names."""
        named = set(self.listed) | self.site.mapped_classes()
        return [
            column
            for column in TABLES[table].columns
            if column in STANDARD_CODES or (column in SITE_CODED and column in named)
        ]

    def _typed(self, column: str, value: str | None) -> Hashable:
        if column in STANDARD_CODES:
            return self.code(column, value) or value
        return (values.month(value) or value) if column in MONTHS else value

    def _versions(self, table: str, rows: list[tuple[str | None, ...]]) -> list[tuple]:
        """Choose among repeated keys: the latest AAE036, then the last landed, counts."""
        spec = TABLES[table]
        places = [(column, spec.columns.index(column)) for column in spec.key]
        chosen: dict[Hashable, tuple] = {}
        for row in rows:
            key = tuple(self._typed(column, row[place]) for column, place in places)
            if key not in chosen or _handled(row) >= _handled(chosen[key]):
                chosen[key] = row
        return list(chosen.values())


def _handled(row: tuple) -> str:
    """Give the ASCII digits of AAE036, which compare in time order with or without a time of day."""
    return "".join(character for character in row.AAE036 or "" if character in "0123456789")


def _rows(database: sqlite3.Connection, table: str, site: Site) -> Iterator[tuple]:
    """Read a table in the order it lands: by its key as the source orders it, then naturally."""
    names = {name.upper(): name for (name,) in database.execute("select name from sqlite_master")}
    if table not in names:
        return
    renamed = site.column_names(table)
    source = f'select * from "{names[table]}"'
    written = [item[0] for item in database.execute(f"{source} limit 0").description]
    columns = [renamed.get(column.upper(), column.upper()) for column in written]
    order = [f'"{written[columns.index(column)]}"' for column in TABLES[table].key if column in columns]
    rows = database.execute(f"{source} order by {', '.join([*order, 'rowid'])}")
    readers = [
        (columns.index(column), _reader(column)) if column in columns else None
        for column in TABLES[table].columns
    ]
    make = ROW_TYPES[table]._make
    for row in rows:
        yield make(None if reader is None else reader[1](row[reader[0]]) for reader in readers)


def _reader(column: str) -> Callable[[object], str | None]:
    if column in NAMES:
        return values.text
    return values.written if column in TYPED else values.code_text
