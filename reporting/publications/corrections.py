"""What a correction changed, against the publication it replaces: cells, rates, rules, cases, statements."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields, replace
from decimal import Decimal

from reporting.publications.stored import Stated
from reporting.snapshot.cases import Case
from reporting.snapshot.content import Cell, subjects
from reporting.snapshot.quality import RuleResult, ScorecardRow
from reporting.snapshot.statements import Statements

_BESIDE_CELLS = ("scorecard", "rules", "cases", "R6", "R7")


@dataclass(frozen=True)
class CellChange:
    """A cell, rate, rule, case or statement that differs; ``kind`` is changed, added or dropped."""

    form: str
    cell: str
    division: str
    scheme: str
    breakdown: str
    indicator: str
    kind: str
    old_value: Decimal | None
    new_value: Decimal | None


def changes(former: Iterable[Cell], cells: Iterable[Cell]) -> list[CellChange]:
    """Return the cells that differ, in the order of the forms; cells are matched by subject, not by place."""
    before, after = _by_subject(former), _by_subject(cells)
    differing = [_change(old, None, place=old) for subject, old in before.items() if subject not in after]
    for subject, new in after.items():
        old = before.get(subject)
        if old is None or old.value != new.value:
            differing.append(_change(old, new, place=new))
    return sorted(
        differing,
        key=lambda change: (change.form, change.division, change.scheme, change.breakdown, change.cell),
    )


def all_changes(former: Stated, now: Stated) -> list[CellChange]:
    """Return what differs of two publications: cells of the forms, then rates, rules, cases and statements.

    Shape:  a rate is the form ``scorecard``, its cell the table, its indicator the metric; a rule the form
            ``rules``, its value the failed rows; a case the form ``cases``, its value the amount. Of a
            balance statement (``R6``) the cell is the account, of a step of the four-way comparison (``R7``)
            its parties; the indicators are both amounts and their difference, which differs too where the
            status, the items or the register's entry do. Statements of a publication that an older version
            made without storing them are not compared.
    """
    statements_before, statements_now = former.statements, now.statements
    is_comparable = statements_before is not None and statements_now is not None
    return [
        *changes(former.cells, now.cells),
        *_keyed(map(_rate, former.scorecard), map(_rate, now.scorecard)),
        *_keyed(map(_rule, former.rule_results), map(_rule, now.rule_results)),
        *_keyed(map(_case, former.cases), map(_case, now.cases)),
        *(_keyed(_statements(statements_before), _statements(statements_now)) if is_comparable else ()),
    ]


def count_cells(changed: Iterable[CellChange]) -> int:
    """Return how many of the changes are of cells."""
    return sum(change.form not in _BESIDE_CELLS for change in changed)


def as_csv(changed: Iterable[CellChange]) -> bytes:
    """Return the changes as a file of the publication; plain decimals, empty for none."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    names = [field.name for field in fields(CellChange)]
    writer.writerow(names)
    for change in changed:
        values = (getattr(change, name) for name in names)
        writer.writerow(format(value, "f") if isinstance(value, Decimal) else value for value in values)
    return text.getvalue().encode()


def _change(old: Cell | None, new: Cell | None, *, place: Cell) -> CellChange:
    kind = "changed" if old and new else "added" if new else "dropped"
    return CellChange(
        place.form, place.cell, place.division, place.scheme, place.breakdown, place.indicator, kind,
        old.value if old else None, new.value if new else None,
    )  # fmt: skip


def _by_subject(cells: Iterable[Cell]) -> dict[tuple[object, ...], Cell]:
    """Index cells by what they state, since a line's number changes when a scheme is added."""
    cells = tuple(cells)
    lines = subjects(cells)
    return {
        (
            cell.form, cell.division, cell.scheme, cell.breakdown, cell.place[1],
            lines.get((cell.form, cell.place[0]), cell.indicator),
        ): cell
        for cell in cells
    }  # fmt: skip


@dataclass(frozen=True)
class _Keyed:
    """Something beside the cells: where it stands, the value to show, and all that must be equal."""

    key: tuple[str, str, str, str, str, str]
    value: Decimal | None
    all_of_it: tuple[object, ...]


def _rate(row: ScorecardRow) -> _Keyed:
    judged = (row.numerator, row.denominator, row.rate, row.target, row.status, row.grade)
    return _Keyed(("scorecard", row.table, row.division, "", "", row.metric), row.rate, judged)


def _rule(row: RuleResult) -> _Keyed:
    key = ("rules", row.rule_id, row.division, "", row.table, "failed")
    return _Keyed(key, Decimal(row.failed), (row.checked, row.failed, row.own_failed))


def _case(case: Case) -> _Keyed:
    key = ("cases", case.case_id, case.division or "", case.scheme or "", "", case.rule_id)
    return _Keyed(key, case.amount, astuple(replace(case, evidence=None)))


def _statements(stated: Statements | None) -> Iterator[_Keyed]:
    for account in stated.accounts if stated else ():
        place = ("R6", account.account_no, account.division, account.fund, "")
        for name in ("bank_amount", "book_amount"):
            yield _Keyed((*place, name), amount := getattr(account, name), (amount,))
        yield _Keyed((*place, "difference"), account.difference, astuple(account))
    for step in stated.steps if stated else ():
        place = ("R7", f"{step.party_a}/{step.party_b}", step.division, step.scheme, "")
        for name in ("amount_a", "amount_b"):
            yield _Keyed((*place, name), amount := getattr(step, name), (amount,))
        yield _Keyed((*place, "difference"), step.difference, astuple(step))


def _keyed(former: Iterable[_Keyed], now: Iterable[_Keyed]) -> list[CellChange]:
    before, after = ({cell.key: cell for cell in side} for side in (former, now))
    differing = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old is None or new is None or old.all_of_it != new.all_of_it:
            kind = "changed" if old and new else "added" if new else "dropped"
            form, cell, division, scheme, breakdown, indicator = key
            differing.append(
                CellChange(
                    form, cell, division, scheme, breakdown, indicator, kind,
                    old.value if old else None, new.value if new else None,
                )
            )  # fmt: skip
    return differing
