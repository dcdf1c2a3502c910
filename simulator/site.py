"""The site's parameters as CSV files: what the city's divisions, rules and senders are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from simulator import accounts, clock, parameters, plan
from simulator.employers import COUNTY_NAMES
from simulator.outbox import csv_bytes, money_text
from simulator.site_thresholds import threshold_rows
from simulator.span import Span

_ENGLISH = (
    "Sartu District",
    "Longfeng District",
    "Ranghulu District",
    "Honggang District",
    "Datong District",
)
_OPEN = ""
Table = tuple[Sequence[str], Iterable[Sequence[object]]]


def write_site(folder: Path, *, span: Span, reported: dict[str, int]) -> list[Path]:
    """Write all files of a site; ``reported`` is the officially reported number insured by division."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, (header, rows) in site_tables(span, reported).items():
        path = folder / f"{name}.csv"
        path.write_bytes(csv_bytes(header, rows, encoding="utf-8"))
        written.append(path)
    return written


def site_tables(span: Span, reported: dict[str, int]) -> dict[str, Table]:
    """Return header and rows of every file."""
    return {
        "divisions": (("division", "name_zh", "name_en", "level", "parent"), _divisions()),
        "average_wages": (
            ("division", "year", "wage_kind", "monthly_wage", "published_month"),
            _average_wages(span),
        ),
        "contribution_limits": (
            ("division", "scheme", "identity", "wage_year", "wage_kind", "floor_ratio", "cap_ratio", "floor", "cap", "valid_from", "valid_to"),
            _limits(span),
        ),
        "contribution_rates": (
            ("division", "scheme", "identity", "risk_class", "employer_rate", "person_rate", "valid_from", "valid_to"),
            _rates(),
        ),
        "contribution_deadlines": (
            ("division", "scheme", "months_after", "day"),
            [(parameters.PROVINCE, scheme, 0, 25) for scheme in parameters.MONTHLY_SCHEMES],
        ),
        "retirement_ages": (
            ("scheme", "sex", "kind", "category", "identity", "birth_from", "birth_to", "months", "earliest_months", "latest_months", "min_paid_months", "valid_from", "valid_to"),
            _retirement_ages(),
        ),
        "accounts": (
            ("account_no", "division", "fund", "kind", "bank", "opened_on", "closed_on", "agreement_no", "inspected_on"),
            [
                (number, division, fund, kind, bank, "2015-01-05", "", f"XY{number[-12:]}", f"{span.last // 12}-01-15")
                for number, division, fund, kind, bank in accounts.register()
            ],
        ),
        "account_whitelist": (("account_no", "reason", "valid_from", "valid_to"), []),
        "targets": (
            ("division", "scheme", "indicator", "year", "target_kind", "target", "unit", "denominator", "printed_percent"),
            _targets(span, reported),
        ),
        "code_map": (("source", "class", "raw", "standard", "valid_from", "valid_to"), [("production", "AAE140", "11", "110", "", "")]),
        "column_map": (("source", "table", "raw_column", "standard_column"), [("production", "AC01", "AAE135", "AAC002")]),
        "thresholds": (
            ("metric", "table", "division", "low", "high", "target", "severity", "grace_months", "valid_from", "valid_to", "changed_by", "reason"),
            threshold_rows(),
        ),
        "calendar": (
            ("event", "months_after", "day"),
            [("error_list_out", 1, 15), ("error_list_due", 2, 15), ("file_due:tax", 1, 10), ("file_due:bank", 1, 10), ("file_due:civil_registry", 1, 10), ("file_due:finance", 1, 10)],
        ),
        "mortality": (("sex", "age", "annual_rate"), _mortality()),
        "senders": (("feed", "format", "division", "public_key"), _senders()),
        "working_days": (("day", "is_working", "reason"), []),
    }  # fmt: skip


def _divisions() -> list[tuple[str, ...]]:
    counties = zip(parameters.COUNTIES, COUNTY_NAMES, _ENGLISH, strict=True)
    return [
        (parameters.PROVINCE, "黑龙江省", "Heilongjiang Province", "province", ""),
        (parameters.CITY, "大庆市", "Daqing City", "city", parameters.PROVINCE),
        *((code, chinese, english, "county", parameters.CITY) for code, chinese, english in counties),
    ]


def _wage_years(span: Span) -> range:
    return range(span.first // 12 - 5, span.last // 12 + 1)


def _average_wages(span: Span) -> list[tuple[object, ...]]:
    return [
        (
            parameters.PROVINCE if kind == "province" else parameters.CITY,
            year,
            kind,
            money_text(parameters.average_wage(kind, year)),
            f"{year + 1}-{parameters.published_calendar_month(kind):02d}",
        )
        for kind in ("province", "city")
        for year in _wage_years(span)
    ]


def _limits(span: Span) -> list[tuple[object, ...]]:
    """Pension limits are published in yuan too; the others follow from ratio x average wage."""
    rows = []
    for scheme in parameters.MONTHLY_SCHEMES:
        kind = parameters.wage_kind(scheme)
        for year in list(_wage_years(span))[1:]:
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


def _rates() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (parameters.PROVINCE, 110, 11, "", "0.2", "0.08", "2006-01", "2019-04"),
        (parameters.PROVINCE, 120, 11, "", "0.2", "0.08", "2014-10", "2019-04"),
    ]
    for scheme, identity in ((110, 11), (110, 12), (120, 11), (210, 11), (310, 11), (310, 12)):
        employer, person = parameters.rates(scheme, identity)
        start = "2019-05" if scheme in (110, 120) and identity == parameters.EMPLOYEE else "2006-01"
        rows.append((parameters.PROVINCE, scheme, identity, "", _rate(employer), _rate(person), start, _OPEN))
    rows += [
        (parameters.PROVINCE, 410, 11, risk, _rate(rate), "0", "2015-10", _OPEN)
        for risk, rate in enumerate(parameters.RISK_RATES, start=1)
    ]
    return [*rows, (parameters.PROVINCE, 510, 11, "", "0.005", "0", "2006-01", _OPEN)]


def _rate(millionths: int) -> str:
    return f"{millionths / 1_000_000:.6f}".rstrip("0").rstrip(".")


def _retirement_ages() -> list[tuple[object, ...]]:
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


def _targets(span: Span, reported: dict[str, int]) -> list[tuple[object, ...]]:
    rows = []
    for year in range(span.first // 12, span.last // 12 + 1):
        for division, persons in sorted(reported.items()):
            rows += [
                (division, "ALL", "reported_insured_persons", year, "count", persons, "persons", "", ""),
                (division, 110, "insured_persons", year, "count", persons * 7 // 10, "persons", "", ""),
                (division, 110, "collection_rate", year, "rate", "0.95", "ratio", "", ""),
            ]
    return rows


def _mortality() -> list[tuple[object, ...]]:
    ages = np.arange(0, 111)
    return [
        (sex, int(age), f"{rate:.6f}")
        for sex in (1, 2)
        for age, rate in zip(ages, plan.mortality(ages, np.full(111, sex == 1)), strict=True)
    ]


def _senders() -> list[tuple[str, ...]]:
    by_county = (
        ("tax", "tax-voucher-csv/1"), ("tax", "treasury-receipt-csv/1"), ("bank", "bank-statement-csv/1"),
        ("bank", "payment-return-csv/1"), ("finance", "deposit-journal-csv/1"),
    )  # fmt: skip
    registry = ("cremation-csv/1", "police-fixed/1", "death-certificate-jsonl/1")
    return [
        *((feed, layout, division, "") for feed, layout in by_county for division in parameters.COUNTIES),
        *(("civil_registry", layout, parameters.CITY, "") for layout in registry),
    ]
