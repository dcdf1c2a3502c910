"""Every file format: a good file lands in its columns, a bad row goes to quarantine with its reasons."""

from __future__ import annotations

import json

import pytest

from ingestion import land
from tests.integration.ingestion.support import COUNTY, file_of, rows_of, write_file, write_site

STATEMENT = (
    "account_no", "booked_on", "value_on", "amount", "direction", "counterparty_name",
    "counterparty_account", "reference", "purpose", "balance_after",
)  # fmt: skip
CREMATION = (
    "source_event_id", "event_type", "name", "sex", "id_number", "birth_date", "death_date",
    "cremated_on", "certificate_no", "division",
)  # fmt: skip
JOURNAL = (
    "voucher_no", "booked_on", "account_no", "fund", "debit", "credit", "counter_kind", "reference",
    "memo",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _site(settings):
    write_site(settings)


@pytest.fixture
def ingest(warehouse, settings):
    """Land one feed as June and return state and reason of its one file."""

    def ingested(feed: str) -> tuple[str, str]:
        land(warehouse, settings, month="2024-06", feeds=[feed])
        return rows_of(warehouse, "select state, reason from ops.files where feed = %s", feed)[0]

    return ingested


def quarantined(warehouse) -> list[tuple]:
    return rows_of(warehouse, "select line, reasons from quarantine.rows order by line")


def entry(amount: str, direction: str, balance: str, account: str = "a1") -> tuple[str, ...]:
    return (account, "2024-06-03", "", amount, direction, "厂", "9", "ref", "", balance)


def test_bank_statement_lands_entries_and_one_statement_per_account(ingest, settings, warehouse):
    rows = [
        entry("10.00", "C", "110.00"), entry("5.00", "C", "5.00", "a2"), entry("30.00", "D", "80.00"),
    ]  # fmt: skip
    form = {"format": "bank-statement-csv/1", "amount_total": "-15.00"}
    write_file(settings, "bank", "s.csv", **file_of(STATEMENT, rows), **form)
    assert ingest("bank") == ("loaded", "")
    assert rows_of(
        warehouse, "select account_no, amount, direction, _row from landing.bank__statement_entry"
    ) == [("a1", "10.00", "C", 2), ("a2", "5.00", "C", 3), ("a1", "30.00", "D", 4)]
    assert rows_of(
        warehouse,
        "select account_no, opening_balance, opening_on, closing_balance, closing_on, _row"
        " from landing.bank__statement order by account_no",
    ) == [
        ("a1", "100.00", "2024-06-03", "80.00", "2024-06-03", 2),
        ("a2", "0.00", "2024-06-03", "5.00", "2024-06-03", 3),
    ]


def test_bank_statement_is_refused_when_a_balance_does_not_follow(ingest, settings):
    rows = [entry("10.00", "C", "110.00"), entry("30.00", "D", "80.01")]
    form = {"format": "bank-statement-csv/1", "amount_total": "-20.00"}
    write_file(settings, "bank", "s.csv", **file_of(STATEMENT, rows), **form)
    assert ingest("bank") == ("rejected", "BALANCE_MISMATCH")


def test_payment_returns_land_and_an_unknown_result_is_refused(ingest, settings, warehouse):
    columns = ["payment_id", "account_no", "payee_name", "amount", "result", "reason", "value_on"]
    rows = [(str(number), "a", "人", "1.00", "paid", "", "20240615") for number in range(100)]
    rows += [("r", "a", "人", "0.50", "bounced", "", "")]
    form = {"format": "payment-return-csv/1", "amount_total": "100.50"}
    write_file(settings, "bank", "r.csv", **file_of(columns, rows), **form)
    assert ingest("bank") == ("loaded", "")
    assert rows_of(warehouse, "select count(*) from landing.bank__payment_return") == [(100,)]
    assert quarantined(warehouse) == [(102, ["BAD_CODE"])]


def test_deposit_journal_sums_debit_less_credit_and_an_empty_side_is_nothing(ingest, settings, warehouse):
    rows = [
        ("", "2024-06-01", "a1", "110", "100.00", "", "opening", "", ""),
        ("j1", "2024-06-02", "a1", "110", "", "40.00", "benefit", "", ""),
    ]
    form = {"format": "deposit-journal-csv/1", "amount_total": "60.00"}
    write_file(settings, "finance", "j.csv", **file_of(JOURNAL, rows), **form)
    assert ingest("finance") == ("loaded", "")
    assert rows_of(
        warehouse, "select voucher_no, debit, credit from landing.finance__deposit_journal order by _row"
    ) == [("", "100.00", ""), ("j1", "", "40.00")]


def test_trial_balance_sums_closing(ingest, settings, warehouse):
    columns = ["month", "fund", "subject_code", "subject_name", "opening", "debit", "credit", "closing"]
    rows = [("202406", "110", "1001", "存款", "1.00", "2.00", "1.00", "2.00")]
    form = {"format": "trial-balance-csv/1", "amount_total": "2.00"}
    write_file(settings, "finance", "t.csv", **file_of(columns, rows), **form)
    assert ingest("finance") == ("loaded", "")
    assert rows_of(warehouse, "select closing from landing.finance__trial_balance") == [("2.00",)]


EVENTS = (
    "select source, source_event_id, event_type, id_type, id_number, name, sex, birth_date, death_date,"
    " death_date_precision, category, registered_on, division, _row"
    " from landing.civil_registry__death_event order by _row"
)


def test_cremations_land_as_death_events_with_the_precision_of_their_dates(ingest, settings, warehouse):
    rows = [
        ("c1", "create", "张三", "1", "", "sometime", "20240601", "2024-06-03", "", COUNTY),
        ("c2", "create", "李四", "x", "", "1950", "2024-05", "", "", "unknown"),
        ("c3", "revoke", "王五", "", "", "", "2023", "", "", ""),
        *((f"d{number}", "create", "某", "", "", "", "2024-06-01", "", "", "") for number in range(99)),
        ("c4", "create", "某", "", "", "", "2024-06-31", "", "", ""),
    ]
    write_file(settings, "civil_registry", "c.csv", **file_of(CREMATION, rows), format="cremation-csv/1")
    assert ingest("civil_registry") == ("loaded", "")
    assert rows_of(warehouse, EVENTS)[:3] == [
        ("cremation", "c1", "create", None, "", "张三", "1", None, "20240601", "D", "01", "2024-06-03",
         COUNTY, 2),
        ("cremation", "c2", "create", None, "", "李四", "x", "1950", "2024-05", "M", "01", "", "unknown",
         3),
        ("cremation", "c3", "revoke", None, "", "王五", "", "", "2023", "Y", "01", "", "", 4),
    ]  # fmt: skip
    assert quarantined(warehouse) == [(104, ["BAD_DATE"])]
    assert rows_of(warehouse, "select amount_declared, amount_quarantined from ops.files") == [(None, None)]


def police(event: str, kind: str, name: str, died: str, category: str = "01") -> bytes:
    fields = [(event, 20), (kind, 1), (name, 40), ("1", 1), ("", 18), ("19500101", 8), (died, 8),
              (category, 2), ("20240610", 8), (COUNTY, 6)]  # fmt: skip
    return b"".join(text.encode("gb18030").ljust(width) for text, width in fields).ljust(160)


def test_police_records_land_by_bytes_and_a_wrong_length_is_refused(ingest, settings, warehouse):
    records = [
        police("p1", "C", "欧阳𠀀某", "20240600"), police("p2", "U", "张三", "20240000", "02"),
        police("p3", "R", "张三", "20240601")[:-1],
        *(police(f"q{number}", "C", "某", "20240601") for number in range(100)),
    ]  # fmt: skip
    form = {"format": "police-fixed/1", "rows": 103, "encoding": "gb18030"}
    write_file(settings, "civil_registry", "p.txt", b"".join(record + b"\r\n" for record in records), **form)
    assert ingest("civil_registry") == ("loaded", "")
    assert rows_of(warehouse, EVENTS)[:2] == [
        ("police", "p1", "create", None, "", "欧阳𠀀某", "1", "19500101", "20240600", "M", "01",
         "20240610", COUNTY, 1),
        ("police", "p2", "correct", None, "", "张三", "1", "19500101", "20240000", "Y", "02", "20240610",
         COUNTY, 2),
    ]  # fmt: skip
    assert quarantined(warehouse) == [(3, ["BAD_RECORD_LENGTH"])]
    assert rows_of(warehouse, "select normalised_count from ops.files") == [(0,)]


@pytest.mark.parametrize(("cut", "outcome"), [(2, ("loaded", "")), (3, ("rejected", "TRUNCATED"))])
def test_police_file_is_truncated_when_its_last_record_is_short_not_when_its_line_break_is_missing(
    ingest, settings, cut, outcome
):
    content = (police("p1", "C", "某", "20240601") + b"\r\n") * 2
    form = {"format": "police-fixed/1", "rows": 2, "encoding": "gb18030"}
    write_file(settings, "civil_registry", "p.txt", content[:-cut], **form)
    assert ingest("civil_registry") == outcome


def certificate(**given: object) -> dict:
    return {
        "id": "h1",
        "action": "create",
        "deceased": {"name": "张三", "sex": 1, "idType": "01", "idNumber": "23", "birthDate": None},
        "death": {"date": "2024-06-01", "precision": "D", "place": "家"},
        "registeredOn": "2024-06-02",
        "certificateNo": "z",
        "division": COUNTY,
        **given,
    }


def test_death_certificates_land_as_death_events_and_bad_ones_are_refused(ingest, settings, warehouse):
    lines = [
        certificate(),
        certificate(id="h2", action="correct", death={"date": "2024-06-01", "precision": "M"}),
        *(certificate(id=f"i{number}", extra=1) for number in range(500)),
        certificate(id="h3", action="delete"),
        certificate(id=None, deceased={}),
        certificate(id="h4", deceased={"name": "a\x00b"}),
        certificate(id="h5", deceased={"name": "某" * 201}),
    ]
    text = "\n".join([*map(json.dumps, lines), "[1]"])
    form = {"format": "death-certificate-jsonl/1", "rows": 507}
    write_file(settings, "civil_registry", "h.jsonl", text.encode(), **form)
    assert ingest("civil_registry") == ("loaded", "")
    assert rows_of(warehouse, EVENTS)[:2] == [
        ("health", "h1", "create", "01", "23", "张三", "1", None, "2024-06-01", "D", "01", "2024-06-02",
         COUNTY, 1),
        ("health", "h2", "correct", "01", "23", "张三", "1", None, "2024-06-01", "M", "01", "2024-06-02",
         COUNTY, 2),
    ]  # fmt: skip
    assert quarantined(warehouse) == [
        (503, ["BAD_CODE"]), (504, ["MISSING_REQUIRED"]), (505, ["BAD_CODE"]), (506, ["TOO_LONG"]),
        (507, ["WRONG_FIELD_COUNT"]),
    ]  # fmt: skip


def test_death_certificates_are_truncated_when_the_last_object_is_cut(ingest, settings):
    form = {"format": "death-certificate-jsonl/1", "rows": 1}
    write_file(settings, "civil_registry", "h.jsonl", json.dumps(certificate()).encode()[:-1], **form)
    assert ingest("civil_registry") == ("rejected", "TRUNCATED")
