"""The site's parameters as CSV files: what the city's divisions, rules and senders are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from fundwatch.site import FILES
from simulator import clock, parameters
from simulator.entities import cast
from simulator.entities.employers import COUNTY_NAMES
from simulator.feeds import accounts, statements
from simulator.feeds.plants.accounts import Registered, registered
from simulator.outbox import csv_bytes, money_text
from simulator.site import rules
from simulator.site.thresholds import threshold_rows
from simulator.span import Span

_ENGLISH = (
    "Sartu District",
    "Longfeng District",
    "Ranghulu District",
    "Honggang District",
    "Datong District",
)
# Form, line, Chinese, English; said to be of the example, so that nobody takes them for an office's own.
_FORM_HEAD = (
    ("", "制定机关", "示例市人力资源和社会保障局", "Example City human resources and social security bureau"),
    ("", "批准机关", "示例市统计局", "Example City statistics bureau"),
    ("", "批准文号", "示统制〔2023〕1号", "Example [2023] No. 1"),
    ("", "有效期至", "2026年12月", "December 2026"),
    ("", "填报单位", "示例市社会保险事业中心", "Example City social insurance centre"),
    ("", "联系电话", "0459-0000000", "0459-0000000"),
)
_EXAMPLE_MONTHS = ("2023-07", "2024-12")
_EXAMPLE_PERSONS = 3_000
_EVENTS = (("error_list_out", 1, 15), ("error_list_due", 2, 15))
_FILE_DUE_DAY = 10


def write_site(
    folder: Path,
    *,
    span: Span,
    reported: dict[str, int],
    whitelist: Sequence[tuple[str, str, str, str]] = (),
    register: Mapping[str, Registered] | None = None,
    closings: Mapping[tuple[int, str], int] | None = None,
    declares: bool = False,
) -> list[Path]:
    """Write all files of a site.

    ``reported`` is the officially reported number insured by division, ``whitelist`` the accounts that
    several may share, ``register`` what is registered of the funds' accounts, ``closings`` what each bank
    statement closes with, by month and account. A city whose employers declare no bases to us
    (``declares``) asks them for no documents either: they would all be missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    register = register or registered(span, is_planted=False)
    files = _rows(span, reported, whitelist, register, closings or {})
    if declares:
        files["base_documents"] = rules.base_documents()
    for name, rows in files.items():
        path = folder / f"{name}.csv"
        path.write_bytes(csv_bytes(FILES[name], rows, encoding="utf-8"))
        written.append(path)
    return written


def write_example_site(folder: Path) -> list[Path]:
    """Write the example site that ships with the project (``fundwatch/example_site``)."""
    first, last = (clock.month_number(month) for month in _EXAMPLE_MONTHS)
    span = Span(tuple(clock.month_text(month) for month in range(first, last + 1)), seed=0)
    counties = dict.fromkeys(parameters.COUNTIES, _EXAMPLE_PERSONS)
    city = {parameters.CITY: _EXAMPLE_PERSONS * len(counties)}
    # A line that shows how a statement is registered.
    closings = {(span.first, accounts.account_no(0, parameters.SCHEMES[0], "income")): 0}
    return write_site(folder, span=span, reported={**counties, **city}, closings=closings, declares=True)


def _rows(
    span: Span,
    reported: dict[str, int],
    whitelist: Sequence[tuple[str, str, str, str]],
    register: Mapping[str, Registered],
    closings: Mapping[tuple[int, str], int],
) -> dict[str, Iterable[Sequence[object]]]:
    feeds = sorted({feed for feed, *_ in _senders()})
    return {
        "divisions": _divisions(),
        "average_wages": rules.average_wages(span),
        "contribution_limits": rules.limits(span),
        "contribution_rates": rules.rates(),
        "contribution_deadlines": [
            (parameters.PROVINCE, scheme, 0, 25) for scheme in parameters.MONTHLY_SCHEMES
        ],
        "retirement_ages": rules.retirement_ages(),
        "accounts": [
            (
                number,
                division,
                fund,
                kind,
                bank,
                "2015-01-05",
                register[number].closed_on,
                register[number].agreement_no,
                register[number].inspected_on,
            )
            for number, division, fund, kind, bank in accounts.register()
        ],
        "account_whitelist": whitelist,
        "targets": _targets(span, reported),
        "code_map": [("production", "AAE140", "11", "110", "", "")],
        "column_map": [("production", "AC01", "AAE135", "AAC002")],
        "thresholds": threshold_rows(),
        "calendar": [*_EVENTS, *((f"file_due:{feed}", 1, _FILE_DUE_DAY) for feed in feeds)],
        "mortality": _mortality(),
        "senders": _senders(),
        "working_days": [],
        "statement_register": _statement_register(closings),
        "base_rules": rules.base_rules(),
        "form_head": [(*line, "", "") for line in _FORM_HEAD],
    }


def _divisions() -> list[tuple[str, ...]]:
    counties = zip(parameters.COUNTIES, COUNTY_NAMES, _ENGLISH, strict=True)
    return [
        (parameters.PROVINCE, "黑龙江省", "Heilongjiang Province", "province", ""),
        (parameters.CITY, "大庆市", "Daqing City", "city", parameters.PROVINCE),
        *((code, chinese, english, "county", parameters.CITY) for code, chinese, english in counties),
    ]


def _targets(span: Span, reported: dict[str, int]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
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
        for age, rate in zip(ages, cast.mortality(ages, np.full(111, sex == 1)), strict=True)
    ]


def _statement_register(closings: Mapping[tuple[int, str], int]) -> list[tuple[str, ...]]:
    """Return a line for each statement: two banks send them electronically, the third one on paper."""
    banks = {number: accounts.BANKS.index(bank) for number, *_, bank in accounts.register()}
    return [
        (
            number, clock.month_text(month), "stamped" if banks[number] == 0 else "electronic",
            f"DZ{clock.month_code(month)}{number[-12:]}", clock.day_text(clock.day_in(month + 1, 4)),
            "statements-clerk", money_text(cents),
        )
        for (month, number), cents in sorted(closings.items())
    ]  # fmt: skip


def _senders() -> list[tuple[str, ...]]:
    by_county = (
        ("tax", "tax-voucher-csv/1"), ("tax", "treasury-receipt-csv/1"),
        *(("bank", layout) for layout in statements.FORMATS), ("bank", "payment-return-csv/1"),
        ("finance", "deposit-journal-csv/1"), ("finance", "trial-balance-csv/1"),
    )  # fmt: skip
    registry = ("cremation-csv/1", "police-fixed/1", "death-certificate-jsonl/1")
    return [
        *((feed, layout, division, "") for feed, layout in by_county for division in parameters.COUNTIES),
        *(("civil_registry", layout, parameters.CITY, "") for layout in registry),
    ]
