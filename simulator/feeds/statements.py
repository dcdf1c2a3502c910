"""Account statements: one file per bank, county and month, each bank in the format it writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from simulator import parameters
from simulator.feeds import accounts, statement_texts
from simulator.feeds import bank as feeds_bank
from simulator.feeds.bank import Entry
from simulator.feeds.statement_texts import Account, Line
from simulator.outbox import Outbox
from simulator.span import Span

# In the order of the banks: format, encoding, suffix, writer.
_WRITERS = (
    ("bank-statement-csv/1", "utf-8", "csv", statement_texts.as_csv),
    ("mt940/1", "gb18030", "sta", statement_texts.as_mt940),
    ("camt.053/1", "utf-8", "xml", statement_texts.as_camt),
)
FORMATS = tuple(layout for layout, *_ in _WRITERS)


def send_statements(
    outbox: Outbox,
    span: Span,
    entries: dict[tuple[int, str], list[Entry]],
    strangers: Mapping[int, Sequence[Account]],
) -> None:
    """Write the statements of every month over all accounts; balances go on from month to month.

    ``strangers`` are accounts by month that no register knows; the last bank of the first county has them.
    """
    balance = {number: feeds_bank.opening_balance(kind) for number, _, _, kind, _ in accounts.register()}
    for month in span.numbers:
        held: dict[tuple[str, str], list[Account]] = defaultdict(list)
        for number, division, _, _, bank in accounts.register():
            account = _account(number, month, balance[number], entries.get((month, number), []))
            balance[number] = outbox.closings[month, number] = account.closing
            held[division, bank].append(account)
        held[parameters.COUNTIES[0], accounts.BANKS[-1]] += strangers.get(month, ())
        for division in parameters.COUNTIES:
            for bank, writer in zip(accounts.BANKS, _WRITERS, strict=True):
                _send(outbox, division, month, held[division, bank], writer)


def _account(number: str, month: int, opening: int, entries: list[Entry]) -> Account:
    lines, balance = [], opening
    for entry in entries:
        balance += entry.amount
        lines.append(
            Line(
                entry.day, entry.amount, balance, entry.counterparty, entry.counter_account, entry.reference,
                entry.purpose,
            )
        )  # fmt: skip
    return Account(number, month, opening, lines)


def _send(outbox: Outbox, division: str, month: int, held: list[Account], writer: tuple) -> None:
    layout, encoding, suffix, write = writer
    outbox.send(
        feed="bank", layout=layout, division=division, month=month, body=write(held), encoding=encoding,
        rows=sum(len(account.lines) for account in held),
        cents=sum(account.closing - account.opening for account in held), suffix=suffix,
    )  # fmt: skip
