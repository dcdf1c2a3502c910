"""One account-month as camt.053, MT940 and CSV: the same entries and statements, the same checks."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion import land
from tests.integration.ingestion.support import file_of, rows_of, write_file, write_site

COLUMNS = (
    "account_no", "booked_on", "value_on", "amount", "direction", "counterparty_name",
    "counterparty_account", "reference", "purpose", "balance_after",
)  # fmt: skip
ENTRIES = (
    ("a1", "2024-06-03", "2024-06-03", "30.00", "C", "国库", "", "R1", "划转", "130.00"),
    ("a1", "2024-06-28", "2024-06-30", "150.50", "D", "代发户", "b9", "R2", "代发", "-20.50"),
)
CAMT_ENTRY = (
    '<n:Ntry><n:Amt Ccy="CNY">{amount}</n:Amt><n:CdtDbtInd>{side}</n:CdtDbtInd>'
    "<n:Sts><n:Cd>BOOK</n:Cd></n:Sts><n:BookgDt><n:Dt>{booked_on}</n:Dt></n:BookgDt>"
    "<n:ValDt><n:Dt>{value_on}</n:Dt></n:ValDt><n:NtryDtls><n:TxDtls>"
    "<n:Refs><n:EndToEndId>{reference}</n:EndToEndId></n:Refs><n:RltdPties>"
    "<n:{who}><n:Pty><n:Nm>{counterparty_name}</n:Nm></n:Pty></n:{who}>"
    "<n:{who}Acct><n:Id><n:IBAN>{counterparty_account}</n:IBAN></n:Id></n:{who}Acct></n:RltdPties>"
    "<n:RmtInf><n:Ustrd>{purpose}</n:Ustrd></n:RmtInf></n:TxDtls></n:NtryDtls></n:Ntry>\n"
)
CAMT_BALANCE = (
    "<n:Bal><n:Tp><n:CdOrPrtry><n:Cd>{code}</n:Cd></n:CdOrPrtry></n:Tp>"
    '<n:Amt Ccy="CNY">{amount}</n:Amt><n:CdtDbtInd>{side}</n:CdtDbtInd>'
    "<n:Dt><n:Dt>{day}</n:Dt></n:Dt></n:Bal>"
)


def stated(form: str, content: bytes, rows: int = 2, total: str = "-120.50") -> dict[str, Any]:
    return {"content": content, "format": form, "rows": rows, "amount_total": total}


def camt(*entries: tuple[str, ...], closing: str = "20.50") -> dict[str, Any]:
    balances = CAMT_BALANCE.format(code="OPBD", amount="100.00", side="CRDT", day="2024-06-03")
    balances += CAMT_BALANCE.format(code="CLBD", amount=closing, side="DBIT", day="2024-06-28")
    given = [dict(zip(COLUMNS, entry, strict=True)) for entry in entries]
    written = "".join(
        CAMT_ENTRY.format(
            **entry,
            side="CRDT" if entry["direction"] == "C" else "DBIT",
            who="Dbtr" if entry["direction"] == "C" else "Cdtr",
        )
        for entry in given
    )
    account = "<n:Acct><n:Id><n:Othr><n:Id>a1</n:Id></n:Othr></n:Id></n:Acct>"
    text = (
        '<n:Document xmlns:n="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><n:BkToCstmrStmt>'
        f"<n:Stmt>{account}{balances}\n{written}</n:Stmt></n:BkToCstmrStmt></n:Document>"
    )
    return stated("camt.053/1", text.encode(), len(entries))


def mt940(*entries: tuple[str, ...], closing: str = "20,50") -> dict[str, Any]:
    lines = [":20:S", ":25:a1", ":28C:6/1", ":60F:C240603CNY100,00"]
    for entry in entries:
        cells = dict(zip(COLUMNS, entry, strict=True))
        value_on, booked_on = cells["value_on"].replace("-", "")[2:], cells["booked_on"].replace("-", "")[4:]
        amount = cells["amount"].replace(".", ",")
        account = cells["counterparty_account"] and f"?31{cells['counterparty_account']}"
        lines += [
            f":61:{value_on}{booked_on}{cells['direction']}{amount}NTRF{cells['reference']}",
            f":86:166?20{cells['purpose']}{account}?32{cells['counterparty_name']}",
        ]
    text = "\n".join([*lines, f":62F:D240628CNY{closing}", "-", ""])
    return stated("mt940/1", text.encode(), len(entries))


def comma(*entries: tuple[str, ...]) -> dict[str, Any]:
    return stated("bank-statement-csv/1", file_of(COLUMNS, entries)["content"], len(entries))


@pytest.fixture
def ingest(warehouse, settings):
    """Land a bank file as June and return its state and reason."""
    write_site(settings)

    def ingested(given: dict[str, Any]) -> tuple[str, str]:
        write_file(settings, "bank", "statement", **given)
        land(warehouse, settings, month="2024-06", feeds=["bank"])
        return rows_of(warehouse, "select state, reason from ops.files")[0]

    return ingested


@pytest.mark.parametrize("write", [camt, mt940, comma])
def test_statement_lands_the_same_entries_and_balances_in_every_format(write, ingest, warehouse):
    assert ingest(write(*ENTRIES)) == ("loaded", "")
    columns = COLUMNS[:-1]
    landed = rows_of(
        warehouse, f"select {', '.join(columns)} from landing.bank__statement_entry order by _row"
    )
    assert [tuple(value or "" for value in row) for row in landed] == [entry[:-1] for entry in ENTRIES]
    assert rows_of(
        warehouse,
        "select account_no, opening_balance, opening_on, closing_balance, closing_on"
        " from landing.bank__statement",
    ) == [("a1", "100.00", "2024-06-03", "-20.50", "2024-06-28")]


@pytest.mark.parametrize(
    "given", [camt(*ENTRIES, closing="20.51"), mt940(*ENTRIES, closing="20,51")], ids=["camt", "mt940"]
)
def test_statement_is_rejected_when_its_closing_balance_does_not_follow(given, ingest, warehouse):
    assert ingest(given) == ("rejected", "BALANCE_MISMATCH")
    assert rows_of(warehouse, "select from landing.bank__statement") == []


@pytest.mark.parametrize("write", [camt, mt940])
def test_statement_whose_sum_is_another_is_rejected(write, ingest):
    assert ingest(write(*ENTRIES) | {"amount_total": "-120.51"}) == ("rejected", "AMOUNT_MISMATCH")


@pytest.mark.parametrize("write", [camt, mt940])
def test_statement_balances_with_an_entry_that_goes_to_quarantine(write, ingest, warehouse):
    small = ("a1", "2024-06-31", "2024-06-03", "0.01", "C", "国库", "", "R3", "划转", "")
    back = ("a1", "2024-06-03", "2024-06-03", "0.01", "D", "国库", "", "R4", "划转", "")
    good = [(*ENTRIES[0][:7], f"Q{number}", "划转", "") for number in range(100)]
    undone = [(*entry[:4], "D", *entry[5:]) for entry in good]
    assert ingest(write(*ENTRIES, *good, *undone, small, back)) == ("loaded", "")
    assert rows_of(warehouse, "select reasons from quarantine.rows") == [(["BAD_DATE"],)]
    assert rows_of(warehouse, "select closing_balance from landing.bank__statement") == [("-20.50",)]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (camt(*ENTRIES), "UNSAFE_CONTENT"),
        (mt940(*ENTRIES), "HEADER_INVALID"),
    ],
    ids=["camt", "mt940"],
)
def test_statement_that_is_none_is_rejected(given, reason, ingest):
    unsafe = b"<!DOCTYPE n:Document>" + given["content"]
    assert ingest(given | {"content": unsafe.replace(b":25:a1\n", b"")}) == ("rejected", reason)
