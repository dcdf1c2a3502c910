"""Bank statements as their senders write them: CSV, ISO 20022 camt.053.001.08, SWIFT MT940."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from simulator import clock
from simulator.outbox import csv_bytes, money_text

COLUMNS = (
    "account_no", "booked_on", "value_on", "amount", "direction", "counterparty_name",
    "counterparty_account", "reference", "purpose", "balance_after",
)  # fmt: skip
_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_LINE = 65


@dataclass(frozen=True)
class Line:
    """One movement: money in is positive, in cents; ``balance`` is what lies on the account after it."""

    day: int
    amount: int
    balance: int
    counterparty: str
    counter_account: str
    reference: str
    purpose: str


@dataclass(frozen=True)
class Account:
    """One account in one month; balances in cents."""

    number: str
    month: int
    opening: int
    lines: Sequence[Line]

    @property
    def closing(self) -> int:
        """What lies on the account at the end of the month."""
        return self.opening + sum(line.amount for line in self.lines)


def as_csv(accounts: Sequence[Account]) -> bytes:
    """Return one row per movement, in UTF-8."""
    rows = [
        (
            account.number, clock.day_text(line.day), clock.day_text(line.day), money_text(abs(line.amount)),
            "C" if line.amount > 0 else "D", line.counterparty, line.counter_account, line.reference,
            line.purpose, money_text(line.balance),
        )
        for account in accounts
        for line in account.lines
    ]  # fmt: skip
    return csv_bytes(COLUMNS, rows, encoding="utf-8")


def as_camt(accounts: Sequence[Account]) -> bytes:
    """Return one document with a statement per account, in UTF-8, one entry a line."""
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<Document xmlns="{_NAMESPACE}"><BkToCstmrStmt>\n<GrpHdr><MsgId>FUNDWATCH</MsgId></GrpHdr>\n',
    ]
    for account in accounts:
        parts.append(
            f"<Stmt><Id>{account.number}-{clock.month_code(account.month)}</Id>"
            f"<Acct><Id><Othr><Id>{account.number}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>\n"
            f"{_xml_balance('OPBD', account.opening, _first(account))}"
            f"{_xml_balance('CLBD', account.closing, _last(account))}"
        )
        parts += map(_xml_entry, account.lines)
        parts.append("</Stmt>\n")
    return "".join([*parts, "</BkToCstmrStmt></Document>\n"]).encode()


def as_mt940(accounts: Sequence[Account]) -> bytes:
    """Return one message per account, in GB 18030, details in lines of at most 65 characters."""
    text = "\n".join(line for account in accounts for line in _swift_lines(account))
    return f"{text}\n".encode("gb18030")


def _first(account: Account) -> int:
    return clock.day_in(account.month, 1)


def _last(account: Account) -> int:
    return clock.last_day_in(account.month)


def _xml_amount(cents: int) -> str:
    side = "CRDT" if cents >= 0 else "DBIT"
    return f'<Amt Ccy="CNY">{money_text(abs(cents))}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def _xml_balance(code: str, cents: int, day: int) -> str:
    kind = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
    return f"<Bal>{kind}{_xml_amount(cents)}<Dt><Dt>{clock.day_text(day)}</Dt></Dt></Bal>\n"


def _xml_entry(line: Line) -> str:
    day, who = clock.day_text(line.day), "Dbtr" if line.amount > 0 else "Cdtr"
    account = f"<{who}Acct><Id><Othr><Id>{line.counter_account}</Id></Othr></Id></{who}Acct>"
    parties = f"<{who}><Pty><Nm>{escape(line.counterparty)}</Nm></Pty></{who}>"
    return (
        f"<Ntry>{_xml_amount(line.amount)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
        f"<ValDt><Dt>{day}</Dt></ValDt><NtryDtls><TxDtls>"
        f"<Refs><EndToEndId>{escape(line.reference)}</EndToEndId></Refs>"
        f"<RltdPties>{parties}{account if line.counter_account else ''}</RltdPties>"
        f"<RmtInf><Ustrd>{escape(line.purpose)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )


def _swift_lines(account: Account) -> Iterator[str]:
    yield f":20:FW{clock.month_code(account.month)}"
    yield f":25:{account.number}"
    yield f":28C:{account.month % 12 + 1}/1"
    yield f":60F:{_swift_balance(account.opening, _first(account))}"
    for line in account.lines:
        day = _swift_day(line.day)
        yield f":61:{day}{day[2:]}{_swift_amount(line.amount)}NTRFNONREF"
        account_field = f"?31{line.counter_account}" if line.counter_account else ""
        details = f"166?20EREF+{line.reference}?21SVWZ+{line.purpose}{account_field}?32{line.counterparty}"
        yield f":86:{details[:_LINE]}"
        yield from (details[start : start + _LINE] for start in range(_LINE, len(details), _LINE))
    yield f":62F:{_swift_balance(account.closing, _last(account))}"
    yield "-"


def _swift_day(day: int) -> str:
    return clock.day_text(day).replace("-", "")[2:]


def _swift_amount(cents: int) -> str:
    return f"{'C' if cents >= 0 else 'D'}{money_text(abs(cents)).replace('.', ',')}"


def _swift_balance(cents: int, day: int) -> str:
    mark, amount = _swift_amount(cents)[0], _swift_amount(cents)[1:]
    return f"{mark}{_swift_day(day)}CNY{amount}"
