"""Base years: the months of a row of limits, its average wage, the limits and rates of a month."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.oracle.bases.rows import Rows
from tests.oracle.site import number
from tests.oracle.values import half_up, month, shift


@dataclass(frozen=True)
class Year:
    """A base year of a division, scheme and identity; ``before`` the year before's months."""

    name: str
    first: str
    last: str
    kind: str | None
    has_average: bool
    average: Decimal | None
    published_month: str | None
    before: tuple[str, str] | None

    def is_published(self, at: str) -> bool:
        """Whether the average wage is known in month ``at``."""
        return self.average is not None and (self.published_month or "") <= at


class Years:
    """Looks base years, limits and rates up in the site."""

    def __init__(self, rows: Rows) -> None:
        self.rows, self.site = rows, rows.site
        self._read: dict[tuple[str, str, str], list[Year]] = {}

    def row(self, division: str, scheme: str, identity: str, at: str) -> dict | None:
        """The row of contribution_limits.csv in force."""
        return self.site.look_up(
            "contribution_limits", division, at, (("scheme", scheme), ("identity", identity))
        )

    def _months(self, row: dict) -> tuple[str, str] | None:
        """First and last month of the base year a row belongs to."""
        same = ("division", "scheme", "identity", "wage_year")
        rows = [
            other for other in self.site.table("contribution_limits")
            if all(other.get(name) == row.get(name) for name in same)
        ]  # fmt: skip
        starts = [month(other.get("valid_from")) for other in rows]
        ends = [month(other.get("valid_to")) for other in rows]
        first = None if None in starts else min(starts)
        last = None if None in ends else max(ends)
        if first is None and last is None:
            return None
        return first or shift(last, -11), last or shift(first, 11)

    def _average(self, division: str, row: dict) -> dict | None:
        keys = (("year", row["wage_year"]), ("wage_kind", row.get("wage_kind")))
        return self.site.look_up("average_wages", division, None, keys)

    def read(self, division: str, scheme: str, identity: str) -> list[Year]:
        """The base years that hold m or ended within the eleven months before it."""
        asked = (division, scheme, identity)
        if asked not in self._read:
            at, by_year = self.rows.month, {}
            for back in range(47, -1, -1):
                row = self.row(*asked, shift(at, -back))
                span = self._months(row) if row is not None and row.get("wage_year") else None
                if span is not None and shift(at, -back) <= span[1]:
                    by_year[row["wage_year"]] = (row, span)
            self._read[asked] = [
                self._year(division, scheme, identity, row, span)
                for row, span in by_year.values()
                if span[0] <= at and span[1] >= shift(at, -11)
            ]
        return self._read[asked]

    def _year(self, division: str, scheme: str, identity: str, row: dict, span: tuple[str, str]) -> Year:
        wage = self._average(division, row)
        monthly = number(wage.get("monthly_wage")) if wage else None
        earlier = self.row(division, scheme, identity, shift(span[0], -1))
        before = self._months(earlier) if earlier and earlier.get("wage_year") != row["wage_year"] else None
        return Year(
            name=row["wage_year"], first=span[0], last=span[1], kind=row.get("wage_kind"),
            has_average=wage is not None, average=None if monthly is None else half_up(monthly),
            published_month=month(wage.get("published_month")) if monthly is not None else None,
            before=before,
        )  # fmt: skip

    def limits(
        self, division: str, scheme: str, identity: str, at: str
    ) -> tuple[Decimal | None, Decimal | None]:
        """Floor and cap in force in a month, to the cent."""
        row = self.row(division, scheme, identity, at)
        return self._bounds(division, row, row) if row else (None, None)

    def limits_before(
        self, division: str, scheme: str, identity: str, at: str
    ) -> tuple[Decimal | None, Decimal | None]:
        """Last year's limits: the row in force in the month before the row's year began."""
        row = self.row(division, scheme, identity, at)
        span = self._months(row) if row else None
        if span is None:
            return None, None
        earlier = self.row(division, scheme, identity, shift(span[0], -1))
        if earlier is not None:
            return self._bounds(division, earlier, earlier)
        ratios = {name: row.get(name) for name in ("floor_ratio", "cap_ratio", "wage_kind")}
        return self._bounds(division, ratios, {**row, "wage_year": str(int(row["wage_year"]) - 1)})

    def _bounds(self, division: str, row: dict, of_year: dict) -> tuple[Decimal | None, Decimal | None]:
        wage = self._average(division, of_year)
        monthly = number(wage.get("monthly_wage")) if wage else None

        def bound(name: str) -> Decimal | None:
            figure, ratio = number(row.get(name)), number(row.get(f"{name}_ratio"))
            if figure is not None:
                return half_up(figure)
            return None if ratio is None or monthly is None else half_up(ratio * monthly)

        return bound("floor"), bound("cap")

    def rates(
        self, division: str, scheme: str, identity: str, risk: str | None, at: str
    ) -> tuple[Decimal | None, Decimal | None]:
        """Rates of employer and person."""
        keys = (("scheme", scheme), ("identity", identity), ("risk_class", risk))
        row = self.site.look_up("contribution_rates", division, at, keys)
        if row is None:
            return None, None
        return number(row.get("employer_rate")), number(row.get("person_rate"))

    def rule(self, division: str, scheme: str, kind: str | None, wage_year: str) -> dict | None:
        """The row of base_rules.csv that counts, None where it lacks what it must say."""
        here = self.rows.valid("base_rules", division, wage_year, {"scheme": scheme, "unit_kind": kind})
        if not here:
            return None
        row = max(here, key=lambda rule: (
            sum(rule.get(key) is not None for key in ("scheme", "unit_kind")), rule.get("valid_from") or ""
        ))  # fmt: skip
        return row if row.get("trueup_months") and row.get("rounding") else None
