"""The planted truth of a simulated city equals what plain Python finds in its files."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from fundwatch.numbers import credit, identity
from simulator import simulate
from simulator.parameters import CITY
from tests.oracle.records import records
from tests.oracle.rules import RULES, rule_results
from tests.oracle.truth import is_plantable, planted_failures

MONTHS = ("2023-11", "2023-12", "2024-01", "2024-02", "2024-03", "2024-04", "2024-05")
LAST = MONTHS[-1]
CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("truth") / "city"
    simulate(out=out, months=MONTHS, persons=1000, seed=11, plants=1)
    return out


def _select(city: Path, table: str, month: str = LAST) -> list[dict[str, object]]:
    connection = sqlite3.connect(city / f"production-{month}.db")
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute(f"select * from {table}")]
    connection.close()
    return rows


def _truth(city: Path, rule: str, month: str = LAST) -> tuple[list[dict], list[dict]]:
    truth = json.loads((city / "truth" / f"{rule}.json").read_text())
    return [item for item in truth["planted"] if _stands(item, month)], truth["decoys"]


def _stands(item: dict, month: str) -> bool:
    return item["first_month"] <= month <= (item.get("last_month") or month)


def _site(city: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((city / "site" / f"{name}.csv").read_text().splitlines()))


def _yuan(value: object) -> Decimal:
    return Decimal(str(value)).quantize(CENT)


@pytest.mark.parametrize("month", [MONTHS[0], LAST])
def test_planted_numbers_are_exactly_the_invalid_ones(city, month):
    planted, decoys = _truth(city, "AC01-1", month)
    found = {
        row["AAC001"]
        for row in _select(city, "AC01", month)
        if row["AAC058"] == "01"
        and row["AAC002"] not in (None, "", "NULL")
        and not identity.is_valid(row["AAC002"])
    }
    assert found == {item["key"] for item in planted}
    assert len({item["why"] for item in decoys}) == 4
    assert not found & {item["key"] for item in decoys}


def test_planted_tax_numbers_are_exactly_the_invalid_ones(city):
    planted, _ = _truth(city, "AB01-1")
    found = {row["AAB001"] for row in _select(city, "AB01") if not credit.is_valid(row["AAB030"])}
    assert found == {item["key"] for item in planted} != set()


def _outside(city: Path) -> Iterator[object]:
    wages = {(row["wage_kind"], row["year"]): row for row in _site(city, "average_wages")}
    limits = [row for row in _site(city, "contribution_limits") if row["scheme"] in ("110", "120")]
    for row in _select(city, "AC43"):
        month = f"{row['AAE003'][:4]}-{row['AAE003'][4:]}"
        for limit in limits:
            in_force = limit["valid_from"] <= month <= limit["valid_to"]
            if limit["scheme"] == row["AAE140"] and in_force:
                bounds = [(Decimal(limit["floor"]), Decimal(limit["cap"]))]
                if month < wages[limit["wage_kind"], limit["wage_year"]]["published_month"]:
                    before = wages[limit["wage_kind"], str(int(limit["wage_year"]) - 1)]
                    wage = Decimal(before["monthly_wage"])
                    bounds.append((Decimal(limit["floor_ratio"]) * wage, Decimal(limit["cap_ratio"]) * wage))
                base = _yuan(row["AAE180"])
                if all(not low - CENT <= base <= high + CENT for low, high in bounds):
                    yield row["AAZ223"]


def test_planted_bases_are_exactly_those_outside_the_limits(city):
    planted, decoys = _truth(city, "AC43-5")
    found = set(_outside(city))
    assert found == {item["key"] for item in planted} != set()
    assert len({item["why"] for item in decoys}) >= 5
    assert not found & {item["key"] for item in decoys}


def test_dues_follow_from_base_and_rate_except_where_planted(city):
    rates = {
        (row["scheme"], row["identity"], row["risk_class"]): row
        for row in _site(city, "contribution_rates")
        if not row["valid_to"]
    }
    risk = {row["AAB001"]: row["AAA149"] for row in _select(city, "AB01")}
    dual = {(row["AAB001"], row["AAE140"]) for row in _select(city, "AB02") if row["AAB033"] == "01"}
    found = set()
    for row in _select(city, "AC43"):
        scheme, firm = row["AAE140"], row["AAB001"]
        if scheme in ("170", "390"):
            continue
        rate = rates[scheme, "11" if firm else "12", risk[firm] if scheme == "410" else ""]
        person, employer = (
            (_yuan(row["AAE180"]) * Decimal(rate[f"{who}_rate"])).quantize(CENT, ROUND_HALF_UP)
            for who in ("person", "employer")
        )
        employer = Decimal(0) if (firm, scheme) in dual else employer
        if (person, employer) != (_yuan(row["AAE022"]), _yuan(row["AAE020"])):
            found.add(row["AAZ223"])
    planted, _ = _truth(city, "AC43-6")
    assert found == {item["key"] for item in planted} != set()


@pytest.mark.parametrize("month", [MONTHS[0], LAST])
def test_planted_failures_are_exactly_those_a_plain_reading_of_the_rules_finds(city, month):
    rule_ids = [rule_id for rules in RULES.values() for rule_id in rules if is_plantable(rule_id)]
    expected = planted_failures(city, rule_ids, month, city=CITY)
    found = {
        (division, rule_id): failed
        for (_, division, _, rule_id), (_, failed) in rule_results(city, month).items()
        if failed
    }
    assert len(expected) > 100
    assert found == expected


def test_every_rule_that_can_be_is_planted_in_every_county(city):
    counties = {row["division"] for row in _site(city, "divisions") if row["level"] == "county"}
    lacking = set()
    for rule_id in (rule_id for rules in RULES.values() for rule_id in rules if is_plantable(rule_id)):
        truth = json.loads((city / "truth" / f"{rule_id}.json").read_text())["planted"]
        assert truth
        lacking |= {rule_id} if counties - {item["division"] for item in truth} else set()
    # Items have no county; and in a city this small not every county has a returned payment to choose.
    assert {"AC61-1"} <= lacking <= {"AC61-1", "AC82-4"}


def _tax(city: Path, month: str) -> tuple[dict[tuple[str, str, str], Decimal], Counter]:
    """Net the month's vouchers per payer as written, scheme and month paid for; count kinds."""
    known, sums, kinds = {}, defaultdict(Decimal), Counter()
    for path in sorted((city / "inbox" / "tax").glob(f"tax-voucher*{month}*.csv")):
        for row in csv.DictReader(path.read_bytes().decode("gb18030").splitlines()):
            known[row["voucher_no"]] = row
            kinds[row["kind"]] += 1
    for row in known.values():
        if row["kind"] != "late_fee":
            of = known[row["original_voucher_no"]] if row["kind"] == "refund" else row
            payer = of["taxpayer_no"] or of["person_id_number"]
            sums[payer, of["scheme"], of["month_from"]] += Decimal(row["amount"])
    return sums, kinds


def _agency(city: Path, month: str) -> dict[tuple[str, str, str], Decimal]:
    booked = month.replace("-", "")
    firms = {row["AAB001"]: row["AAB030"] for row in _select(city, "AB01", month)}
    people = {row["AAC001"]: identity.normalise(row["AAC002"]) for row in _select(city, "AC01", month)}
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    rows = {row["AAZ223"]: row for row in _select(city, "AC43", month)}
    for row in rows.values():
        if row["AAE002"] == booked and row["AAE078"] == 1:
            payer = firms[row["AAB001"]] if row["AAB001"] else people[row["AAC001"]]
            sums[payer, row["AAE140"], row["AAE003"]] += _yuan(row["AAE080"]) + _yuan(row["AAE082"])
    for row in _select(city, "AB07", month):
        if row["AAE002"] == booked and row["AAE078"] == 1:
            sums[firms[row["AAB001"]], row["AAE140"], row["AAE003"]] += _yuan(row["AAE080"])
    return sums


@pytest.mark.parametrize("month", MONTHS)
def test_tax_and_agency_agree_to_the_cent_except_where_planted(city, month):
    (tax, _), agency = _tax(city, month), _agency(city, month)
    found = Counter(
        (tax.get(k), agency.get(k)) for k in tax.keys() | agency.keys() if tax.get(k) != agency.get(k)
    )
    planted = [item for item in _truth(city, "arrival_review", month)[0] if item["month"] == month]
    recorded = Counter(
        (
            Decimal(item["amount_a"]) if item["status"] != "agency_only" else None,
            Decimal(item["amount_b"]) if item["status"] in ("agency_only", "amount_differs") else None,
        )
        for item in planted
    )
    assert found == recorded
    assert {item["status"] for item in planted} == {
        "tax_only",
        "agency_only",
        "amount_differs",
        "unknown_payer",
    }


def test_vouchers_come_in_every_kind(city):
    kinds = sum((_tax(city, month)[1] for month in MONTHS), Counter())
    assert set(kinds) == {"employer", "employee", "flexible", "late_fee", "refund"}


def test_flexible_persons_pay_ahead_and_newcomers_pay_back(city):
    rows = _select(city, "AC43")
    assert any(row["AAE003"] > row["AAE002"] and row["AAE140"] == "110" for row in rows)
    assert any(row["AAA115"] == "31" and row["AAE003"] < row["AAE002"] for row in rows)


def _balances(city: Path, month: str) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Give what the statements and the journals move in a month, by account; openings count in the books."""
    bank, books = defaultdict(Decimal), defaultdict(Decimal)
    for path in (city / "inbox" / "bank").glob("*.manifest.json"):
        manifest = json.loads(path.read_text())
        if manifest["format"] != "payment-return-csv/1" and manifest["month"] == month:
            data = path.with_name(path.name.removesuffix(".manifest.json")).read_bytes()
            for row in (record.fields for record in records(manifest["format"], manifest["encoding"], data)):
                sign = 1 if row["direction"] == "C" else -1
                bank[row["account_no"]] += sign * Decimal(row["amount"])
    for path in (city / "inbox" / "finance").glob(f"deposit-journal*{month}-1.csv"):
        for row in csv.DictReader(path.read_text().splitlines()):
            if row["counter_kind"] != "opening":
                books[row["account_no"]] += Decimal(row["debit"]) - Decimal(row["credit"])
    return bank, books


def test_bank_and_books_differ_by_the_items_of_the_truth_alone(city):
    """Of the months together, as items over a month's end come and go; each has some."""
    bank, books = Counter(), Counter()
    for month in MONTHS:
        moved = _balances(city, month)
        bank.update(moved[0])
        books.update(moved[1])
        items = Counter()
        for item in _truth(city, "outstanding_items", month)[0]:
            items[item["account_no"]] += Decimal(item["amount"])
        assert items, month
        strangers = {i["account_no"] for i in _truth(city, "account_rules", month)[0]
                     if i["status"] == "unregistered_account"}  # fmt: skip
        rests = {number: bank[number] - books[number] for number in bank.keys() | books.keys()}
        assert {n: r for n, r in rests.items() if r and n not in strangers} == {
            number: amount for number, amount in items.items() if amount
        }


def test_trial_balances_are_kept_from_the_journals_and_close_the_year(city):
    wrong = {
        (LAST, item["division"], item["scheme"]): item["party_a"] for item in _truth(city, "fund_identity")[0]
    }
    assert set(wrong.values()) == {"computed", "trial_balance"}
    for month in MONTHS:
        paths = list((city / "inbox" / "finance").glob(f"trial-balance*{month}-1.csv"))
        assert len(paths) == 5
        for path in paths:
            sums: dict[str, Decimal] = defaultdict(Decimal)
            for row in csv.DictReader(path.read_text().splitlines()):
                opening, debit, credit, closing = (
                    Decimal(row[name]) for name in ("opening", "debit", "credit", "closing")
                )
                assert opening + debit - credit == closing
                sums[row["fund"]] += closing
                if month.endswith("12") and row["subject_code"][0] in "45":
                    assert closing == 0
            off = {fund for fund, total in sums.items() if total}
            assert off == {fund for (at, division, fund), party in wrong.items()
                           if at == month and division in path.name and party == "computed"}  # fmt: skip


RECONCILIATION = {
    "arrival_review": {"amount_differs", "tax_only", "agency_only", "unknown_payer"},
    "four_way": {"differs"},
    "balance_statement": {"old_items", "unbalanced"},
    "account_rules": {
        "cash", "bank_fee", "between_funds", "interest_elsewhere", "income_outflow", "expenditure_inflow",
        "income_not_zero", "account_not_open", "unregistered_account", "no_agreement", "not_inspected",
    },
    "treasury_delay": {"late", "next_month", "late_next_month"},
    "payments_returned": {"confirmed_unknown", "amount_differs", "unconfirmed"},
    "fund_identity": {"differs"},
}  # fmt: skip


@pytest.mark.parametrize("check", RECONCILIATION)
def test_every_error_that_reconciliation_looks_for_is_planted(city, check):
    planted = [item for month in MONTHS[-2:] for item in _truth(city, check, month)[0]]
    assert {item["status"] for item in planted} >= RECONCILIATION[check]


def test_last_month_has_no_statement_that_keeps_it_from_being_approved(city):
    planted, _ = _truth(city, "balance_statement")
    assert {item["status"] for item in planted} == {"old_items"}


def test_register_has_each_statement_with_the_balance_it_closes_with(city):
    entries = _site(city, "statement_register")
    accounts = {row["account_no"] for row in _site(city, "accounts")}
    assert {(row["account_no"], row["month"]) for row in entries} == {
        (account, month) for account in accounts for month in MONTHS
    }
    assert {row["form"] for row in entries} == {"stamped", "electronic"}
    closing = {row["account_no"]: row["closing_balance"] for row in entries if row["month"] == LAST}
    files = (city / "inbox" / "bank").glob(f"bank-statement-csv-*{LAST}*.csv")
    stated = [row for path in files for row in csv.DictReader(path.read_text().splitlines())]
    last = {row["account_no"]: row["balance_after"] for row in stated if row["account_no"] in accounts}
    assert len(last) > 3
    assert {account: closing[account] for account in last} == last


@pytest.mark.parametrize(
    ("check", "why"),
    [
        ("treasury_delay", "ten working days, one of them a weekend day worked to make up"),
        ("account_rules", "all that came in by the same account, and no more"),
        ("account_rules", "a fee that came back"),
        ("account_rules", "an account of the same fund in another county"),
        ("account_rules", "it comes from an account that was paid"),
        ("account_rules", "on the day it was closed"),
        ("fund_identity", "the journal names another fund, the account is this one's"),
        ("payments_returned", "returned in the books, too"),
    ],
)
def test_decoys_stand_at_the_boundaries_of_reconciliation(city, check, why):
    assert why in {item["why"] for item in _truth(city, check)[1]}


def test_interest_is_reckoned_from_what_lies_on_the_account(city):
    """On the expenditure accounts, which open with half a million, and get what they pay."""
    earned = {}
    for path in (city / "inbox" / "finance").glob("deposit-journal*2024-03-1.csv"):
        opened: dict[str, Decimal] = {}
        for row in csv.DictReader(path.read_text().splitlines()):
            if row["counter_kind"] == "interest" and row["memo"] == "季度结息":
                earned[row["account_no"]] = Decimal(row["debit"]), opened[row["account_no"]]
            elif row["counter_kind"] == "opening" or row["booked_on"] < "2024-03-21":
                moved = Decimal(row["debit"]) - Decimal(row["credit"])
                opened[row["account_no"]] = opened.get(row["account_no"], Decimal(0)) + moved
    assert len({amount for amount, _ in earned.values()}) > 10
    outstanding = {item["account_no"] for item in _truth(city, "outstanding_items", "2024-03")[0]}
    for number, (amount, balance) in earned.items():
        if number not in outstanding:
            assert abs(amount - balance * Decimal("0.0005")) <= CENT, number


def test_the_planted_dead_are_paid_what_the_truth_says(city):
    planted, decoys = _truth(city, "paid_after_death")
    paid = {str(row["AAZ220"]): row for row in _select(city, "AC82") if row["AAE117"] == 1}
    assert planted
    for item in planted:
        for payment in item["payments"]:
            row = paid[payment["key"]]
            assert (row["AAC001"], row["AAE140"]) == (item["person_id"], item["scheme"])
            assert _yuan(row["AAE019"]) == Decimal(payment["amount"])
            assert row["AAE003"] == payment["for_month"].replace("-", "") > item["died"][:7].replace("-", "")
    assert not {item["person_id"] for item in planted} & {item["person_id"] for item in decoys}
    assert len({item["why"] for item in decoys}) >= 6


def test_the_planted_duplicates_contributed_in_both_enrolments(city):
    planted, decoys = _truth(city, "duplicate_enrolment")
    months = defaultdict(Counter)
    for row in _select(city, "AC43"):
        if row["AAE078"] == 1:
            months[row["AAC001"], row["AAE140"]][row["AAE003"]] += 1
    assert {item["match_class"] for item in planted} == {"A", "B"}
    for item in planted:
        first, second = item["person_id"], item["other_person_id"]
        for one in item["months"]:
            month = one["month"].replace("-", "")
            counts = [months[person, item["scheme"]][month] for person in {first, second}]
            assert sum(counts) == 2
            assert min(counts) >= 1
    assert any(item["person_id"] == item["other_person_id"] for item in planted)
    assert len({item["why"] for item in decoys}) == 9


def test_money_counts_are_as_large_as_planned(city):
    contributions = len(_select(city, "AC43"))
    assert 1000 * len(MONTHS) * 1.8 < contributions < 1000 * len(MONTHS) * 3.2


def test_counties_correct_most_of_their_errors_in_the_last_two_months(city):
    shares: dict[str, list[bool]] = defaultdict(list)
    for path in sorted((city / "truth").glob("A[BC]*-*.json")):
        for item in json.loads(path.read_text())["planted"]:
            is_corrected = item["last_month"] is not None
            if item["division"] and not path.stem.startswith(("AB01", "AC43")):
                shares[item["division"]].append(is_corrected)
            assert not is_corrected or item["last_month"] in MONTHS[-3:-1]
    corrected = [is_corrected for items in shares.values() for is_corrected in items]
    assert sum(corrected) / len(corrected) > 0.5
    best, worst = (shares[division] for division in ("230602", "230606"))
    assert sum(best) / len(best) > sum(worst) / len(worst)
