"""MT940: every :61: is a record, read as it stands or refused, and statements that end."""

from __future__ import annotations

import io
import logging
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.files import reasons
from ingestion.files.formats import FORMATS
from ingestion.files.readers.mt940 import Mt940Reader
from ingestion.files.records import Record
from ingestion.files.statements import Statement
from tests.running.tracing import untraced

FORM = FORMATS["mt940/1"]


def message(*lines: str, opening: str = "60F:C240601CNY0,00", closing: str = "62F:C240630CNY0,00") -> bytes:
    fields = (":20:S1", ":25:35001", ":28C:6/1", f":{opening}", *lines, f":{closing}")
    return "".join(f"{line}\n" for line in fields).encode()


def read(content: bytes, encoding: str = "utf-8") -> tuple[list[Record], list[Statement], Mt940Reader]:
    reader = Mt940Reader(io.BytesIO(content), form=FORM, encoding=encoding)
    records = [record for batch in reader for record in batch]
    return records, list(reader.statements), reader


def values_of(*lines: str) -> dict[str, str | None]:
    return read(message(*lines))[0][0].values


def refusal(content: bytes, encoding: str = "utf-8") -> str:
    with pytest.raises(reasons.CheckFailedError) as refused:
        read(content, encoding)
    return refused.value.verdict.reason


STRUCTURED = ":86:166?00转账?20EREF+R1?21SVWZ+社保?22六月?30B?31DE1?32付款?33人"


def test_mt940_entry_reads_its_line_and_its_structured_details():
    assert values_of(":61:2406040603C12,5NTRFNONREF//B1", STRUCTURED) == {
        "account_no": "35001", "booked_on": "2024-06-03", "value_on": "2024-06-04", "amount": "12.5",
        "direction": "C", "counterparty_name": "付款人", "counterparty_account": "DE1", "reference": "R1",
        "purpose": "社保六月", "balance_after": None, "entry_code": "NTRF",
    }  # fmt: skip


def test_mt940_free_text_is_the_purpose_and_the_lines_own_reference_counts():
    values = values_of(":61:240604D1,NTRFOWN//B1", ":86:first line", "second")
    assert (values["reference"], values["purpose"], values["booked_on"]) == (
        "OWN",
        "first line second",
        "2024-06-04",
    )


def test_mt940_reads_subfields_without_a_code_of_the_business():
    assert values_of(":61:240604D1,NTRFX", ":86:?20社保?32付款人")["counterparty_name"] == "付款人"


@pytest.mark.parametrize(("mark", "direction"), [("C", "C"), ("D", "D"), ("RC", "D"), ("RD", "C")])
def test_mt940_mark_gives_the_direction_a_reversal_the_other_way(mark, direction):
    assert values_of(f":61:2406030603{mark}1,00NTRFX")["direction"] == direction


@pytest.mark.parametrize(
    ("days", "booked_on"),
    [("2312310102", "2024-01-02"), ("2401021231", "2023-12-31"), ("2406300701", "2024-07-01")],
)
def test_mt940_entry_date_is_of_the_year_nearest_the_value_date(days, booked_on):
    assert values_of(f":61:{days}C1,00NTRFX")["booked_on"] == booked_on


def test_mt940_day_that_is_none_stays_as_written():
    assert values_of(":61:2402300230C1,00NTRFX")["value_on"] == "20240230"


@pytest.mark.parametrize(
    ("written", "landed"),
    [("1,00", "1.00"), ("1,", "1"), ("1", "1"), ("000000000000000010,00", "10.00"), ("0,05", "0.05"),
     ("00", "0"), ("1.234,56", "1.234,56"), ("1,234", "1,234"),
     ("1.50", "1.50?"), ("１,00", "１,00"), ("1,2,3", "1,2,3")],
)  # fmt: skip
def test_mt940_amount_is_read_only_with_a_comma_and_two_decimals(written, landed):
    assert values_of(f":61:240604C{written}NTRFX")["amount"] == landed


@pytest.mark.parametrize("line", ["240604X1,00NTRFX", "2406041,00", "", "2406C1,00NTRFX", "240604C1,00"])
def test_mt940_entry_of_another_shape_is_a_record_without_values(line):
    (record,) = read(message(f":61:{line}"))[0]
    assert (record.values, record.fault) == (None, reasons.WRONG_FIELD_COUNT)


def test_mt940_details_behind_the_closing_balance_belong_to_no_entry():
    content = message(":61:240604C1,00NTRFX", closing="62F:C240630CNY1,00") + b":86:of the statement\n"
    (record,) = read(content)[0]
    assert record.values["purpose"] is None


def test_mt940_record_has_the_line_of_its_entry_and_its_text():
    (record,) = read(message(":61:240604C1,00NTRFX", "more", ":86:a", "b"))[0]
    assert (record.line, record.raw) == (5, ":61:240604C1,00NTRFX\nmore\n:86:a\nb")


@pytest.mark.parametrize(("closing", "holds"), [("C240630CNY1,00", True), ("C240630CNY1,01", False)])
def test_mt940_statement_holds_only_to_the_cent(closing, holds):
    (account,) = read(message(":61:240604C1,00NTRFX", closing=f"62F:{closing}"))[1]
    assert (account.holds, account.closing.currency, account.closing.day) == (holds, "CNY", "2024-06-30")


def test_mt940_balances_count_by_their_value():
    padded = message(
        ":61:240604C1,00NTRFX", opening="60F:C240601CNY000000000000149,87", closing="62F:C240630CNY0150,87"
    )
    (account,) = read(padded)[1]
    assert (account.opening.cents, account.closing.cents, account.holds) == (14_987, 15_087, True)


@pytest.mark.parametrize(("second", "holds"), [("1,00", True), ("2,00", False)])
def test_mt940_pages_of_one_statement_are_one_that_holds_when_they_follow(second, holds):
    first = message(":61:240604C1,00NTRFX", closing="62M:C240630CNY1,00")
    last = message(opening=f"60M:C240630CNY{second}", closing=f"62F:C240630CNY{second}")
    (account,) = read(first + last)[1]
    assert (account.opening.cents, account.holds) == (0, holds)


def test_mt940_reads_several_messages_with_their_envelopes():
    wrapped = b"{1:F01BANKCNBJ}{2:I940X}{4:\r\n" + message().replace(b"\n", b"\r\n") + b"-}{5:{CHK:1}}\r\n"
    other = wrapped.replace(b"35001", b"35002")
    _, statements, reader = read(wrapped + other)
    assert [account.account_no for account in statements] == ["35001", "35002"]
    assert reader.normalised == 1


def test_mt940_files_put_behind_one_another_with_their_marks_are_two_statements():
    both = b"\xef\xbb\xbf" + message() + b"\xef\xbb\xbf" + message().replace(b"35001", b"35002")
    assert [account.account_no for account in read(both)[1]] == ["35001", "35002"]


def test_mt940_hyphen_within_details_is_text():
    content = message(":61:240604C1,00NTRFX", ":86:a", "-", "b", closing="62F:C240630CNY1,00")
    assert len(read(content)[1]) == 1


@pytest.mark.parametrize(
    "content",
    [
        message().replace(b":25:35001\n", b""),
        message().replace(b":60F:C240601CNY0,00\n", b""),
        message().replace(b":62F:C240630CNY0,00\n", b"") + message(),
        message().replace(b":62F:C240630CNY0,00\n", b"-}\n"),
        message(closing="62F:C240631CNY0,00"),
        message(closing="62F:C240630CNY1.234,56"),
        message(closing="62F:C240630USD0,00"),
        message(opening="60F:C240601CNY0,00\n:60F:C240601CNY0,00"),
        b":61:240604C1,00NTRFX\n" + message(),
        b"account_no,booked_on\n",
    ],
)  # fmt: skip
def test_mt940_is_rejected_when_it_is_no_statement(content):
    assert refusal(content) == reasons.HEADER_INVALID


def test_mt940_that_is_cut_is_rejected_at_every_byte():
    content = message(":61:240604C123,45NTRFX", ":86:a", closing="62F:C240630CNY123,45")
    refusals = {refusal(content[:place]) for place in range(len(":20:"), len(content) - 1)}
    assert refusals == {reasons.TRUNCATED}
    assert read(content[:-1])[1]


def test_mt940_that_is_cut_inside_its_envelope_is_rejected():
    assert refusal(b"{1:F01BANKCNBJ}{4:\n" + message()) == reasons.TRUNCATED


def test_mt940_is_rejected_when_its_bytes_are_not_in_the_manifests_encoding():
    assert refusal(
        message(":61:240604C1,00NTRFX", ":86:社".encode("gb18030").decode("latin-1"))[:-1] + b"\xff"
    ) == (reasons.UNDECODABLE)


@pytest.mark.parametrize(
    "line", [":61:", ":61:240604C", ":61:240604C1,00NTRF", ":61:240604C1,00NTRFX//", ":86:166?20"]
)
@untraced()  # traced, Python copies a text whole for each character a library adds to it
def test_mt940_reads_a_line_of_a_million_characters_in_time(line):
    started = time.monotonic()
    read(
        message(":61:240604C1,00NTRFX", *(f"{line}{filler * 500_000}" for filler in ("1,", "A ", "/?", "//")))
    )
    assert time.monotonic() - started < 10


def test_mt940_library_logs_no_row_values(caplog):
    with caplog.at_level(logging.DEBUG):
        read(message(":61:240604C1,00NTRFX", STRUCTURED))
    assert "R1" not in caplog.text


PIECES = (
    message().decode(), ":61:240604C1,00NTRFX\n", STRUCTURED, ":62F:", ":60M:C240601CNY1,00\n", "\n",
    "\r\n", "-}", "{4:", ":20:x\n", "\x00", "\ufeff", "?20", "？", "-\n", ":25P:", "电", "\r", ":NS:",
)  # fmt: skip


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=8), place=st.integers(0, 120))
def test_mt940_gives_a_record_per_entry_or_a_reason_whatever_the_bytes_are(pieces, place):
    whole = message(":61:240604C1,00NTRFX", ":86:x", closing="62F:C240630CNY1,00")
    content = whole[:place] + "".join(pieces).encode() + whole[place:]
    try:
        records, *_ = read(content)
    except reasons.CheckFailedError:
        return
    lines = content.decode().replace("\r", "\n").split("\n")
    assert len(records) == sum(line.strip("\ufeff ").startswith(":61:") for line in lines)
