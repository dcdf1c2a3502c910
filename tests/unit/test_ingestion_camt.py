"""camt.053: entries as they are booked, balances that follow, and nothing else that XML can do."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.files import reasons
from ingestion.files.formats import FORMATS
from ingestion.files.readers.camt import CamtReader
from ingestion.files.records import Record
from ingestion.files.statements import Statement

FORM = FORMATS["camt.053/1"]
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
ACCOUNT = "<Acct><Id><Othr><Id>35001</Id></Othr></Id></Acct>"
BOOKED = "<BookgDt><Dt>2024-06-03</Dt></BookgDt>"


def balance(code: str, amount: str, side: str = "CRDT", subtype: str = "") -> str:
    kind = (
        f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry>{subtype and f'<SubTp><Cd>{subtype}</Cd></SubTp>'}</Tp>"
    )
    amount = f'<Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>'
    return f"<Bal>{kind}{amount}<Dt><Dt>2024-06-01</Dt></Dt></Bal>"


def entry(amount: str = "1.00", side: str = "CRDT", more: str = "", booked: str = BOOKED) -> str:
    return f'<Ntry><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{more}{booked}</Ntry>'


def statement(*entries: str, opening: str = "0.00", closing: str = "0.00", account: str = ACCOUNT) -> str:
    balances = balance("OPBD", opening) + balance("CLBD", closing)
    return f"<Stmt><Id>1</Id>{account}{balances}{''.join(entries)}</Stmt>"


def document(*statements: str, version: str = "08", head: str = "") -> bytes:
    body = f"<BkToCstmrStmt><GrpHdr/>{''.join(statements)}</BkToCstmrStmt>"
    return f'{head}<Document xmlns="{NAMESPACE}{version}">{body}</Document>'.encode()


def read(content: bytes, encoding: str = "utf-8") -> tuple[list[Record], list[Statement], CamtReader]:
    reader = CamtReader(io.BytesIO(content), form=FORM, encoding=encoding)
    records = [record for batch in reader for record in batch]
    return records, list(reader.statements), reader


def values_of(*entries: str, version: str = "08") -> dict[str, str | None]:
    return read(document(statement(*entries), version=version))[0][0].values


def refusal(content: bytes, encoding: str = "utf-8") -> str:
    with pytest.raises(reasons.CheckFailedError) as refused:
        read(content, encoding)
    return refused.value.verdict.reason


PARTIES = {
    "02": "<Dbtr><Nm>付款人</Nm></Dbtr><DbtrAcct><Id><IBAN>DE1</IBAN></Id></DbtrAcct>"
    "<Cdtr><Nm>我们</Nm></Cdtr>",
    "08": "<Dbtr><Pty><Nm>付款人</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>DE1</IBAN></Id></DbtrAcct>"
    "<Cdtr><Pty><Nm>我们</Nm></Pty></Cdtr>",
}
STATUS = {"02": "<Sts>BOOK</Sts>", "08": "<Sts><Cd>BOOK</Cd></Sts>"}


@pytest.mark.parametrize("version", ["02", "08"])
def test_camt_entry_reads_alike_in_both_versions(version):
    details = (
        f"{STATUS[version]}<ValDt><DtTm>2024-06-04T23:59:00+08:00</DtTm></ValDt><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>R1</EndToEndId></Refs><RltdPties>{PARTIES[version]}</RltdPties>"
        "<RmtInf><Ustrd>社保</Ustrd><Ustrd>六月</Ustrd></RmtInf></TxDtls></NtryDtls>"
    )
    assert values_of(entry("12.50", more=details), version=version) == {
        "account_no": "35001", "booked_on": "2024-06-03", "value_on": "2024-06-04", "amount": "12.50",
        "direction": "C", "counterparty_name": "付款人", "counterparty_account": "DE1", "reference": "R1",
        "purpose": "社保 六月", "balance_after": None, "entry_code": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (
            "<Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>",
            "PMNT/RCDT/ESCT",
        ),
        ("<Domn><Cd>PMNT</Cd></Domn><Prtry><Cd>077</Cd></Prtry>", "PMNT"),
        ("<Prtry><Cd>NTRF+166</Cd></Prtry>", "NTRF+166"),
    ],
)
def test_camt_entry_keeps_the_banks_transaction_code(written, code):
    assert values_of(entry(more=f"<BkTxCd>{written}</BkTxCd>"))["entry_code"] == code


def test_camt_reads_any_prefix_and_any_encoding_the_manifest_says():
    text = document(statement(entry(more="<AddtlNtryInf>划转</AddtlNtryInf>"))).decode()
    text = re.sub("<(/?)", r"<\1a:", text).replace("xmlns=", "xmlns:a=")
    content = f'<?xml version="1.0" encoding="GB18030"?>{text}'.encode("gb18030")
    assert read(content, "gb18030")[0][0].values["purpose"] == "划转"


def test_camt_reversal_keeps_the_direction_it_is_booked_in_and_names_the_original_party():
    details = (
        f"<RvslInd>true</RvslInd><NtryDtls><TxDtls><RltdPties>{PARTIES['08']}</RltdPties></TxDtls></NtryDtls>"
    )
    values = values_of(entry("5.00", side="DBIT", more=details))
    assert (values["direction"], values["counterparty_name"]) == ("D", "付款人")


def test_camt_batch_is_one_record_with_the_amount_of_the_entry_and_the_reference_of_the_batch():
    details = f'<TxDtls><Amt Ccy="CNY">1.00</Amt><RltdPties>{PARTIES["08"]}</RltdPties></TxDtls>'
    batch = f"<NtryDtls><Btch><PmtInfId>B1</PmtInfId></Btch>{details * 1000}</NtryDtls>"
    records, *_ = read(document(statement(entry("1000.00", more=batch))))
    assert [record.values["amount"] for record in records] == ["1000.00"]
    assert (records[0].values["reference"], records[0].values["counterparty_name"]) == ("B1", None)
    assert records[0].raw.count("<TxDtls") == 2


@pytest.mark.parametrize("status", ["PDNG", "<Cd>PDNG</Cd>", "<Cd>INFO</Cd>"])
def test_camt_entry_that_is_not_booked_is_no_record(status):
    records, statements, reader = read(
        document(statement(entry(more=f"<Sts>{status}</Sts>"), entry(), closing="1.00"))
    )
    assert (len(records), statements[0].holds, reader.normalised) == (1, True, 1)


def test_camt_lines_are_those_entries_begin_on_and_never_twice_the_same():
    apart = document(statement(f"\n\n{entry()}\n{entry()}"))
    assert [record.line for record in read(apart)[0]] == [3, 4]
    assert [record.line for record in read(document(statement(entry(), entry())))[0]] == [1, 2]


@pytest.mark.parametrize(
    ("amount", "landed"), [("1.000", "1.00"), ("+2.5", "2.5"), (".5", "0.5"), ("007.50", "007.50")]
)
def test_camt_amount_as_an_iso_decimal_lands_as_a_plain_amount(amount, landed):
    assert values_of(entry(amount))["amount"] == landed


@pytest.mark.parametrize(
    ("amount", "landed"),
    [("1,00", "1,00"), ("1.001", "1.001"), ("", None), ("1<x/>00", None), (" 1.5\n", "1.5")],
)
def test_camt_amount_stays_as_written_for_the_grammar_to_refuse(amount, landed):
    assert values_of(entry(amount))["amount"] == landed


def test_camt_amount_in_another_currency_is_not_taken_for_one_of_the_account():
    assert values_of(entry().replace("CNY", "USD"))["amount"] == "1.00 USD"


def test_camt_statement_holds_when_the_balances_follow_a_debit_balance_included():
    stated = statement(entry("30.00", "DBIT"), entry("10.00"), opening="5.00")
    stated = stated.replace(balance("CLBD", "0.00"), balance("CLBD", "15.00", "DBIT"))
    (account,) = read(document(stated))[1]
    assert (account.opening.cents, account.closing.cents, account.holds) == (500, -1500, True)


@pytest.mark.parametrize(("closing", "holds"), [("1.00", True), ("1.01", False)])
def test_camt_statement_holds_only_to_the_cent(closing, holds):
    assert read(document(statement(entry(), closing=closing)))[1][0].holds is holds


def test_camt_statement_with_an_amount_that_cannot_be_read_is_not_checked():
    assert read(document(statement(entry("x"), closing="9.00")))[1][0].holds


def test_camt_pages_of_one_statement_are_one_statement():
    first = (
        f"<Stmt>{ACCOUNT}{balance('OPBD', '0.00')}{balance('CLBD', '1.00', subtype='INTM')}{entry()}</Stmt>"
    )
    last = f"<Stmt>{ACCOUNT}{balance('ITBD', '1.00')}{balance('CLBD', '2.00')}{entry()}</Stmt>"
    (account,) = read(document(first, last))[1]
    assert (account.opening.cents, account.closing.cents, account.holds) == (0, 200, True)


def test_camt_gives_one_statement_per_account():
    other = ACCOUNT.replace("<Othr><Id>35001</Id></Othr>", "<IBAN>DE2</IBAN>")
    statements = read(document(statement(), statement(account=other)))[1]
    assert [account.account_no for account in statements] == ["35001", "DE2"]


@pytest.mark.parametrize(
    "content",
    [
        document(statement(account="")),
        document(statement().replace("OPBD", "OPAV")),
        document(statement().replace("CLBD", "CLAV")),
        document(statement(opening="1e5")),
        document(statement().replace("2024-06-01", "2024-06-31")),
        document(statement().replace("CNY", "USD", 1)),
        document(),
        document(statement(), version="06"),
        b"<html><body/></html>",
        b"account_no,booked_on\n",
        document(statement()).replace(b"</Stmt>", b"</Stm>"),
        document(statement(entry(more="<AddtlNtryInf>A & B</AddtlNtryInf>"))),
    ],
)  # fmt: skip
def test_camt_is_rejected_when_it_is_no_statement(content):
    assert refusal(content) == reasons.HEADER_INVALID


def test_camt_that_never_ends_a_piece_is_rejected_before_it_fills_memory():
    assert refusal(document(statement(f"<!--{'x' * 17 * 2**20}-->"))) == reasons.UNSAFE_CONTENT


@pytest.mark.parametrize(
    "content",
    [
        document(statement(), head='<!DOCTYPE Document [<!ENTITY a "b">]>'),
        document(statement(), head='<?xml version="1.0"?> <!-- x --> <!DOCTYPE Document SYSTEM "file:///etc/passwd">'),
        document(statement(), head=f"<!--{'x' * 300_000}--><!DOCTYPE Document>"),
        document(statement(entry("&boom;"))),
        document(statement(), head='<?xml-stylesheet href="x.xsl"?>'),
        document(statement(entry("1<?x y?>0"))),
        document(statement('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>')),
        document(statement("<x>" * 100 + "</x>" * 100)),
        document(statement(entry(more=f"<A>{('<B>' + 'x' * 1000 + '</B>') * 2100}</A>"))),
    ],
    ids=[
        "entity", "external", "late", "reference", "stylesheet", "instruction", "inclusion", "deep", "large",
    ],
)  # fmt: skip
def test_camt_is_rejected_as_unsafe(content):
    assert refusal(content) == reasons.UNSAFE_CONTENT


def test_camt_is_rejected_when_its_bytes_are_not_in_the_manifests_encoding():
    content = document(statement(entry(more="<AddtlNtryInf>划</AddtlNtryInf>")))
    assert refusal(content.replace("划".encode(), b"\xff")) == reasons.UNDECODABLE
    declared = b'<?xml version="1.0" encoding="GBK"?>' + document(statement())
    assert refusal(declared) == reasons.UNDECODABLE
    assert read(declared, "gb18030")[1]


def test_camt_that_is_cut_is_rejected_at_every_byte():
    content = document(
        statement(entry(more="<AddtlNtryInf>x</AddtlNtryInf>")), head='<?xml version="1.0"?>\n<!--a-->'
    )
    refusals = {refusal(content[:place]) for place in range(1, len(content))}
    assert refusals == {reasons.TRUNCATED}


def test_camt_undecodable_counts_before_cut_and_cut_before_what_the_document_lacks():
    content = document(statement(account=""))
    assert refusal(content[:-3]) == reasons.TRUNCATED
    assert refusal(content[:-3] + b"\xff") == reasons.UNDECODABLE


PIECES = (
    document(statement(entry())).decode(), entry(), "<Stmt>", "</Stmt>", "<Ntry>", "</Ntry>", "<", ">",
    "&amp;", "&#0;", "<![CDATA[", "]]>", "\x00", "\ufeff", "<Amt Ccy='CNY'>", "电", "<!--", "-->",
    "<TxDtls/>", "<!D", "<?x", "?>",
)  # fmt: skip


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=8), place=st.integers(0, 900))
def test_camt_gives_records_or_a_reason_whatever_the_bytes_are(pieces, place):
    whole = document(statement(entry(), closing="1.00"))
    content = whole[:place] + "".join(pieces).encode() + whole[place:]
    try:
        records, *_ = read(content)
    except reasons.CheckFailedError:
        return
    assert all(set(record.values) == set(FORM.names) for record in records)
