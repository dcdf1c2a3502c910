"""The oracle's arrival review and cases: what is raised, and what is not."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.oracle import arrival_review
from tests.oracle.crosschecks import points
from tests.oracle.crosschecks.points import Point
from tests.oracle.events import death_events
from tests.oracle.names import match_class
from tests.oracle.production import City
from tests.oracle.tiny import (
    CONTRIBUTION,
    EMPLOYER,
    ENROLMENT,
    ENTITLEMENT,
    MONTH,
    PAYMENT,
    PERSON,
    tiny_city,
    write_file,
)

NUMBER = "11010519491231002X"
KNOWN = PERSON | {"AAC002": NUMBER}
BASIC = {"AB01": [EMPLOYER], "AC01": [KNOWN], "AC02": [ENROLMENT], "AC43": [CONTRIBUTION]}
VOUCHER_HEADER = (
    "voucher_no,taxpayer_no,taxpayer_name,person_id_number,scheme,month_from,month_to,kind,base,rate,"
    "amount,collected_on,treasury_on,original_voucher_no,division"
)


def with_vouchers(city: City, *vouchers: tuple[str, str, str, str, str], sequence: int = 1) -> City:
    lines = [VOUCHER_HEADER]
    for number, taxpayer, kind, amount, original in vouchers:
        person = taxpayer if kind == "flexible" else ""
        payer = "" if person else taxpayer
        lines.append(
            f"{number},{payer},,{person},110,202406,202406,{kind},,,{amount},20240610,,{original},230602"
        )
    total = sum(Decimal(voucher[3]) for voucher in vouchers)
    write_file(
        city.folder, "tax", f"v{sequence}.csv", "\n".join(lines).encode(), file_format="tax-voucher-csv/1",
        rows=len(vouchers), amount_total=str(total), sequence=sequence,
    )  # fmt: skip
    return city


def with_certificates(city: City, *events: tuple[str, str, str, str], month: str = MONTH) -> City:
    lines = [
        json.dumps(
            {
                "id": event_id,
                "action": action,
                "deceased": {"name": name, "idNumber": NUMBER},
                "death": {"date": died, "precision": "D"},
            }
        )
        for event_id, action, name, died in events
    ]
    write_file(
        city.folder, "civil_registry", f"d{month}.jsonl", "\n".join(lines).encode(),
        file_format="death-certificate-jsonl/1", rows=len(lines), month=month,
    )  # fmt: skip
    return city


def raised(city: City, rule: str) -> list[Point]:
    return list(points(city, MONTH, rules=[rule]).values())


def review(city: City) -> dict:
    return {key: (row.status, row.amount_tax) for key, row in arrival_review(city, MONTH).items()}


def test_arrival_matches_to_the_cent_when_a_refund_is_netted(tmp_path: Path) -> None:
    credit = EMPLOYER["AAB030"]
    city = with_vouchers(
        tiny_city(tmp_path, BASIC),
        ("V1", credit, "employer", "1000.00", ""),
        ("V2", credit, "employee", "300.00", ""),
        ("V3", "", "refund", "-100.00", "V1"),
        ("V4", credit, "late_fee", "7.00", ""),
    )
    assert review(city) == {("E1", "110", "2024-06"): ("matched", Decimal("1200.00"))}


def test_arrival_stands_on_one_side_when_the_number_is_unknown(tmp_path: Path) -> None:
    city = with_vouchers(tiny_city(tmp_path, BASIC), ("V1", "9X", "employer", "5.00", ""))
    assert review(city) == {
        ("9X", "110", "2024-06"): ("unknown_payer", Decimal("5.00")),
        ("E1", "110", "2024-06"): ("agency_only", Decimal("0.00")),
    }


def test_arrival_review_waits_for_the_month_when_no_voucher_file_arrived(tmp_path: Path) -> None:
    assert review(tiny_city(tmp_path, BASIC)) == {}


def test_voucher_of_a_flexible_person_is_joined_by_number(tmp_path: Path) -> None:
    tables = BASIC | {"AC43": [CONTRIBUTION | {"AAB001": None}]}
    city = with_vouchers(tiny_city(tmp_path, tables), ("V1", "110105491231002", "flexible", "1200.01", ""))
    assert review(city) == {("P1", "110", "2024-06"): ("amount_differs", Decimal("1200.01"))}


def test_later_file_counts_when_a_voucher_is_sent_twice(tmp_path: Path) -> None:
    city = with_vouchers(tiny_city(tmp_path, BASIC), ("V1", EMPLOYER["AAB030"], "employer", "1.00", ""))
    with_vouchers(city, ("V1", EMPLOYER["AAB030"], "employer", "1200.00", ""), sequence=2)
    assert review(city) == {("E1", "110", "2024-06"): ("matched", Decimal("1200.00"))}


def test_payment_after_death_is_raised_without_the_grant(tmp_path: Path) -> None:
    months = {"1": "202404", "2": "202405", "3": "202406"}
    payments = [PAYMENT | {"AAZ220": key, "AAE003": month} for key, month in months.items()]
    items = [
        {"AAZ220": "2", "AAA036": "101", "AAE019": 3000},
        {"AAZ220": "3", "AAA036": "101", "AAE019": 3000},
        {"AAZ220": "3", "AAA036": "501", "AAE019": 900},
    ]
    tables = BASIC | {"AC60": [ENTITLEMENT], "AC82": payments, "AC83": items}
    city = with_certificates(tiny_city(tmp_path, tables), ("H1", "create", "张 偉", "2024-04-30"))
    [case] = raised(city, "paid_after_death")
    assert (case.match_class, case.months, case.amount) == ("A", 2, Decimal(6000))
    assert (case.first, case.last, case.divisions) == ("2024-05", "2024-06", {"230602"})


@pytest.mark.parametrize(
    ("second", "count"),
    [
        (("H1", "revoke", "张伟", "2024-04-30"), 0),
        (("H1", "correct", "张伟", "2024-06-02"), 0),
        (("H1", "correct", "张伟", "2024-05-02"), 1),
        (("H2", "revoke", "张伟", "2024-04-30"), 1),
    ],
)
def test_death_chain_applies_in_order(tmp_path: Path, second: tuple[str, str, str, str], count: int) -> None:
    tables = BASIC | {"AC60": [ENTITLEMENT], "AC82": [PAYMENT]}
    city = with_certificates(
        tiny_city(tmp_path, tables), ("H1", "create", "张伟", "2024-04-30"), month="2024-05"
    )
    assert len(raised(with_certificates(city, second), "paid_after_death")) == count


def two_ids(months: tuple[str, ...], scheme: str = "110", name: str = "张伟") -> dict:
    other = {"AAC001": "P2", "AAE140": scheme}
    enrolment = ENROLMENT | other | {"AAZ159": "2", "AAB301": "230603", "AAC030": "20220101"}
    mine = [CONTRIBUTION | {"AAZ223": f"a{month}", "AAE003": month, "AAE140": scheme} for month in months]
    theirs = [
        CONTRIBUTION | other | {"AAZ223": f"b{month}", "AAE003": month, "AAE080": 1.0} for month in months
    ]
    return {
        "AB01": [EMPLOYER],
        "AC01": [KNOWN, KNOWN | {"AAC001": "P2", "AAC003": name, "AAC002": "110105491231002"}],
        "AC02": [ENROLMENT | {"AAE140": scheme}, enrolment],
        "AC43": mine + theirs,
    }


def test_duplicate_enrolment_is_raised_with_the_later_enrolment(tmp_path: Path) -> None:
    city = tiny_city(tmp_path, two_ids(("202306", "202307", "202404")))
    [case] = raised(city, "duplicate_enrolment")
    assert (case.person, case.other, case.scheme) == ("P1", "P2", "110")
    assert (case.months, case.amount, case.divisions) == (2, Decimal(802), {"230603"})


@pytest.mark.parametrize(
    ("months", "scheme", "name"),
    [
        (("202405",), "110", "张伟"),
        (("202306", "202405"), "110", "张伟"),
        (("202404", "202405"), "410", "张伟"),
        (("202404", "202405"), "110", "王芳"),
    ],
)
def test_duplicate_enrolment_is_not_raised(
    tmp_path: Path, months: tuple[str, ...], scheme: str, name: str
) -> None:
    assert raised(tiny_city(tmp_path, two_ids(months, scheme, name)), "duplicate_enrolment") == []


@pytest.mark.parametrize(
    ("name", "called", "expected"),
    [
        ("張偉", "张　伟", "A"),
        ("买买提·艾力", "买买提艾力", "A"),
        ("张伟", "章炜", "B"),
        ("张伟", "张伟明", "B"),
        ("欧阳晓明", "欧阳小光", ""),
        ("欧阳晓明", "欧阳晓光", "B"),
        ("张伟", "张芳", ""),
        ("张伟", None, ""),
        ("张˙伟", "张。伟", "A"),
        ("张\ue81a", "张\u3473", "A"),
        ("张\ufe00伟", "张伟", "A"),
        ("张?", "张伟", "B"),
        ("不详", "不详", ""),
        ("张", "张伟", ""),
    ],
)
def test_match_class_grades_names_under_one_number(name: str, called: str | None, expected: str) -> None:
    assert match_class(NUMBER, name, "110105491231002", called) == expected


def test_match_class_is_none_when_the_number_is_invalid() -> None:
    assert match_class("123", "张伟", "123", "张伟") == ""


def with_cremations(city: City, division: str, *rows: str, month: str) -> City:
    header = "source_event_id,event_type,name,sex,id_number,birth_date,death_date,cremated_on,certificate_no"
    lines = [f"{header},division", *(f"1,{row},,{division}" for row in rows)]
    write_file(
        city.folder, "civil_registry", f"c{division}{month}.csv", "\n".join(lines).encode(),
        file_format="cremation-csv/1", rows=len(rows), month=month, sequence=1 + (division > "230602"),
    )  # fmt: skip
    return city


def test_chain_of_another_person_is_its_own_when_offices_number_alike(tmp_path: Path) -> None:
    city = tiny_city(tmp_path, BASIC)
    with_cremations(city, "230602", "create,周一,1,A,,2024-03-12,2024-03-15", month="2024-05")
    with_cremations(city, "230603", "create,吴二,1,B,,2024-03-12,2024-03-15", month="2024-05")
    assert {event.name for event in death_events(city, MONTH)} == {"周一", "吴二"}
    with_cremations(city, "230602", "revoke,郑三,1,C,,2024-03-12,2024-03-15", month=MONTH)
    with_cremations(city, "230603", "correct,吴二二,1,B,,2024-03-13,2024-03-15", month=MONTH)
    assert {event.name for event in death_events(city, MONTH)} == {"吴二二"}
