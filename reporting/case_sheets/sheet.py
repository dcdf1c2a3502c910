"""A case's evidence sheet as a PDF: one page, and a list behind it where there is more evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

import psycopg

from fundwatch.database.warehouse import Warehouse
from fundwatch.months import last_day
from reporting.case_sheets import reading
from reporting.case_sheets.evidence import EvidenceLine, evidence_of
from reporting.case_sheets.history import history_of
from reporting.case_sheets.reading import SheetCase
from reporting.case_sheets.saying import said, table_of
from reporting.case_sheets.settlement import OWN_RECORDS, PaidAfter, Settlement, settlement_of
from reporting.case_sheets.texts import SHEET_TEXTS, SheetTexts
from reporting.drawing.typesetting import typeset_on
from reporting.formatting import NOTHING, figure
from reporting.masking import masked_name, masked_number
from reporting.texts import month_in_words

ON_FIRST_PAGE = 25
"""Lines of evidence the first page holds at most; the others stand on a list behind it."""
_ID = 12  # letters of a batch's id that find it
_STATES_OF_A_FINDING = frozenset({"decided", "approved", "recovering", "closed"})


def case_sheet(
    warehouse: Warehouse, *, case_id: str, language: str, timezone: ZoneInfo, month: str | None = None
) -> bytes:
    """Return the evidence sheet of a case, of a death its settlement, as the bytes of a PDF.

    ``case_id``: a case's id or the beginning of it; ``month``: by default the last month that lists it.
    Source: crosschecks.cases and what was recorded of them, the ledgers in the batch of that month, landed
            rows, the catalogue of rules. Days are those of ``timezone``.
    Again:  the same bytes until the month is checked anew, or something is recorded of the case.
    Raises: NotFound.
    """
    with warehouse.connect() as connection:
        case = reading.case_of(connection, case_id, month)
        data = _sheet_data(connection, case, SHEET_TEXTS[language], timezone)
    return typeset_on("case_sheet.typ", data, last_day(case.month))


def _sheet_data(
    connection: psycopg.Connection, case: SheetCase, texts: SheetTexts, timezone: ZoneInfo
) -> dict[str, object]:
    """Return the sheet in the shape the template reads."""
    labels = reading.code_labels(connection, texts.language)
    lines = evidence_of(connection, case)
    settlement = settlement_of(connection, case, lines) if case.is_of_a_death else None
    paid = {payment.payment_id: payment for payment in settlement.payments} if settlement else {}
    label, meaning = reading.rule_texts(connection, case.rule_id, texts.language)
    first, last = _act(case)
    # Items are named in the line of their payment.
    in_payments = {place for payment in paid.values() for place in payment.items}
    shown = (line for line in lines if (line.row.file_id, line.row.line) not in in_payments)
    rows = [
        _evidence_row(at, line, labels=labels, paid=paid, texts=texts)
        for at, line in enumerate(shown, start=1)
    ]
    return {
        "language": texts.language,
        "author": "",
        "title": texts.death_title if settlement else texts.title,
        "mark": texts.states[case.state] if case.state in _STATES_OF_A_FINDING else texts.not_verified,
        "draft": "",
        "head": list(zip(texts.head, _head(connection, case, label, labels, texts), strict=True)),
        "meaning": meaning,
        "evidence_title": texts.numbers[0] + texts.evidence,
        "evidence_headings": texts.evidence_headings,
        "evidence": rows,
        "on_first_page": ON_FIRST_PAGE,
        "evidence_note": texts.evidence_note,
        "see_list": texts.see_list,
        "annex_title": texts.annex,
        "settlement": _settlement(settlement, case, texts) if settlement else None,
        "law_title": texts.numbers[2 if settlement else 1] + texts.law,
        "law": reading.articles_of(
            connection, case.rule_id, texts.language, first=first.isoformat(), last=last.isoformat()
        )
        or [texts.no_law],
        "checks_title": texts.checks,
        "check_lines": texts.death_check_lines if settlement else texts.check_lines,
        "history_title": texts.history,
        "history": history_of(connection, case.case_id, texts, timezone=timezone),
        "signed": texts.signed,
        "page": texts.page,
        "publication": f"{texts.case} {case.case_id}",
        "proof": f"{texts.as_of} {last_day(case.month).isoformat()}",
    }


def _act(case: SheetCase) -> tuple[date, date]:
    """Return first and last day of the act; of a state without months the last day of the case's month."""
    last = last_day(case.last_month or case.month)
    return (date.fromisoformat(f"{case.first_month}-01") if case.first_month else last), last


def _head(
    connection: psycopg.Connection,
    case: SheetCase,
    label: str,
    labels: Mapping[tuple[str, str], str],
    texts: SheetTexts,
) -> Sequence[str]:
    subjects = reading.subjects_of(connection, case)
    months = NOTHING
    if case.first_month:
        words = texts.one_month if case.first_month == case.last_month else texts.month_range
        months = words.format(first=case.first_month, last=case.last_month, months=case.months)
    scheme = case.scheme or ""
    score = f" ({case.score:f})" if case.score is not None else ""
    return (
        label,
        case.case_id,
        month_in_words(case.month, texts.language),
        " / ".join(subject.person_id for subject in subjects),
        " / ".join(filter(None, map(_name, subjects))) or NOTHING,
        " / ".join(masked_number(subject.identity_number) for subject in subjects if subject.identity_number)
        or NOTHING,
        f"{scheme} {labels.get(('AAE140', scheme), '')}".strip() or texts.no_scheme,
        reading.division_name(connection, case.division, texts.language) or texts.no_division,
        f"{case.match_class}{score}",
        texts.states.get(case.state, case.state),
        months,
        figure(case.amount, "yuan"),
    )  # fmt: skip


def _name(subject: reading.Subject) -> str:
    """Return a person's name masked, an employer's as it is."""
    return masked_name(subject.name) if subject.is_person else subject.name


def _evidence_row(
    number: int,
    line: EvidenceLine,
    *,
    labels: Mapping[tuple[str, str], str],
    paid: Mapping[str, PaidAfter],
    texts: SheetTexts,
) -> list[str]:
    row, landed = line.row, line.landed
    if landed is None:
        table, says, file = row.table, texts.gone, row.file_id[:_ID]
    else:
        is_of_production = landed.feed == "production"
        table = table_of(landed) if is_of_production else texts.tables.get(row.table, row.table)
        says = said(landed, labels, texts.language)
        # An extract is named like its table.
        name = landed.month if is_of_production else _breaking(landed.file)
        file = f"{name} {landed.file_id[:_ID]}"
    if row.table == "AC82" and row.key in paid:
        says = _parts(paid[row.key], texts)
    return [str(number), texts.sides[line.side], table, _breaking(row.key), says, file, str(row.line)]


def _parts(payment: PaidAfter, texts: SheetTexts) -> str:
    """Return how a payment is divided, and the lines of its items."""
    month, amount = payment.for_month, figure(payment.amount, "yuan")
    if not payment.items:
        return texts.undivided.format(month=month, amount=amount)
    return texts.divided.format(
        month=month,
        amount=amount,
        pooled=figure(payment.pooled, "yuan"),
        account=figure(payment.account, "yuan"),
        lines=", ".join(
            f"{file_id[:_ID]} {_ranges([line for _, line in items])}"
            for file_id, items in groupby(payment.items, key=itemgetter(0))
        ),
    )


def _breaking(name: str) -> str:
    """Return a file's name or a key that may be broken behind its signs."""
    return re.sub("([-_./|])", "\\1\u200b", name)


def _ranges(lines: Sequence[int]) -> str:
    """Return lines in few letters: those that follow each other as first and last."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1][1:] = [line]
        else:
            runs.append([line])
    return ", ".join("-".join(map(str, run)) for run in runs)


def _settlement(settlement: Settlement, case: SheetCase, texts: SheetTexts) -> dict[str, object]:
    amounts = (
        settlement.pooled + settlement.account, settlement.pooled, settlement.account, settlement.balance,
        settlement.covered, settlement.gross, settlement.grant_open, settlement.by_grant,
        settlement.by_balance, settlement.to_recover, settlement.to_survivors,
    )  # fmt: skip
    words = {
        "payments": len(settlement.payments),
        "months": len({payment.for_month for payment in settlement.payments}),
        "approved": figure(settlement.grant_approved, "yuan"),
        "paid": figure(settlement.grant_paid, "yuan"),
        "heirs": figure(settlement.heirs_paid, "yuan"),
    }
    death_on = settlement.death_on
    dated = texts.own_death_on if case.rule_id == OWN_RECORDS else texts.death_on
    return {
        "title": texts.numbers[1] + texts.settlement,
        "death": dated.format(day=death_on.isoformat()) if death_on else texts.death_unknown,
        "rows": [
            [label, figure(amount, "yuan"), basis.format(**words)]
            for (label, basis), amount in zip(texts.amounts, amounts, strict=True)
        ],
        "note": texts.settlement_note,
    }
