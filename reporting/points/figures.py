"""The figures of R8, counted from the cases of a publication."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from fundwatch.case_yields import RuleYield
from reporting.points.texts import PointTexts
from reporting.snapshot.cases import Case
from reporting.snapshot.content import Content
from reporting.snapshot.coverage import Coverage
from reporting.snapshot.points import PointInputs, RuleText

# States as the form groups them: what waits, what is open, what people work at, what is over.
_GROUPS = (
    frozenset({"candidate"}),
    frozenset({"open"}),
    frozenset({"dispatched", "verified", "decided", "approved", "recovering"}),
    frozenset({"closed", "withdrawn"}),
)
_SEVERITIES = ("high", "medium", "low")
CITY = "city"


@dataclass(frozen=True)
class Tally:
    """Points counted together; ``states`` are candidates, open, in hand, closed; yuan."""

    points: int
    states: tuple[int, ...]
    months: int
    amount: Decimal


def tally(cases: Iterable[Case]) -> Tally:
    """Count cases; their amounts are summed as they are."""
    counted = list(cases)
    return Tally(
        points=len(counted),
        states=tuple(sum(case.state in group for case in counted) for group in _GROUPS),
        months=sum(case.months or 0 for case in counted),
        amount=sum((case.amount or Decimal(0) for case in counted), Decimal(0)),
    )


class PointFigures:
    """What the tables and sentences of R8 say, from the content of a publication alone."""

    def __init__(self, content: Content, inputs: PointInputs, words: PointTexts) -> None:
        """Take the cases of a content with the inputs of its form."""
        self.month = content.month
        self.cases = content.cases
        self.inputs = inputs
        self.words = words
        self._money = {place.division: place.amount for place in inputs.money}

    @cached_property
    def rules(self) -> Sequence[RuleText]:
        """The rules of the catalogue and any other that raised a point, the gravest first."""
        known = {rule.rule_id for rule in self.inputs.rules}
        others = sorted({case.rule_id for case in self.cases} - known)
        rules = [*self.inputs.rules, *(RuleText(rule_id, rule_id, rule_id, "low") for rule_id in others)]
        return sorted(rules, key=lambda rule: (_SEVERITIES.index(rule.severity), rule.rule_id))

    @cached_property
    def places(self) -> dict[str, str]:
        """The name of each county, then of divisions the site does not list, then of none."""
        names = {
            place.division: self._in_words(place.name_zh, place.name_en)
            for place in self.inputs.places
            if place.level != CITY
        }
        city = {place.division: self.city for place in self.inputs.places if place.level == CITY}
        for division in sorted({case.division or "" for case in self.cases} - names.keys()):
            names[division] = city.get(division, division) if division else self.words.nowhere
        return names

    @cached_property
    def city(self) -> str:
        """The name of the city."""
        names = [
            self._in_words(place.name_zh, place.name_en)
            for place in self.inputs.places
            if place.level == CITY
        ]
        return names[0] if names else self.words.whole

    def label(self, rule: RuleText) -> str:
        """Return what a rule is called."""
        return self._in_words(rule.label_zh, rule.label_en)

    def money(self, division: str = "") -> Decimal:
        """Return the money of a division's points, each payment once; by default of all."""
        return self._money.get(division, Decimal(0))

    def of_rule(self, rule_id: str, division: str | None = None) -> Tally:
        """Count the points of a rule, of all divisions or of one (empty: of none)."""
        return tally(
            case
            for case in self.cases
            if case.rule_id == rule_id and (division is None or (case.division or "") == division)
        )

    def of_place(self, division: str) -> Tally:
        """Count the points of a division; their money counts each payment once where it is known."""
        counted = tally(case for case in self.cases if (case.division or "") == division)
        return Tally(
            counted.points, counted.states, counted.months, self._money.get(division, counted.amount)
        )

    @cached_property
    def whole(self) -> Tally:
        """All points; each payment counts once."""
        counted = tally(self.cases)
        return Tally(counted.points, counted.states, counted.months, self.money())

    @cached_property
    def yields(self) -> dict[str, RuleYield]:
        """What became of the cases of each rule."""
        return {rule.rule_id: rule for rule in self.inputs.yields}

    def coverage_of_city(self, month: str) -> Coverage | None:
        """Return the coverage of a month of death over the city."""
        cities = {place.division for place in self.inputs.places if place.level == CITY}
        return next(
            (
                coverage
                for coverage in self.inputs.coverage
                if coverage.death_month == month and coverage.division in cities
            ),
            None,
        )

    def _in_words(self, chinese: str, english: str) -> str:
        return chinese if self.words.language == "zh" else english


def rate_of(part: int, whole: Decimal | int | None) -> Fraction | None:
    """Return a part of a whole; none without one."""
    return Fraction(part) / Fraction(whole) if whole else None
