"""What the city's rules say in numbers: divisions, average wages, limits, rates, retirement ages.

Pensions and unemployment follow the calendar year on the province's average wage, published in April:
from January to March premiums are provisional, on last year's limits. Medical and injury insurance
follow July to June on the city's average wage.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import overload

import numpy as np

PROVINCE, CITY = "230000", "230600"
COUNTIES = ("230602", "230603", "230604", "230605", "230606")
COUNTY_SHARES = np.array([0.32, 0.24, 0.19, 0.14, 0.11])
COUNTY_FAULT_FACTOR = np.array([0.4, 0.8, 1.0, 1.6, 2.6])
# The share of its errors that each county's office corrects towards the end of the months.
COUNTY_CORRECTED_SHARES = (0.9, 0.8, 0.7, 0.6, 0.4)
PENSION, PUBLIC_PENSION, RESIDENT_PENSION = 110, 120, 170
UNEMPLOYMENT, MEDICAL, RESIDENT_MEDICAL, INJURY = 210, 310, 390, 410
MONTHLY_SCHEMES = (PENSION, PUBLIC_PENSION, UNEMPLOYMENT, MEDICAL, INJURY)
SCHEMES = (110, 120, 170, 210, 310, 390, 410)
EMPLOYEE, FLEXIBLE, RESIDENT = 11, 12, 13
PUBLICATION_MONTH = 4
TRUEUP_MONTHS = 3
FLOOR_RATIO, CAP_RATIO = 60, 300
RISK_RATES = (2000, 4000, 7000, 9000, 11000, 13000, 16000, 19000)
_PPM = 1_000_000
_RATES = {
    (110, EMPLOYEE): (160_000, 80_000),
    (110, FLEXIBLE): (0, 200_000),
    (120, EMPLOYEE): (160_000, 80_000),
    (210, EMPLOYEE): (5_000, 5_000),
    (310, EMPLOYEE): (65_000, 20_000),
    (310, FLEXIBLE): (0, 70_000),
}
_REFORM = 2025 * 12


@dataclass(frozen=True)
class Limits:
    """Floor and cap of a base in cents, in force in one month, and those of the wage year before."""

    wage_year: int
    floor: int
    cap: int
    last_floor: int
    last_cap: int
    is_published: bool


def average_wage(kind: str, year: int) -> int:
    """Return the average monthly wage of a year in cents (a multiple of five fen)."""
    start, growth = (380_000, 1.062) if kind == "province" else (410_000, 1.055)
    return round(start * growth ** (year - 2012) / 5) * 5


def wage_kind(scheme: int) -> str:
    """Return whose average wage limits the scheme's bases."""
    return "city" if scheme in (MEDICAL, INJURY) else "province"


def wage_year(scheme: int, month: int) -> int:
    """Return the year whose average wage limits bases for a month."""
    return (month - 6) // 12 - 1 if wage_kind(scheme) == "city" else month // 12 - 1


@lru_cache(maxsize=4096)
def limits(scheme: int, month: int) -> Limits:
    """Return the limits of the scheme's bases for a month."""
    year, kind = wage_year(scheme, month), wage_kind(scheme)
    now, before = average_wage(kind, year), average_wage(kind, year - 1)
    published = month >= (year + 1) * 12 + published_calendar_month(kind) - 1
    return Limits(
        year,
        now * FLOOR_RATIO // 100,
        now * CAP_RATIO // 100,
        before * FLOOR_RATIO // 100,
        before * CAP_RATIO // 100,
        published,
    )


def published_calendar_month(kind: str) -> int:
    """Return the calendar month (of the year after) in which an average wage is published."""
    return 6 if kind == "city" else PUBLICATION_MONTH


def base_year_start(scheme: int) -> int:
    """Return the calendar month, from 0, in which a scheme's base year starts."""
    return 6 if wage_kind(scheme) == "city" else 0


def settling_offset(scheme: int) -> int:
    """Return how many months after its start a base year is settled, as the example site has it."""
    return published_calendar_month(wage_kind(scheme)) - 1 - base_year_start(scheme) + TRUEUP_MONTHS


def rates(scheme: int, identity: int) -> tuple[int, int]:
    """Return employer and person rate in millionths; work injury depends on the risk class instead."""
    return _RATES.get((scheme, identity), (0, 0))


@overload
def premium(base: int, rate: int) -> int: ...
@overload
def premium(base: np.ndarray, rate: np.ndarray | int) -> np.ndarray: ...
def premium(base: np.ndarray | int, rate: np.ndarray | int) -> np.ndarray | int:
    """Return base x rate in cents, rounded half up."""
    return (base * rate + _PPM // 2) // _PPM


def ordinary_age(*, male: np.ndarray, cadre: np.ndarray) -> np.ndarray:
    """Return the retirement age before the reform of 2025, in months."""
    return np.where(male, 720, np.where(cadre, 660, 600))


def retirement_month(births: np.ndarray, *, male: np.ndarray, cadre: np.ndarray) -> np.ndarray:
    """Return the month in which the statutory age is reached, from birth months."""
    age = ordinary_age(male=male, cadre=cadre)
    step = np.where(~male & ~cadre, 2, 4)
    most = np.where(~male & ~cadre, 60, 36)
    late = births + age - _REFORM
    delay = np.where(late < 0, 0, np.minimum(late // step + 1, most))
    return births + age + delay
