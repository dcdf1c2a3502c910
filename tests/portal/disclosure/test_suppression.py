"""No suppressed figure of the public pages can be computed from what they show."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from portal.disclosure.figures import ALL, COUNTS, MONEY, City, Place
from portal.disclosure.suppression import suppressed_of

CITY, SCHEMES = "230600", ("110", "170", "310", "390")
SMALL = st.one_of(st.just(0), st.integers(1, 12), st.integers(1, 12), st.integers(13, 5000))
AMOUNTS = st.decimals(0, 10**7, places=2)
# Some integer programs take minutes; these are the statuses of scipy's ``milp``.
SOLVER_SECONDS = 2.0
SOLVED, OUT_OF_TIME = 0, 1


@st.composite
def cities(draw: st.DrawFn, counts: st.SearchStrategy[int] = SMALL) -> City:
    """A city whose figures go together as those of a publication; some persons are of two counties."""
    counties = tuple(f"23060{number}" for number in range(2, 2 + draw(st.integers(1, 5))))
    schemes = SCHEMES[: draw(st.integers(1, len(SCHEMES)))]
    values: dict[Place, Decimal | None] = {}
    _count(draw, values, counties, schemes, "insured_persons", counts=counts)
    _count(draw, values, counties, schemes, "beneficiaries_paid", counts=counts)
    _count(draw, values, counties, schemes, "insured_retirees", counts=counts, within="insured_persons")
    for money, of in MONEY.items():
        for county in counties:
            row = [draw(AMOUNTS) if values[Place(county, scheme, of)] else Decimal(0) for scheme in schemes]
            values |= _row(county, schemes, money, [*row, sum(row)])
        for scheme in (*schemes, ALL):
            values[Place(CITY, scheme, money)] = sum(
                values[Place(county, scheme, money)] for county in counties
            )
    for place in [place for place in values if place.indicator == "benefits_paid"]:
        rate = None if not values[place] else draw(st.decimals(50, 100, places=2))
        values[place._replace(indicator="payment_rate")] = rate
    return City(CITY, counties, values)


def _count(
    draw: st.DrawFn, values: dict, counties: tuple[str, ...], schemes: tuple[str, ...], indicator: str, *,
    counts: st.SearchStrategy[int], within: str = "",
) -> None:  # fmt: skip
    """Draw one count of a whole city, a part of another where it is within it."""

    def cap(division: str, scheme: str) -> int:
        return int(values[Place(division, scheme, within)]) if within else 10**9

    for county in counties:
        row = [min(draw(counts), cap(county, scheme)) for scheme in schemes]
        together = draw(st.integers(max(row), min(sum(row), cap(county, ALL))))
        values |= _row(county, schemes, indicator, [*row, together])
    city: list[int] = []
    for scheme in (*schemes, ALL):
        over = [int(values[Place(county, scheme, indicator)]) for county in counties]
        least = max([*over, *(city if scheme == ALL else ())])
        most = min(sum(over), cap(CITY, scheme), sum(city) if scheme == ALL else 10**9)
        city.append(draw(st.integers(max(most - 3, least), most)))
    values |= _row(CITY, schemes, indicator, city)


def _row(division: str, schemes: tuple[str, ...], indicator: str, row: list) -> dict[Place, Decimal]:
    return {
        Place(division, scheme, indicator): Decimal(value)
        for scheme, value in zip((*schemes, ALL), row, strict=True)
    }


def sums(city: City) -> list[tuple[list[Place], Place]]:
    """The sums of the page, written down apart from the code that is tested."""
    every = []
    for indicator in (*COUNTS, *MONEY):
        for scheme in (*city.schemes, ALL):
            members = [Place(county, scheme, indicator) for county in city.counties]
            every.append((members, Place(CITY, scheme, indicator)))
        if indicator in MONEY:
            for division in (*city.counties, CITY):
                members = [Place(division, scheme, indicator) for scheme in city.schemes]
                every.append((members, Place(division, ALL, indicator)))
    return every


@settings(max_examples=40)
@given(city=cities(), k=st.integers(5, 12))
def test_small_counts_are_suppressed_with_what_rests_on_them_and_zero_is_shown(city: City, k: int) -> None:
    suppressed = suppressed_of(city, k=k)
    counts = {place: value for place, value in city.values.items() if place.indicator in COUNTS}
    assert {place for place, value in counts.items() if 0 < value < k} <= suppressed
    assert not {place for place, value in counts.items() if value == 0} & suppressed
    for money, of in MONEY.items():
        resting = {place._replace(indicator=money) for place in suppressed if place.indicator == of}
        assert {place for place in resting if city.values[place]} <= suppressed
        assert not {place for place in suppressed if place.indicator == money and not city.values[place]}
    hidden = {place for place in suppressed if place.indicator in ("beneficiaries_paid", "benefits_paid")}
    rates = {place._replace(indicator="payment_rate") for place in hidden}
    assert {place for place in rates if city.values[place] is not None} <= suppressed


@settings(max_examples=40)
@given(city=cities(), k=st.integers(5, 12))
def test_in_a_shown_sum_the_suppressed_are_none_or_two_that_come_to_k(city: City, k: int) -> None:
    suppressed = suppressed_of(city, k=k)
    for members, total in sums(city):
        hidden = [place for place in members if place in suppressed]
        if not hidden or total in suppressed:
            continue
        of = MONEY.get(total.indicator, total.indicator)
        assert len(hidden) >= 2
        assert sum(city.values[place._replace(indicator=of)] for place in hidden) >= k


@settings(max_examples=40)
@given(city=cities(), k=st.integers(5, 12))
def test_no_suppressed_money_follows_from_the_sums(city: City, k: int) -> None:
    suppressed = suppressed_of(city, k=k)
    unknown = [place for place in city.values if place.indicator in MONEY and place in suppressed]
    rows = [[(place in members) - (place == total) for place in unknown] for members, total in sums(city)]
    system = np.array(rows, dtype=float)
    rank = np.linalg.matrix_rank(system) if unknown else 0
    for column, place in enumerate(unknown):
        alone = np.zeros((1, len(unknown)))
        alone[0, column] = 1
        assert np.linalg.matrix_rank(np.vstack([system, alone])) > rank, place


@settings(max_examples=40)
@given(city=cities(), k=st.integers(5, 12))
def test_every_suppressed_count_could_be_another_one(city: City, k: int) -> None:
    """Integer programs over all that is shown: each suppressed count has a least and a greatest value.

    The reader is given more than he has: by how much the sums miss, and which counts are below k.
    """
    suppressed = suppressed_of(city, k=k)
    unknown = [place for place in city.values if place.indicator in COUNTS and place in suppressed]
    if not unknown:
        return
    least = np.array([1 if city.values[place] < k else k for place in unknown], dtype=float)
    most = np.array([k - 1 if city.values[place] < k else 10**6 for place in unknown], dtype=float)
    constraints = [
        _constraint(city, unknown, {**dict.fromkeys(members, 1), total: -1}, is_equal=True)
        for members, total in sums(city)
        if total.indicator in COUNTS
    ]
    for division in (*city.counties, CITY):
        for indicator in COUNTS:
            schemes = [Place(division, scheme, indicator) for scheme in city.schemes]
            together = Place(division, ALL, indicator)
            constraints += [_constraint(city, unknown, {together: 1, place: -1}) for place in schemes]
            constraints.append(_constraint(city, unknown, {**dict.fromkeys(schemes, 1), together: -1}))
        for scheme in (*city.schemes, ALL):
            whole = Place(division, scheme, "insured_persons")
            part = Place(division, scheme, "insured_retirees")
            constraints.append(_constraint(city, unknown, {whole: 1, part: -1}))
    for column, place in enumerate(unknown):
        ends, is_proven = [], True
        for sign in (1, -1):
            objective = np.zeros(len(unknown))
            objective[column] = sign
            solution = milp(
                objective, integrality=np.ones(len(unknown)), bounds=Bounds(least, most),
                constraints=constraints, options={"time_limit": SOLVER_SECONDS},
            )  # fmt: skip
            assert solution.status in (SOLVED, OUT_OF_TIME), "the true counts are one solution"
            # Out of time it knows some solution, maybe not the last: two that differ are enough.
            assume(solution.x is not None)
            is_proven &= solution.status == SOLVED
            ends.append(round(solution.x[column]))
        assume(is_proven or ends[0] < ends[1])
        assert ends[0] < ends[1], (place, city.values[place])


def _constraint(
    city: City, unknown: list[Place], factors: dict[Place, int], *, is_equal: bool = False
) -> LinearConstraint:
    """Of what is unknown; what is shown, and by how much the true counts miss, is on the other side."""
    row = np.array([factors.get(place, 0) for place in unknown], dtype=float)
    true = sum(factor * int(city.values[place]) for place, factor in factors.items())
    hidden = sum(factor * int(city.values[place]) for place, factor in factors.items() if place in unknown)
    slack = 0 if is_equal else max(true, 0)
    return LinearConstraint(row, hidden - slack, hidden if is_equal else np.inf)


@settings(max_examples=20)
@given(city=cities(counts=st.one_of(st.just(0), st.integers(60, 5000))))
def test_a_city_without_small_counts_suppresses_nothing(city: City) -> None:
    values = {
        place: city.values[place._replace(indicator="insured_persons")]
        if place.indicator == "insured_retirees"
        else value
        for place, value in city.values.items()
    }
    assert suppressed_of(City(city.division, city.counties, values), k=10) == frozenset()
