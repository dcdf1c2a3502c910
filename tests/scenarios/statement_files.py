"""Statements in the shapes banks of several countries publish for camt.053 and MT940, each of one account.

All open with 1,000.00 and close with 1,190.50: 250.00 comes in on June 5, 9.50 goes out on June 12, and
50.00 on June 28, which the books enter in July.
"""

from __future__ import annotations

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def _balance(prefix: str, code: str, amount: str, day: str) -> str:
    return (
        f"<{prefix}Bal><{prefix}Tp><{prefix}CdOrPrtry><{prefix}Cd>{code}</{prefix}Cd></{prefix}CdOrPrtry>"
        f'</{prefix}Tp><{prefix}Amt Ccy="CNY">{amount}</{prefix}Amt><{prefix}CdtDbtInd>CRDT'
        f"</{prefix}CdtDbtInd><{prefix}Dt><{prefix}Dt>{day}</{prefix}Dt></{prefix}Dt></{prefix}Bal>\n"
    )


# As German banks: version 02, the opening balance as that of the day before, a batch with its details.
GERMAN_CAMT = f"""{_HEAD}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
<BkToCstmrStmt><GrpHdr><MsgId>53D2024-06-30</MsgId><CreDtTm>2024-06-30T20:30:47.0+02:00</CreDtTm>
<MsgPgntn><PgNb>1</PgNb><LastPgInd>true</LastPgInd></MsgPgntn></GrpHdr>
<Stmt><Id>0352C5320240630</Id><ElctrncSeqNb>130</ElctrncSeqNb><CreDtTm>2024-06-30T20:30:47.0+02:00</CreDtTm>
<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>CNY</Ccy><Ownr><Nm>Fonds</Nm></Ownr>
<Svcr><FinInstnId><BIC>BYLADEM1001</BIC><Othr><Id>DE 123456789</Id><Issr>UmsStId</Issr></Othr>
</FinInstnId></Svcr></Acct>
{_balance("", "PRCD", "1000.00", "2024-05-31")}{_balance("", "CLBD", "1190.50", "2024-06-30")}
<Ntry><Amt Ccy="CNY">250.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2024-06-05</Dt></BookgDt>
<ValDt><Dt>2024-06-05</Dt></ValDt><AcctSvcrRef>2024060512345678901</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>
<Prtry><Cd>NTRF+166+9310</Cd><Issr>ZKA</Issr></Prtry></BkTxCd>
<NtryDtls><Btch><PmtInfId>R-250</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>
<TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="CNY">150.00</Amt></TxAmt></AmtDtls>
<RltdPties><Dbtr><Nm>Erste GmbH</Nm></Dbtr></RltdPties><RmtInf><Ustrd>Beitrag</Ustrd></RmtInf></TxDtls>
<TxDtls><Refs><EndToEndId>E2</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="CNY">100.00</Amt></TxAmt></AmtDtls>
<RltdPties><Dbtr><Nm>Zweite GmbH</Nm></Dbtr></RltdPties></TxDtls></NtryDtls>
<AddtlNtryInf>SEPA GUTSCHRIFT</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="CNY">9.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2024-06-12</Dt></BookgDt>
<ValDt><Dt>2024-06-12</Dt></ValDt><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>
<RmtInf><Ustrd>Entgelt</Ustrd><Ustrd>Kontofuehrung</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">50.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2024-06-28</Dt></BookgDt>
<ValDt><Dt>2024-06-28</Dt></ValDt><NtryDtls><TxDtls><Refs><EndToEndId>R-50</EndToEndId></Refs>
<RltdPties><Cdtr><Nm>Rentner</Nm></Cdtr><CdtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></CdtrAcct>
</RltdPties></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""

# As Swiss banks: version 08 under a prefix, parties one level deeper, times of day, structured references,
# an available balance more.
SWISS_CAMT = f"""{_HEAD}<c:Document xmlns:c="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
<c:BkToCstmrStmt><c:GrpHdr><c:MsgId>20240630375204000131630</c:MsgId>
<c:CreDtTm>2024-06-30T17:32:57</c:CreDtTm><c:MsgPgntn><c:PgNb>1</c:PgNb><c:LastPgInd>true</c:LastPgInd>
</c:MsgPgntn></c:GrpHdr><c:Stmt><c:Id>20240630375204000131631</c:Id><c:ElctrncSeqNb>53</c:ElctrncSeqNb>
<c:FrToDt><c:FrDtTm>2024-06-01T00:00:00</c:FrDtTm><c:ToDtTm>2024-06-30T23:59:59</c:ToDtTm></c:FrToDt>
<c:Acct><c:Id><c:IBAN>CH5481230000001998736</c:IBAN></c:Id><c:Ccy>CNY</c:Ccy></c:Acct>
{_balance("c:", "OPBD", "1000.00", "2024-06-01")}{_balance("c:", "CLBD", "1190.50", "2024-06-30")}
{_balance("c:", "CLAV", "1190.50", "2024-06-30")}
<c:Ntry><c:NtryRef>010000628</c:NtryRef><c:Amt Ccy="CNY">250</c:Amt><c:CdtDbtInd>CRDT</c:CdtDbtInd>
<c:RvslInd>false</c:RvslInd><c:Sts><c:Cd>BOOK</c:Cd></c:Sts>
<c:BookgDt><c:DtTm>2024-06-05T23:10:00+02:00</c:DtTm></c:BookgDt><c:ValDt><c:Dt>2024-06-05</c:Dt></c:ValDt>
<c:BkTxCd><c:Domn><c:Cd>PMNT</c:Cd><c:Fmly><c:Cd>RCDT</c:Cd><c:SubFmlyCd>VCOM</c:SubFmlyCd></c:Fmly></c:Domn>
</c:BkTxCd><c:NtryDtls><c:TxDtls><c:Refs><c:AcctSvcrRef>R-250</c:AcctSvcrRef></c:Refs>
<c:Amt Ccy="CNY">250</c:Amt><c:CdtDbtInd>CRDT</c:CdtDbtInd>
<c:RltdPties><c:Dbtr><c:Pty><c:Nm>Muster AG</c:Nm></c:Pty></c:Dbtr></c:RltdPties>
<c:RmtInf><c:Strd><c:CdtrRefInf><c:Tp><c:CdOrPrtry><c:Prtry>QRR</c:Prtry></c:CdOrPrtry></c:Tp>
<c:Ref>210000000003139471430009017</c:Ref></c:CdtrRefInf></c:Strd></c:RmtInf></c:TxDtls></c:NtryDtls></c:Ntry>
<c:Ntry><c:Amt Ccy="CNY">9.5</c:Amt><c:CdtDbtInd>DBIT</c:CdtDbtInd><c:Sts><c:Cd>BOOK</c:Cd></c:Sts>
<c:BookgDt><c:Dt>2024-06-12</c:Dt></c:BookgDt><c:AddtlNtryInf>Gebuehr</c:AddtlNtryInf></c:Ntry>
<c:Ntry><c:Amt Ccy="CNY">50.00</c:Amt><c:CdtDbtInd>DBIT</c:CdtDbtInd><c:Sts><c:Cd>BOOK</c:Cd></c:Sts>
<c:BookgDt><c:Dt>2024-06-28</c:Dt></c:BookgDt><c:NtryDtls><c:TxDtls><c:Refs><c:InstrId>R-50</c:InstrId>
</c:Refs></c:TxDtls></c:NtryDtls></c:Ntry>
</c:Stmt></c:BkToCstmrStmt></c:Document>
"""

# As Nordic banks: two pages, balances between them, a value date alone, a reversed debit, what is pending.
NORDIC_CAMT = f"""{_HEAD}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
<BkToCstmrStmt><GrpHdr><MsgId>NDEAFIHH1</MsgId></GrpHdr>
<Stmt><Id>1</Id><LglSeqNb>6</LglSeqNb><Acct><Id><Othr><Id>20001011234</Id>
<SchmeNm><Cd>BBAN</Cd></SchmeNm>
</Othr>
</Id><Ccy>CNY</Ccy></Acct>
{_balance("", "OPBD", "1000.00", "2024-06-01")}{_balance("", "ITBD", "1150.00", "2024-06-05")}
<Ntry><Amt Ccy="CNY">250.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><ValDt><Dt>2024-06-05</Dt></ValDt>
<NtryDtls><TxDtls><Refs><TxId>R-250</TxId></Refs></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">100.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2024-06-05</Dt></BookgDt>
<NtryDtls><TxDtls><Refs><EndToEndId>R-100</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>
</Stmt>
<Stmt><Id>1</Id><LglSeqNb>6</LglSeqNb><Acct><Id><Othr><Id>20001011234</Id></Othr></Id><Ccy>CNY</Ccy></Acct>
{_balance("", "ITBD", "1150.00", "2024-06-05")}{_balance("", "CLBD", "1190.50", "2024-06-30")}
<Ntry><Amt Ccy="CNY">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd><Sts>BOOK</Sts>
<BookgDt><Dt>2024-06-07</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>R-100</EndToEndId></Refs></TxDtls>
</NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">9.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2024-06-12</Dt></BookgDt></Ntry>
<Ntry><Amt Ccy="CNY">70.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts>
<ValDt><Dt>2024-07-01</Dt></ValDt></Ntry>
<Ntry><Amt Ccy="CNY">50.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2024-06-28</Dt></BookgDt>
<NtryDtls><TxDtls><Refs><EndToEndId>R-50</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>
</Stmt></BkToCstmrStmt></Document>
"""

# As German banks: subfields behind question marks, lines of 65 characters, CR LF.
GERMAN_MT940 = "\r\n".join(
    [
        ":20:STARTUMS", ":25:12030000/202051", ":28C:00006/001", ":60F:C240531CNY1000,00",
        ":61:2406050605CR250,00NTRFNONREF//55555",
        ":86:166?00SEPA-GUTSCHRIFT?109310?20EREF+R-250?21SVWZ+Beitrag Juni?30BY",
        "LADEM1001?31DE89370400440532013000?32Erste GmbH",
        ":61:2406120612DR9,50NCHGNONREF", ":86:808?00ENTGELT?20SVWZ+Kontofuehrung",
        ":61:2406280628DR50,NTRFNONREF", ":86:177?00UEBERWEISUNG?20EREF+R-50?32Rentner",
        ":62F:C240630CNY1190,50", "-", "",
    ]
)  # fmt: skip

# As Dutch banks: a SWIFT envelope, an IBAN, references in :61:, details behind slashes.
DUTCH_MT940 = "\r\n".join(
    [
        "{1:F01ABNANL2AXXXX0000000000}{2:I940ABNANL2AXXXXN}{4:", ":20:ABN AMRO BANK NV",
        ":25:NL91ABNA0417164300CNY", ":28C:15501/1", ":60F:C240531CNY1000,00",
        ":61:2406050605C250,00N196R-250//IDEAL-1", "/TRCD/00100/",
        ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL20INGB0001234567/BIC/INGBNL2A/NAME/Ei",
        "gen Bedrijf BV/REMI/premie juni/EREF/NOTPROVIDED", ":61:2406120612D9,50N654NONREF",
        ":86:KOSTEN", ":61:2406280628D50,00N655R-50",
        ":86:/TRTP/SEPA BATCH/REMI/uitkering", ":62F:C240630CNY1190,50", ":64:C240630CNY1190,50", "-}", "",
    ]
)  # fmt: skip

# As British and Polish banks: two pages, no entry dates, a reversed debit, balances to come, free text.
BRITISH_MT940 = "\n".join(
    [
        ":20:940S240630", ":25:400515-12345678", ":28C:6/1", ":60F:C240531CNY1000,00",
        ":61:240605C250,00NMSCR-250", ":86:BACS CREDIT", "YOUR REF: 12345", "-NO BREAK HERE",
        ":61:240605D100,00NTRFR-100", ":62M:C240605CNY1150,00", "-",
        ":20:940S240630", ":25:400515-12345678", ":28C:6/2", ":60M:C240605CNY1150,00",
        ":61:240607RD100,00NTRFR-100", ":86:REVERSAL",
        ":61:240612D9,5NCHGNONREF", ":86:CHARGES", ":61:240628D50,00NCHKR-50", ":86:CHEQUE",
        ":62F:C240630CNY1190,50", ":64:C240630CNY1190,50", ":65:C240701CNY1190,50", "-", "",
    ]
)  # fmt: skip

# Name -> format, account, text, entries.
FILES = {
    "german.xml": ("camt.053/1", "DE02120300000000202051", GERMAN_CAMT, 3),
    "swiss.xml": ("camt.053/1", "CH5481230000001998736", SWISS_CAMT, 3),
    "nordic.xml": ("camt.053/1", "20001011234", NORDIC_CAMT, 5),
    "german.sta": ("mt940/1", "202051", GERMAN_MT940, 3),
    "dutch.sta": ("mt940/1", "NL91ABNA0417164300", DUTCH_MT940, 3),
    "british.sta": ("mt940/1", "400515-12345678", BRITISH_MT940, 5),
}
