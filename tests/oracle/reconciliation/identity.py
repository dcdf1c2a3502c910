"""Income less expense is what changed assets less liabilities; deposits are those of the journals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from tests.oracle.reconciliation.ground import Ground
from tests.oracle.reconciliation.rows import Row, row
from tests.oracle.values import ZERO, file_amount

DEPOSITS = ("1002", "1003", "1004")


def fund_identity(ground: Ground) -> Iterator[Row]:
    """Two rows per fiscal division and fund of the register, and of the trial balances."""
    sheets: dict[tuple[str, str], list[tuple[str, ...]]] = defaultdict(list)
    for division, cells in ground.trial_balances:
        if cells["fund"] is not None:
            amounts = tuple(
                file_amount(cells[name]) or ZERO for name in ("opening", "debit", "credit", "closing")
            )
            sheets[division, cells["fund"]].append((cells["subject_code"] or "", *amounts))
    journals: dict[tuple[str, str], Decimal] = {}
    registered = set()
    for account in ground.accounts.values():
        pool = ground.pool_of_account(account)
        if pool is not None:
            registered.add(pool)
            if account.number in ground.book_balances:
                journals[pool] = journals.get(pool, ZERO) + ground.book_balances[account.number]
    for pool in sorted(registered | set(sheets)):
        for parties, amounts in (
            (("computed", "closing"), _identity(sheets.get(pool))),
            (("trial_balance", "deposit_journal"), (_deposits(sheets.get(pool)), journals.get(pool))),
        ):
            a, b = amounts
            status = "not_received" if a is None or b is None else "holds" if a == b else "differs"
            yield row(
                "fund_identity",
                parties,
                amounts,
                status,
                as_of=ground.as_of,
                division=pool[0],
                scheme=pool[1],
            )


def _deposits(sheet: list[tuple] | None) -> Decimal | None:
    if sheet is None:
        return None
    return sum((line[4] for line in sheet if line[0][:4] in DEPOSITS), ZERO)


def _identity(sheet: list[tuple] | None) -> tuple[Decimal | None, Decimal | None]:
    if sheet is None:
        return None, None

    def total(classes: str, value) -> Decimal:
        return sum((value(line) for line in sheet if line[0][:1] in classes and line[0]), ZERO)

    computed = total("12", lambda line: line[1]) + total("45", lambda line: line[3] - line[2])
    moved = any(line[0][:1] in ("4", "5") and any(line[1:4]) for line in sheet)
    closed = not any(line[0][:1] in ("4", "5") and line[4] for line in sheet)
    if moved and closed:
        computed += total("3", lambda line: line[3] - line[2])
    return computed, total("12", lambda line: line[4])
