"""Files as banks, offices and their programs write them: loaded whole, with the values they carry."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from tests.integration.ingestion.support import (
    COUNTY,
    file_of,
    rows_of,
    voucher,
    vouchers,
    write_file,
    write_site,
)

ACCOUNT = "35002306021103000110"
DEATH = (
    "source_event_id", "event_type", "name", "sex", "id_number", "birth_date", "death_date", "cremated_on",
    "certificate_no", "division",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _site(settings):
    write_site(settings)


def mt940(
    *lines: str, opening: str = "1000,00", closing: str = "991,53", account: str = ACCOUNT
) -> dict[str, Any]:
    written = [":20:STARTUMS", f":25:{account}", ":28C:00001/001", f":60F:C240601CNY{opening}", *lines]
    text = "".join(f"{line}\r\n" for line in (*written, f":62F:C240630CNY{closing}", "-"))
    return {"format": "mt940/1", "content": text.encode()}


def camt_entry(amount: str, days: str = "<BookgDt><Dt>2024-06-20</Dt></BookgDt>", code: str = "CNY") -> str:
    return (
        f'<Ntry><Amt Ccy="{code}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"{days}<ValDt><Dt>2024-06-21</Dt></ValDt></Ntry>\n"
    )


def camt_statement(opening: str, closing: str, *entries: str, code: str = "CNY") -> str:
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="{code}">{amount}</Amt>'
        "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2024-06-30</Dt></Dt></Bal>"
        for kind, amount in (("OPBD", opening), ("CLBD", closing))
    )
    account = f"<Acct><Id><Othr><Id>{ACCOUNT}{code}</Id></Othr></Id></Acct>"
    return f"<Stmt><Id>S1</Id>{account}{balances}\n{''.join(entries)}</Stmt>\n"


def camt(*statements: str) -> dict[str, Any]:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>M1</MsgId></GrpHdr>\n{''.join(statements)}</BkToCstmrStmt></Document>\n"
    )
    return {"format": "camt.053/1", "content": text.encode()}


def loaded_from(ingest, settings, warehouse, feed: str, given: dict[str, Any], table: str) -> list[dict]:
    """Land one file and return its landed rows."""
    write_file(settings, feed, "data.txt", **given)
    assert ingest(feed) == {"data.txt": ("loaded", "")}
    with warehouse.connect() as connection:
        cursor = connection.execute(f"select * from landing.{table} order by _row")
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]


@pytest.fixture
def bank_rows(ingest, settings, warehouse):
    """Return a function that lands one statement file and returns its landed entries."""

    def landed(given: dict[str, Any], *, rows: int, total: str) -> list[dict]:
        whole = {"rows": rows, "amount_total": total, **given}
        return loaded_from(ingest, settings, warehouse, "bank", whole, "bank__statement_entry")

    return landed


STRUCTURED = (
    ":86:106?00ZHIFU?20EREF+VZ01?21MREF+01?22CRED+XX0", "000000?23YANGLAOJIN?24/PL 12-06-2024T16",
    ":26:37  Fo?25lgenr. 007?31622200001111?32ZHANG SAN",
)  # fmt: skip
FREE = (":86:YANGLAOJIN", "-ABC", "-", ":20:30 {", "}", "BU FA 5 YUE ZHANG SAN")


def test_mt940_text_that_looks_like_structure_is_text(bank_rows):
    (entry,) = bank_rows(mt940(":61:2406200620D8,47NMSCNONREF", *STRUCTURED), rows=1, total="-8.47")
    assert (entry["counterparty_name"], entry["counterparty_account"]) == ("ZHANG SAN", "622200001111")
    assert "YANGLAOJIN/PL 12-06-2024T16:26:37  Folgenr. 007" in entry["purpose"]


def test_mt940_free_text_keeps_lines_that_look_like_the_end_of_a_message(bank_rows):
    (entry,) = bank_rows(mt940(":61:2406200620D8,47NMSCNONREF", *FREE), rows=1, total="-8.47")
    assert entry["purpose"] == "YANGLAOJIN -ABC - :20:30 { } BU FA 5 YUE ZHANG SAN"


@pytest.mark.parametrize(
    "account",
    [f"51210600/{ACCOUNT}CNY", f"{ACCOUNT}CNY", f"{ACCOUNT} CNY", f"{ACCOUNT}/CNY", f"51210600/{ACCOUNT}",
     ACCOUNT],
)  # fmt: skip
def test_mt940_account_is_without_bank_and_currency(account, bank_rows):
    given = mt940(":61:2406200620C1,00NTRFA", opening="0,00", closing="1,00", account=account)
    assert bank_rows(given, rows=1, total="1.00")[0]["account_no"] == ACCOUNT


def test_mt940_line_broken_within_an_entry_is_joined(bank_rows):
    broken = (
        ":61:2406200620C10000,00N062NONREF", ":86:166?00BIG?32ZHANG SAN",
        ":61:2406200620CR", "30,00N062NONREF", ":86:166?00GUTSCHR?20SVWZ+Test",
    )  # fmt: skip
    entries = bank_rows(mt940(*broken, closing="11030,00"), rows=2, total="10030.00")
    assert [(entry["amount"], entry["direction"]) for entry in entries] == [("10000.00", "C"), ("30.00", "C")]


def test_mt940_details_whose_colon_stands_alone_belong_to_the_entry(bank_rows):
    broken = (":61:2406200620C30,00N062NONREF", ":", "86:166?00GUTSCHR?20SVWZ+Test?32ZHANG SAN")
    (entry,) = bank_rows(mt940(*broken, closing="1030,00"), rows=1, total="30.00")
    assert entry["counterparty_name"] == "ZHANG SAN"


def test_camt_amounts_count_by_their_value(bank_rows, warehouse):
    entries = camt_entry("000000000010000.00"), camt_entry("100.00000"), camt_entry("+.5")
    given = camt(camt_statement("000000000000149.87", "10250.37000", *entries))
    landed = bank_rows(given, rows=3, total="10100.50")
    assert [row["amount"] for row in landed] == ["000000000010000.00", "100.00", "0.5"]
    balances = "select opening_balance, closing_balance from landing.bank__statement"
    assert rows_of(warehouse, balances) == [("149.87", "10250.37")]


def test_camt_entry_without_a_booking_date_is_booked_on_the_day_of_its_value(bank_rows):
    given = camt(camt_statement("0.00", "100.00", camt_entry("60.00", ""), camt_entry("40.00")))
    booked = [row["booked_on"] for row in bank_rows(given, rows=2, total="100.00")]
    assert booked == ["2024-06-21", "2024-06-20"]


def test_file_of_two_currencies_says_its_sums_by_currency(bank_rows, warehouse):
    yuan = camt_statement("0.00", "100.00", camt_entry("100.00"))
    euro = camt_statement("5.00", "12.00", camt_entry("7.00", code="EUR"), code="EUR")
    bank_rows(camt(yuan, euro), rows=2, total="107.00")
    ((message,),) = rows_of(warehouse, "select message from ops.files")
    assert "CNY 100.00, EUR 7.00" in message


def test_account_of_one_currency_needs_no_note(bank_rows, warehouse):
    bank_rows(camt(camt_statement("0.00", "1.00", camt_entry("1.00"))), rows=1, total="1.00")
    assert rows_of(warehouse, "select message from ops.files") == [("",)]


STATEMENT = (
    "account_no", "booked_on", "value_on", "amount", "direction", "counterparty_name",
    "counterparty_account", "reference", "purpose", "balance_after",
)  # fmt: skip


def comma(*balances: str) -> dict[str, Any]:
    rows = [(ACCOUNT, "2024-06-20", "", "1.00", "C", "", "", "", "", balance) for balance in balances]
    return {**file_of(STATEMENT, rows), "format": "bank-statement-csv/1"}


@pytest.mark.parametrize(
    ("given", "rows", "said"),
    [
        (
            camt(camt_statement("0.00", "9.00", camt_entry("9.00")),
                 camt_statement("1.00", "5.50", camt_entry("4.00"))),
            2,
            ("statement 2 of 2, which begins in line 6", "opens at 1.00", "closes at 5.50", "0.50 too much"),
        ),
        (
            mt940(":61:2406200620D8,47NMSCNONREF", closing="991,50"), 1,
            ("statement 1 of 1, which begins in line 1", "come to -8.47", "makes 991.53", "0.03 too little"),
        ),
        (
            comma("1.00", "2.00", "3.50", "9.00"), 4,
            ("balance of line 4", "line 3 of the same account has 2.00", "0.50 too much", "2 balances"),
        ),
    ],
    ids=["camt", "mt940", "csv"],
)  # fmt: skip
def test_statement_that_does_not_balance_says_where_and_by_how_much(
    given, rows, said, ingest, settings, warehouse
):
    total = {"camt.053/1": "13.00", "mt940/1": "-8.47", "bank-statement-csv/1": "4.00"}[given["format"]]
    write_file(settings, "bank", "data.txt", **{"rows": rows, "amount_total": total, **given})
    assert ingest("bank") == {"data.txt": ("rejected", "BALANCE_MISMATCH")}
    ((message,),) = rows_of(warehouse, "select message from ops.files")
    assert [part for part in said if part not in message] == []
    assert ACCOUNT not in message


def test_amounts_that_do_not_add_up_say_by_how_much(ingest, settings, warehouse):
    write_file(settings, "tax", "data.csv", **{**vouchers(voucher(), voucher()), "amount_total": "200.07"})
    assert ingest() == {"data.csv": ("rejected", "AMOUNT_MISMATCH")}
    ((message,),) = rows_of(warehouse, "select message from ops.files")
    assert "the manifest says 200.07, the amounts of the file come to 200.00: 0.07 too little" in message


def test_end_mark_of_dos_is_no_record(ingest, settings, warehouse):
    row = ("X1", "create", "张三", "1", "", "1950", "2024-03-12", "2024-03", "H1", COUNTY)
    given = file_of(DEATH, [row])
    marked = {**given, "content": given["content"] + b"\x1a", "format": "cremation-csv/1"}
    (event,) = loaded_from(
        ingest, settings, warehouse, "civil_registry", marked, "civil_registry__death_event"
    )
    assert (event["division"], event["registered_on"]) == (COUNTY, "2024-03")
    assert rows_of(warehouse, "select normalised_count from ops.files") == [(1,)]


@pytest.mark.parametrize(
    ("raw", "name"),
    [(b"\xfe\x9f", "\u9fbb"), (b"\xaa\xa1", "\ue000"), (b"\x80", "€"), (b"\x80\x31\x80", "€1€")],
)
def test_gbk_is_read_as_windows_writes_it(raw, name, ingest, settings, warehouse):
    given = vouchers(voucher(taxpayer_name="@@@"))
    name = b"\xfe\x9f".decode("gb18030") if raw == b"\xfe\x9f" else name
    windows = {**given, "content": given["content"].replace(b"@@@", raw), "encoding": "gbk"}
    (row,) = loaded_from(ingest, settings, warehouse, "tax", windows, "tax__voucher")
    assert row["taxpayer_name"] == name


def test_byte_that_is_no_character_is_refused_in_gb18030(ingest, settings):
    given = vouchers(voucher(taxpayer_name="@@@"))
    strict = {**given, "content": given["content"].replace(b"@@@", b"\x80"), "encoding": "gb18030"}
    write_file(settings, "tax", "data.csv", **strict)
    assert ingest() == {"data.csv": ("rejected", "UNDECODABLE")}


def test_archive_made_on_a_mac_holds_one_file(ingest, settings):
    packed = io.BytesIO()
    given = vouchers(voucher())
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("v.csv", given["content"])
        archive.writestr("__MACOSX/._v.csv", b"\0\5\x16\7")
        archive.writestr("sub/.DS_Store", b"Bud1")
    write_file(settings, "tax", "v.csv.zip", **{**given, "content": packed.getvalue()})
    assert ingest() == {"v.csv.zip": ("loaded", "")}


@pytest.mark.parametrize(
    ("created_at", "stored"),
    [("2024-03-10T20:00:00", "2024-03-10 12:00:00"), ("2024-03-10T20:00:00+08:00", "2024-03-10 12:00:00"),
     ("2024-03-10T20:00:00Z", "2024-03-10 20:00:00"), ("2024-03-10", "2024-03-09 16:00:00")],
)  # fmt: skip
def test_time_without_an_offset_is_the_sites(created_at, stored, ingest, settings, warehouse):
    write_file(settings, "tax", "v.csv", **{**vouchers(voucher()), "created_at": created_at})
    assert ingest() == {"v.csv": ("loaded", "")}
    assert rows_of(warehouse, "select (created_at at time zone 'UTC')::text from ops.files") == [(stored,)]


def test_invisible_characters_do_not_refuse_a_code(ingest, settings, warehouse):
    hidden = [
        voucher(taxpayer_no="\u202d91350100M000100Y43\u202c"), voucher(kind="em\u200bployer"),
        voucher(scheme="\ufeff110\u00a0"), voucher(voucher_no="B10\u200b", taxpayer_no="\u202f1"),
    ]  # fmt: skip
    write_file(settings, "tax", "v.csv", **vouchers(*hidden))
    assert ingest() == {"v.csv": ("loaded", "")}
    assert rows_of(warehouse, "select rows_loaded, rows_quarantined from ops.files") == [(4, 0)]


def test_police_death_without_a_category_is_quarantined(ingest, settings, warehouse):
    def record(number: str, category: str) -> bytes:
        cells = ((number, 20), ("C", 1), ("张三", 40), ("1", 1), ("", 18), ("19500000", 8), ("20240601", 8),
                 (category, 2), ("20240603", 8), (COUNTY, 6), ("", 48))  # fmt: skip
        return b"".join(text.encode("gb18030").ljust(width) for text, width in cells) + b"\r\n"

    given = {"content": record("1", "01") + record("2", "  "), "format": "police-fixed/1", "rows": 2}
    write_file(settings, "civil_registry", "p.txt", **given, encoding="gb18030")
    assert ingest("civil_registry") == {"p.txt": ("loaded", "")}
    assert rows_of(warehouse, "select line, reasons from quarantine.rows") == [(2, ["MISSING_REQUIRED"])]


def test_run_of_an_earlier_month_leaves_held_files_of_later_ones_alone(ingest, settings, warehouse):
    write_file(settings, "tax", "second.csv", **{**vouchers(voucher()), "sequence": 2})
    assert ingest() == {"second.csv": ("held", "SEQUENCE_GAP")}
    before = rows_of(warehouse, "select attempt, run_month, decided_at from ops.files")
    assert ingest(month="2024-03") == {"second.csv": ("held", "SEQUENCE_GAP")}
    for path in (settings.inbox_folder / "tax").iterdir():
        path.unlink()
    assert ingest(month="2024-03") == {"second.csv": ("held", "SEQUENCE_GAP")}
    assert rows_of(warehouse, "select attempt, run_month, decided_at from ops.files") == before
