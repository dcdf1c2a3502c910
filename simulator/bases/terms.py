"""The rules of the two sites: which average wage, when the base year begins, what is paid before publication.

Average wages are multiples of five yuan and bases whole yuan, so that every premium is a whole number of fen.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator import clock, parameters
from simulator.outbox import money_text

PENSION, INJURY = 110, 410
EMPLOYER_PERCENT, PERSON_PERCENT, FLEXIBLE_PERCENT = 16, 8, 20
INJURY_PER_THOUSAND = 2
_FLOOR, _CAP = 60, 300
_LADDER = {2021: 60, 2022: 70, 2023: 80, 2024: 90, 2025: 100}
_FIRST_YEAR, _LAST_YEAR = 2019, 2026
MONTHS = 24


@dataclass(frozen=True)
class Terms:
    """The rules of one site; months are month numbers, ``starts`` the calendar month a base year begins."""

    name: str
    wage_kind: str
    starts: int
    published: int
    trueup_months: int
    provisional: str
    institutions: str
    declare_by: str
    first: int
    last: int

    def first_month(self, wage_year: int) -> int:
        """Return the first month of a wage year's base year."""
        return (wage_year + 1) * 12 + self.starts - 1

    def published_month(self, wage_year: int) -> int:
        """Return the month in which a wage year's average wage is published."""
        return (wage_year + 1) * 12 + self.published - 1

    def verified_month(self, wage_year: int) -> int:
        """Return the settling month, the first that is not provisional."""
        return self.published_month(wage_year) + self.trueup_months

    def wage_year(self, month: int) -> int:
        """Return the wage year of a month."""
        return (month - self.starts + 1) // 12 - 1

    def months(self, wage_year: int) -> range:
        """Return the months of a base year that are simulated."""
        start = self.first_month(wage_year)
        return range(max(start, self.first), min(start + 11, self.last) + 1)

    def wage_years(self) -> range:
        """Return the wage years of the months simulated."""
        return range(self.wage_year(self.first), self.wage_year(self.last) + 1)

    def average(self, wage_year: int) -> int:
        """Return the average monthly wage in yuan."""
        return 4_000 + 250 * (wage_year - _FIRST_YEAR)

    def limits(self, wage_year: int, *, is_flexible: bool = False) -> tuple[int, int]:
        """Return floor and cap in yuan."""
        floor = _LADDER.get(wage_year, _FLOOR) if is_flexible and self.has_ladder else _FLOOR
        return self.average(wage_year) * floor // 100, self.average(wage_year) * _CAP // 100

    @property
    def has_ladder(self) -> bool:
        """Whether the floor of flexible persons climbs year by year."""
        return self.name == "city"

    def site_rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Return the files of the site that differ from the example's."""
        place = parameters.PROVINCE if self.wage_kind == "province" else parameters.CITY
        years = range(_FIRST_YEAR, _LAST_YEAR + 1)
        terms = (self.provisional, self.trueup_months, self.declare_by, "0.01", "", "")
        return {
            "average_wages": [
                (
                    place,
                    year,
                    self.wage_kind,
                    f"{self.average(year)}.00",
                    clock.month_text(self.published_month(year)),
                )
                for year in years
            ],
            "contribution_limits": [row for year in years for row in self._limit_rows(place, year)],
            "contribution_rates": [
                (place, PENSION, 11, "", "0.16", "0.08", "2015-01", ""),
                (place, PENSION, 12, "", "0", "0.2", "2015-01", ""),
                (place, INJURY, 11, "", "0.002", "0", "2015-01", ""),
            ],
            "base_rules": [
                (place, "", "", "higher", *terms),
                *((place, "", kind, self.institutions, *terms) for kind in ("20", "30")),
            ],
            "base_documents": [
                (place, "", name, label, name, self.declare_by, "", "")
                for name, label in (("wage_statistics", "劳动工资统计年报"), ("wage_register", "工资台账"))
            ],
        }

    def _limit_rows(self, place: str, year: int) -> list[tuple[object, ...]]:
        start = self.first_month(year)
        valid = (clock.month_text(start), clock.month_text(start + 11))
        ladder = _LADDER.get(year, _FLOOR) if self.has_ladder else _FLOOR
        return [
            (
                place, scheme, identity, year, self.wage_kind, money_text(floor), money_text(_CAP), "", "",
                *valid,
            )
            for scheme, identity, floor in (
                (PENSION, "", _FLOOR), (PENSION, 12, ladder), (INJURY, "", _FLOOR),
            )
        ]  # fmt: skip


SITES = {
    "province": Terms(
        name="province", wage_kind="province", starts=1, published=4, trueup_months=3, provisional="carry",
        institutions="higher", declare_by="03-31",
        first=clock.month_number("2022-12"), last=clock.month_number("2024-11"),
    ),
    "city": Terms(
        name="city", wage_kind="city", starts=7, published=9, trueup_months=1, provisional="old_limits",
        institutions="sum", declare_by="06-30",
        first=clock.month_number("2023-01"), last=clock.month_number("2024-12"),
    ),
}  # fmt: skip
