"""Where a landed row is counted on the scorecard, and which rows a division's row covers."""

from __future__ import annotations

from collections import defaultdict

from tests.oracle.catalogue import TABLES
from tests.oracle.ledgers import Ledgers


class Places:
    """The division of every landed row of a batch."""

    def __init__(self, ledgers: Ledgers) -> None:
        self.ledgers, self.batch, self.site = ledgers, ledgers.batch, ledgers.batch.site
        self.measured = [*self.site.counties_of(self.site.city), self.site.city]

    def of_row(self, table: str, row: tuple) -> str:
        """Its own AAB301, else its person's (AC01), else its employer's (AB01), else the city."""
        columns = TABLES[table].columns
        person = row.AAC001 if "AAC001" in columns else None
        employer = row.AAB001 if "AAB001" in columns else None
        known = (
            row if "AAB301" in columns else None,
            self.ledgers.persons.get(person),
            self.ledgers.employers.get(employer),
        )
        for known_row in known:
            if known_row is not None and known_row.AAB301 is not None:
                return self.batch.own_division(known_row.AAB301)
        return self.site.city

    def rows_by_division(self, table: str) -> dict[str, list[tuple]]:
        """Give the landed rows of each county, and all of them for the city."""
        rows: dict[str, list[tuple]] = defaultdict(list)
        for row in self.batch.landed[table]:
            rows[self.of_row(table, row)].append(row)
        covered = {division: rows.get(division, []) for division in self.measured}
        covered[self.site.city] = self.batch.landed[table]
        return covered
