"""The statistical ledger of a month, by the specification's formulas."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from tests.oracle.flows import TRUE_UP, Flows
from tests.oracle.kinds import FLOWS, STOCKS
from tests.oracle.ledgers import Ledgers, ledgers_of
from tests.oracle.production import City, city_of
from tests.oracle.site import Site
from tests.oracle.tally import ALL, Money, Persons
from tests.oracle.values import half_up, months_of_year_to

Key = tuple[str, str, str, str, str]
Value = Decimal | int | None
PENSIONS = ("110", "120", "170")
MEDICAL = ("310", "390")


def indicators(city: City | Path, month: str) -> dict[Key, Value]:
    """Compute every indicator of a month; ``breakdowns`` and ``movements`` have their own modules.

    Shape: (month, division, scheme or ``ALL``, '', indicator) -> value, for every division of the
           site and every scheme in use, zeros included; ``cross_division_duplicates`` for cities.
    Units: persons int; money and ratios Decimal, half up to 2; a ratio without denominator None.
    """
    city = city if isinstance(city, City) else city_of(Path(city))
    ledgers = ledgers_of(city.batch(month))
    stocks = stock_tallies(ledgers, month)
    flows = Flows(ledgers, months=frozenset({month}))
    year = Flows(ledgers, months=months_of_year_to(month))
    figures: dict[Key, Value] = {}
    for scheme in (*schemes_in_use(ledgers), ALL):
        for division in city.site.parent:
            cell = (division, scheme)
            values: dict[str, Value] = {name: tally.at(cell) for name, tally in stocks.items()}
            values |= {name: flows.tallies[name].at(cell) for name in FLOWS}
            values |= {f"{name}_ytd": year.tallies[name].at(cell) for name in FLOWS}
            values["insured_persons"] = values["insured_workers"] + values["insured_retirees"]
            values |= _ratios(values, flows, cell)
            for name, value in values.items():
                figures[month, division, scheme, "", name] = value
        _add_cross_division_duplicates(figures, city.site, month, scheme)
    return figures


def schemes_in_use(ledgers: Ledgers) -> list[str]:
    """List the schemes of any enrolment, contribution, entitlement or payment ledger row."""
    facts = (
        *ledgers.enrolments,
        *ledgers.contributions,
        *ledgers.unit_contributions,
        *ledgers.entitlements.values(),
        *ledgers.payments,
    )
    return sorted({fact.scheme for fact in facts if fact.scheme is not None})


def retired_persons(ledgers: Ledgers, month: str) -> dict[str, set[str]]:
    """Name who is retired in each scheme, and in ``ALL`` who is retired anywhere.

    "An entitlement of kind 01, 02 or 03, first month ≤ m, status in pay or paused, in any
    division: in s itself for 110, 120, 170; in 110 or 120 for 310 and 390; nobody is retired in
    210, 410, 510."
    """
    retired: dict[str, set[str]] = defaultdict(set)
    for pension in _pensions(ledgers, month):
        retired[pension.scheme].add(pension.person)
    for medical in MEDICAL:
        retired[medical] = retired["110"] | retired["120"]
    retired[ALL] = retired["110"] | retired["120"] | retired["170"]
    return retired


def _pensions(ledgers: Ledgers, month: str) -> list:
    return [
        entitlement
        for entitlement in ledgers.entitlements.values()
        if entitlement.scheme in PENSIONS
        and entitlement.kind in ("01", "02", "03")
        and entitlement.status in ("1", "2")
        and entitlement.first_month is not None
        and entitlement.first_month <= month
        and entitlement.division is not None
    ]


def stock_tallies(ledgers: Ledgers, month: str) -> dict[str, Persons | Money]:
    """Count the stocks at month end; the tally of ``insured_persons`` itself stays empty."""
    site = ledgers.batch.site
    tallies: dict[str, Persons | Money] = {
        name: Persons(site) if unit == "persons" else Money(site) for name, unit in STOCKS.items()
    }
    retired = retired_persons(ledgers, month)
    _count_workers(ledgers, month, retired, tallies["insured_workers"])
    for pension in _pensions(ledgers, month):
        tallies["insured_retirees"].add(pension.division, pension.scheme, pension.person)
    for enrolment in ledgers.enrolments:
        if enrolment.division is None or enrolment.scheme is None:
            continue
        if (
            enrolment.scheme in MEDICAL
            and enrolment.status in ("1", "2")
            and enrolment.person in retired[enrolment.scheme]
        ):
            tallies["insured_retirees"].add(enrolment.division, enrolment.scheme, enrolment.person)
        if enrolment.status == "2":
            tallies["suspended_persons"].add(enrolment.division, enrolment.scheme, enrolment.person)
    _sum_arrears(ledgers, month, tallies["arrears"])
    return tallies


def _count_workers(ledgers: Ledgers, month: str, retired: dict[str, set[str]], workers: Persons) -> None:
    """Count an enrolment active or suspended, an arrived contribution ≤ m in s, not retired in s.

    A person retired anywhere is no worker in ALL.
    """
    contributed = {
        (contribution.person, contribution.scheme)
        for contribution in ledgers.contributions
        if contribution.counts and contribution.arrived and contribution.month <= month
    }
    for enrolment in ledgers.enrolments:
        if enrolment.division is None or enrolment.status not in ("1", "2"):
            continue
        if (enrolment.person, enrolment.scheme) not in contributed or enrolment.person in retired[
            enrolment.scheme
        ]:
            continue
        workers.add(
            enrolment.division,
            enrolment.scheme,
            enrolment.person,
            into_all=enrolment.person not in retired[ALL],
        )


def _sum_arrears(ledgers: Ledgers, month: str, arrears: Money) -> None:
    """Σ over employer × month ≤ m of max(due − paid and arrived, 0), employees and AB07 together.

    Per scheme; employers only, rows of kind 32 excepted; the division is the employer's.
    """
    owed: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for contribution in (*ledgers.contributions, *ledgers.unit_contributions):
        if (
            not contribution.counts
            or contribution.scheme is None
            or contribution.employer is None
            or contribution.month > month
        ):
            continue
        of_person = contribution.person is not None
        if of_person and (not contribution.is_employee or contribution.kind == TRUE_UP):
            continue
        owed[contribution.scheme, contribution.employer, contribution.month] += contribution.due - (
            contribution.paid if contribution.arrived else 0
        )
    for (scheme, employer, _), due in owed.items():
        division = ledgers.employer_division(employer)
        if division is not None and due > 0:
            arrears.add(division, scheme, due)


def _ratios(values: dict[str, Value], flows: Flows, cell: tuple[str, str]) -> dict[str, Value]:
    """Ratios come from exact sums, rounded half up to 2 decimals."""
    workers, retirees = values["insured_workers"], values["insured_retirees"]
    paid = values["benefits_paid"]
    return {
        "collection_rate": _ratio(values["contributions_received_current"], values["contributions_due"], 100),
        "average_base": _ratio(flows.base.at(cell), flows.base_rows.at(cell)),
        "payment_rate": _ratio(paid, values["benefits_payable"], 100),
        "socialised_payment_rate": _ratio(flows.paid_socially.at(cell), paid, 100),
        "average_benefit": _ratio(paid, values["beneficiaries_paid"]),
        "dependency_ratio": _ratio(workers, retirees) if cell[1] in PENSIONS else None,
    }


def _ratio(numerator: Value, denominator: Value, times: int = 1) -> Decimal | None:
    if not denominator:
        return None
    return half_up(Decimal(numerator) * times / Decimal(denominator))


def _add_cross_division_duplicates(figures: dict[Key, Value], site: Site, month: str, scheme: str) -> None:
    """Σ county insured_persons − city insured_persons (city rows)."""
    for city in site.of_level("city"):
        counties = sum(
            figures[month, county, scheme, "", "insured_persons"] for county in site.counties_of(city)
        )
        whole = figures[month, city, scheme, "", "insured_persons"]
        figures[month, city, scheme, "", "cross_division_duplicates"] = counties - whole
