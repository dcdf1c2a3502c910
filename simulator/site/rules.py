"""The site's rules in rows: average wages, limits, rates, retirement ages."""

from __future__ import annotations

from simulator import clock, parameters
from simulator.outbox import money_text
from simulator.span import Span

_OFFICES = ("20", "30")
_DOCUMENTS = (
    ("wage_statistics", "劳动工资统计年报", "Annual statistics of wages"),
    ("final_accounts", "财务决算报表", "Final accounts"),
    ("payroll_ledger", "应付职工薪酬明细账", "Ledger of wages payable"),
    ("wage_register", "职工月平均工资收入台账", "Register of average monthly wages"),
    ("verification_table", "年度缴费基数核定表", "Verification table of contribution bases"),
)


def wage_years(span: Span) -> range:
    """Return the years whose average wages the site knows."""
    return range(span.first // 12 - 5, span.last // 12 + 1)


def average_wages(span: Span) -> list[tuple[object, ...]]:
    """Return the rows of ``average_wages.csv``."""
    return [
        (
            parameters.PROVINCE if kind == "province" else parameters.CITY,
            year,
            kind,
            money_text(parameters.average_wage(kind, year)),
            f"{year + 1}-{parameters.published_calendar_month(kind):02d}",
        )
        for kind in ("province", "city")
        for year in wage_years(span)
    ]


def limits(span: Span) -> list[tuple[object, ...]]:
    """Pension limits are published in yuan too; the others follow from ratio x average wage."""
    rows: list[tuple[object, ...]] = []
    for scheme in parameters.MONTHLY_SCHEMES:
        kind = parameters.wage_kind(scheme)
        for year in list(wage_years(span))[1:]:
            start = (year + 1) * 12 + (6 if kind == "city" else 0)
            wage = parameters.average_wage(kind, year)
            published = scheme in (110, 120)
            rows.append(
                (
                    parameters.PROVINCE if kind == "province" else parameters.CITY, scheme, "", year, kind,
                    f"{parameters.FLOOR_RATIO / 100:.2f}", f"{parameters.CAP_RATIO / 100:.2f}",
                    money_text(wage * parameters.FLOOR_RATIO // 100) if published else "",
                    money_text(wage * parameters.CAP_RATIO // 100) if published else "",
                    clock.month_text(start), clock.month_text(start + 11),
                )
            )  # fmt: skip
    return rows


def rates() -> list[tuple[object, ...]]:
    """Return the rows of ``contribution_rates.csv``; residents pay sums, not rates."""
    rows: list[tuple[object, ...]] = [
        (parameters.PROVINCE, 110, 11, "", "0.2", "0.08", "2006-01", "2019-04"),
        (parameters.PROVINCE, 120, 11, "", "0.2", "0.08", "2014-10", "2019-04"),
    ]
    for scheme, identity in ((110, 11), (110, 12), (120, 11), (210, 11), (310, 11), (310, 12)):
        employer, person = parameters.rates(scheme, identity)
        start = "2019-05" if scheme in (110, 120) and identity == parameters.EMPLOYEE else "2006-01"
        rows.append((parameters.PROVINCE, scheme, identity, "", _rate(employer), _rate(person), start, ""))
    rows += [
        (parameters.PROVINCE, 410, 11, risk, _rate(rate), "0", "2015-10", "")
        for risk, rate in enumerate(parameters.RISK_RATES, start=1)
    ]
    return [*rows, (parameters.PROVINCE, 510, 11, "", "0.005", "0", "2006-01", "")]


def _rate(millionths: int) -> str:
    return f"{millionths / 1_000_000:.6f}".rstrip("0").rstrip(".")


def base_rules() -> list[tuple[object, ...]]:
    """Return the rows of ``base_rules.csv``: institutions and government pay on the sum of personal bases."""
    terms = ("old_limits", 3, "03-31", "0.01", "", "")
    return [
        (parameters.PROVINCE, "", "", "higher", *terms),
        *((parameters.PROVINCE, "", kind, "sum", *terms) for kind in _OFFICES),
    ]


def base_documents() -> list[tuple[object, ...]]:
    """Return the rows of ``base_documents.csv``: the five documents of the yearly verification."""
    return [
        (parameters.PROVINCE, "", document, chinese, english, "03-31", "", "")
        for document, chinese, english in _DOCUMENTS
    ]


def retirement_ages() -> list[tuple[object, ...]]:
    """Ages before the reform, then its steps by month of birth (men and cadres 4 months, workers 2)."""
    rows: list[tuple[object, ...]] = []
    for scheme in (110, 120):
        for sex, category, age, step, most in ((1, "", 720, 4, 36), (2, 2, 660, 4, 36), (2, 1, 600, 2, 60)):
            first = 2025 * 12 - age
            rows.append(
                (scheme, sex, "01", category, "", "", clock.month_text(first - 1), age, age, age, 180, "", "")
            )
            for delay in range(1, most + 1):
                start = first + (delay - 1) * step
                end = "" if delay == most else clock.month_text(start + step - 1)
                earliest = max(age, age + delay - 36)
                rows.append(
                    (
                        scheme,
                        sex,
                        "01",
                        category,
                        "",
                        clock.month_text(start),
                        end,
                        age + delay,
                        earliest,
                        age + delay + 36,
                        180,
                        "",
                        "",
                    )
                )
        rows += [
            (scheme, 1, "02", "", "", "", "", 660, 660, 660, 180, "", ""),
            (scheme, 2, "02", "", "", "", "", 540, 540, 540, 180, "", ""),
            (scheme, 1, "03", "", "", "", "", 600, 600, 600, 180, "", ""),
            (scheme, 2, "03", "", "", "", "", 540, 540, 540, 180, "", ""),
        ]
    return [*rows, (170, "", "01", "", "", "", "", 720, 720, 720, 180, "", "")]
