"""The oracle's indicators, on cities small enough to count by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.oracle import indicators
from tests.oracle.tiny import (
    CONTRIBUTION,
    DIVISIONS,
    EMPLOYER,
    ENROLMENT,
    ENTITLEMENT,
    MONTH,
    PAYMENT,
    PERSON,
    tiny_city,
)

BASIC = {"AB01": [EMPLOYER], "AC01": [PERSON], "AC02": [ENROLMENT], "AC43": [CONTRIBUTION]}


def figure(values: dict, indicator: str, division: str = "230602", scheme: str = "110") -> object:
    return values[MONTH, division, scheme, "", indicator]


def test_indicators_give_every_cell_zeros_included(tmp_path: Path) -> None:
    values = indicators(tiny_city(tmp_path, BASIC), MONTH)
    cells = {(division, scheme) for _, division, scheme, _, _ in values}
    assert cells == {(row["division"], scheme) for row in DIVISIONS for scheme in ("110", "ALL")}
    assert figure(values, "contributions_due", "230603") == 0
    assert figure(values, "collection_rate", "230603") is None


def test_insured_workers_count_once_in_city_and_all_when_enrolled_twice(tmp_path: Path) -> None:
    second = ENROLMENT | {"AAZ159": "2", "AAB001": None, "AAC066": "12", "AAB301": "230603"}
    values = indicators(tiny_city(tmp_path, BASIC | {"AC02": [ENROLMENT, second]}), MONTH)
    assert figure(values, "insured_workers", "230602") == figure(values, "insured_workers", "230603") == 1
    assert figure(values, "insured_workers", "230600") == 1
    assert figure(values, "cross_division_duplicates", "230600", "ALL") == 1


def test_insured_workers_leave_out_the_retired_when_medical_follows_the_pension(tmp_path: Path) -> None:
    medical = ENROLMENT | {"AAZ159": "2", "AAE140": "310"}
    paid = CONTRIBUTION | {"AAZ223": "2", "AAE140": "310"}
    tables = BASIC | {"AC02": [ENROLMENT, medical], "AC43": [paid], "AC60": [ENTITLEMENT]}
    values = indicators(tiny_city(tmp_path, tables), MONTH)
    assert figure(values, "insured_workers", scheme="310") == 0
    assert figure(values, "insured_retirees", scheme="310") == 1
    assert figure(values, "insured_retirees", scheme="ALL") == 1
    assert figure(values, "dependency_ratio") == 0


def test_orphan_contribution_counts_nowhere(tmp_path: Path) -> None:
    orphan = CONTRIBUTION | {"AAB001": "E9"}
    values = indicators(tiny_city(tmp_path, BASIC | {"AC43": [orphan]}), MONTH)
    assert figure(values, "contributions_received", "230000", "ALL") == 0
    assert figure(values, "insured_workers") == 0


def test_repeated_key_counts_the_latest_handled_then_the_last_landed(tmp_path: Path) -> None:
    early = CONTRIBUTION | {"AAE036": "20240601", "AAE080": 1.0}
    late = CONTRIBUTION | {"AAE036": "20240605", "AAE080": 800.0}
    values = indicators(tiny_city(tmp_path, BASIC | {"AC43": [late, early]}), MONTH)
    assert figure(values, "contributions_received") == Decimal(1200)


def test_received_is_split_by_the_month_paid_for(tmp_path: Path) -> None:
    back = CONTRIBUTION | {"AAZ223": "2", "AAE003": "202405"}
    advance = CONTRIBUTION | {"AAZ223": "3", "AAE003": "202407"}
    back_payment = CONTRIBUTION | {"AAZ223": "4", "AAA115": "31"}
    true_up = CONTRIBUTION | {"AAZ223": "6", "AAA115": "32", "AAE080": -100.0, "AAE082": 0.0}
    unreal = CONTRIBUTION | {"AAZ223": "5", "AAE003": "202413"}
    rows = [CONTRIBUTION, back, advance, back_payment, true_up, unreal]
    values = indicators(tiny_city(tmp_path, BASIC | {"AC43": rows}), MONTH)
    assert figure(values, "contributions_received_current") == Decimal(1200)
    assert figure(values, "contributions_received_back") == Decimal(2300)
    assert figure(values, "contributions_received_advance") == Decimal(1200)
    assert figure(values, "contributions_received") == Decimal(4700)
    assert figure(values, "arrears_cleared") == Decimal(1200)
    assert figure(values, "contributions_due") == Decimal(1200)


def test_arrears_do_not_net_between_months_and_leave_the_flexible_out(tmp_path: Path) -> None:
    owing = CONTRIBUTION | {"AAZ223": "2", "AAE003": "202405", "AAE078": 0}
    overpaid = CONTRIBUTION | {"AAZ223": "3", "AAE003": "202404", "AAE080": 9000.0}
    flexible = {"AAZ223": "4", "AAC001": "P1", "AAB001": None, "AAE140": "390"}
    tables = BASIC | {
        "AC02": [ENROLMENT, ENROLMENT | {"AAZ159": "9", "AAB001": None, "AAE140": "390", "AAC066": "13"}],
        "AC43": [CONTRIBUTION, owing, overpaid, CONTRIBUTION | flexible | {"AAE078": 0}],
    }
    values = indicators(tiny_city(tmp_path, tables), MONTH)
    assert figure(values, "arrears", scheme="ALL") == Decimal(1200)


def test_year_to_date_counts_persons_once_and_sums_money(tmp_path: Path) -> None:
    before = PAYMENT | {"AAZ220": "2", "AAE002": "202405", "AAE003": "202405"}
    last_year = PAYMENT | {"AAZ220": "3", "AAE002": "202312", "AAE003": "202312"}
    cash = PAYMENT | {"AAZ220": "4", "AAE145": "9", "AAE019": 1000.0}
    pending = PAYMENT | {"AAZ220": "5", "AAE117": 0}
    tables = BASIC | {"AC60": [ENTITLEMENT], "AC82": [PAYMENT, before, last_year, cash, pending]}
    values = indicators(tiny_city(tmp_path, tables), MONTH)
    assert figure(values, "benefits_paid_ytd") == Decimal(7000)
    assert figure(values, "beneficiaries_paid_ytd") == 1
    assert figure(values, "socialised_payment_rate") == Decimal(75)
    assert figure(values, "payment_rate") == Decimal("57.14")


def test_dialect_schemes_map_before_the_code_table_lists_them(tmp_path: Path) -> None:
    dialect = {"AAE140": "11"}
    site = {
        "code_map": [{"source": "production", "class": "AAE140", "raw": "11", "standard": "110"}],
    }
    tables = BASIC | {
        "AA10": [{"AAA100": "AAE140", "AAA102": "11", "AAA103": "企业养老"}],
        "AC02": [ENROLMENT | dialect],
        "AC43": [CONTRIBUTION | dialect],
    }
    values = indicators(tiny_city(tmp_path, tables, site=site), MONTH)
    assert figure(values, "insured_workers") == 1
