"""Statements on demand, as the month was reconciled last: R6 of an account, R7 of a fiscal division."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound
from reporting.snapshot.form_head import head_of
from reporting.snapshot.statements import Statements, statements_of
from reporting.statements import files
from reporting.texts import LANGUAGES

_NOT_IN_NAMES = re.compile(r"[^\w-]")
_RUN = """
    select site_version, as_of from ops.runs
    where month = %s and step = 'reconcile' and outcome = 'done' order by run_id desc limit 1
"""


def draw_account(warehouse: Warehouse, *, account_no: str, month: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file of an account's balance statement; the account is in its name.

    Raises: NotFound when the month has no balance statement of that account.
    """
    yield from _draw(warehouse, month=month, account_no=account_no)


def draw_division(warehouse: Warehouse, *, division: str, month: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file of a fiscal division's four-way statement; it is in its name.

    Raises: NotFound when the month has no four-way statement of that division.
    """
    yield from _draw(warehouse, month=month, division=division)


def _draw(
    warehouse: Warehouse, *, month: str, account_no: str | None = None, division: str | None = None
) -> Iterator[tuple[str, bytes]]:
    with warehouse.connect() as connection:
        run = connection.execute(_RUN, (month,)).fetchone()
        if run is None:
            raise _not_found(month, account_no or division)
        site_version, as_of = run
        statements = statements_of(connection, month=month, site_version=site_version, account_no=account_no)
        head = head_of(connection, month=month, site_version=site_version)
    if statements is not None and division is not None:
        statements = _of_division(statements, division)
    if statements is None or not (statements.accounts or statements.steps):
        raise _not_found(month, account_no or division)
    prefix = _NOT_IN_NAMES.sub("_", account_no or division or "")
    for language in LANGUAGES:
        for name, data in files.draw(statements, month=month, as_of=as_of, form_head=head, language=language):
            yield f"{prefix}.{name}", data


def _of_division(statements: Statements, division: str) -> Statements:
    steps = tuple(step for step in statements.steps if step.division == division)
    return dataclasses.replace(statements, accounts=(), steps=steps)


def _not_found(month: str, subject: str | None) -> NotFound:
    return NotFound(
        f"{month} has no statement of {subject}",
        next_step=f"Run fundwatch reconcile --month {month}, or take the number from accounts.csv",
    )
