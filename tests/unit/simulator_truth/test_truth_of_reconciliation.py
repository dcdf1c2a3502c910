"""The planted errors of reconciliation equal what plain Python finds between the parties' files."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from fundwatch.numbers import identity
from tests.oracle.records import records
from tests.unit.simulator_truth.planted_city import CENT, LAST, MONTHS, select, site, truth, yuan


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
    firms = {row["AAB001"]: row["AAB030"] for row in select(city, "AB01", month)}
    people = {row["AAC001"]: identity.normalise(row["AAC002"]) for row in select(city, "AC01", month)}
    sums: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    rows = {row["AAZ223"]: row for row in select(city, "AC43", month)}
    for row in rows.values():
        if row["AAE002"] == booked and row["AAE078"] == 1:
            payer = firms[row["AAB001"]] if row["AAB001"] else people[row["AAC001"]]
            sums[payer, row["AAE140"], row["AAE003"]] += yuan(row["AAE080"]) + yuan(row["AAE082"])
    for row in select(city, "AB07", month):
        if row["AAE002"] == booked and row["AAE078"] == 1:
            sums[firms[row["AAB001"]], row["AAE140"], row["AAE003"]] += yuan(row["AAE080"])
    return sums


@pytest.mark.parametrize("month", MONTHS)
def test_tax_and_agency_agree_to_the_cent_except_where_planted(city, month):
    (tax, _), agency = _tax(city, month), _agency(city, month)
    booked = Counter(
        (tax.get(k), agency.get(k)) for k in tax.keys() | agency.keys() if tax.get(k) != agency.get(k)
    )
    planted = [item for item in truth(city, "arrival_review", month)[0] if item["month"] == month]
    recorded = Counter(
        (
            Decimal(item["amount_a"]) if item["status"] != "agency_only" else None,
            Decimal(item["amount_b"]) if item["status"] in ("agency_only", "amount_differs") else None,
        )
        for item in planted
    )
    assert booked == recorded
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
    rows = select(city, "AC43")
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
        for item in truth(city, "outstanding_items", month)[0]:
            items[item["account_no"]] += Decimal(item["amount"])
        assert items, month
        strangers = {i["account_no"] for i in truth(city, "account_rules", month)[0]
                     if i["status"] == "unregistered_account"}  # fmt: skip
        rests = {number: bank[number] - books[number] for number in bank.keys() | books.keys()}
        assert {n: r for n, r in rests.items() if r and n not in strangers} == {
            number: amount for number, amount in items.items() if amount
        }


def test_trial_balances_are_kept_from_the_journals_and_close_the_year(city):
    wrong = {
        (LAST, item["division"], item["scheme"]): item["party_a"] for item in truth(city, "fund_identity")[0]
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
    planted = [item for month in MONTHS[-2:] for item in truth(city, check, month)[0]]
    assert {item["status"] for item in planted} >= RECONCILIATION[check]


def test_last_month_has_no_statement_that_keeps_it_from_being_approved(city):
    planted, _ = truth(city, "balance_statement")
    assert {item["status"] for item in planted} == {"old_items"}


def test_register_has_each_statement_with_the_balance_it_closes_with(city):
    entries = site(city, "statement_register")
    accounts = {row["account_no"] for row in site(city, "accounts")}
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
    assert why in {item["why"] for item in truth(city, check)[1]}


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
    outstanding = {item["account_no"] for item in truth(city, "outstanding_items", "2024-03")[0]}
    for number, (amount, balance) in earned.items():
        if number not in outstanding:
            assert abs(amount - balance * Decimal("0.0005")) <= CENT, number
