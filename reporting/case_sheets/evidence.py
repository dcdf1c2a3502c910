"""Every row that speaks for a case or against it, with the file and line it landed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter

import psycopg
from psycopg import sql

from reporting.case_sheets.reading import EvidenceRow, SheetCase, current
from reporting.tracing.landed import LandedRow, landed_lines

FOR, AGAINST, BESIDE = "for", "against", "beside"
# A transfer explains contributions and pensions in two places.
_EXPLAINED_BY_TRANSFER = frozenset({"duplicate_enrolment", "duplicate_pension", "employee_and_resident"})
_NAMED_ANYWAY = frozenset({"AC01", "AC50"})
_SIDES = (FOR, AGAINST, BESIDE)
_TABLES = ("death_event", "AC01", "AC02", "AC60", "AC61", "AC50", "AC82", "AC83", "payment_return")


@dataclass(frozen=True)
class EvidenceLine:
    """One row of evidence: which side it is on, and what landed; None where nothing is landed any more."""

    side: str
    row: EvidenceRow
    landed: LandedRow | None


def evidence_of(connection: psycopg.Connection, case: SheetCase) -> tuple[EvidenceLine, ...]:
    """Return the lines of a case: those that raised it, then those against it, then what stands beside.

    Source: the case's own evidence; AC01, returned payments, transfers and impostor claims of its persons in
            the batch of its month; events of the civil registry under their numbers.
    Shape:  each landed row once.
    """
    sides = dict.fromkeys(case.evidence, FOR)
    places = {(row.file_id, row.line): row for row in case.evidence}
    for side, row in _context(connection, case):
        known = places.setdefault((row.file_id, row.line), row)
        # A case of a death names the person's record and account whatever they say.
        is_named_anyway = case.is_of_a_death and known.table in _NAMED_ANYWAY
        sides[known] = side if is_named_anyway else sides.get(known, side)
    landed = _landed(connection, sides)
    lines = [EvidenceLine(side, row, landed.get((row.file_id, row.line))) for row, side in sides.items()]
    return tuple(sorted(lines, key=_place))


def _place(line: EvidenceLine) -> tuple[int, int, str, str, int]:
    table = line.row.table
    at = _TABLES.index(table) if table in _TABLES else len(_TABLES)
    return _SIDES.index(line.side), at, _month_of(line), table + line.row.key, line.row.line


def _month_of(line: EvidenceLine) -> str:
    return (line.landed.values.get("aae003") or "") if line.landed else ""


def _landed(connection: psycopg.Connection, rows: Iterable[EvidenceRow]) -> dict[tuple[str, int], LandedRow]:
    """Read the landed rows file by file."""
    by_file: dict[str, list[int]] = {}
    for row in rows:
        by_file.setdefault(row.file_id, []).append(row.line)
    known = [
        landed
        for file_id, lines in sorted(by_file.items())
        for landed in landed_lines(connection, file_id=file_id, lines=lines)
    ]
    return {(landed.file_id, landed.line): landed for landed in sorted(known, key=attrgetter("table"))}


def _context(connection: psycopg.Connection, case: SheetCase) -> Iterable[tuple[str, EvidenceRow]]:
    wanted = {
        "persons": list(case.persons), "month": case.month, "scheme": case.scheme or None,
        "first": case.first_month or "", "last": case.last_month or case.month,
    }  # fmt: skip
    for survival, *row in connection.execute(_PERSONS, wanted):
        # A record that says nothing of a death speaks for no side of any other rule.
        side = (FOR if survival == "2" else AGAINST) if case.is_of_a_death else BESIDE
        yield side, EvidenceRow("AC01", *row)
    if case.is_of_a_death:
        for table, *row in connection.execute(_SETTLED, wanted):
            yield BESIDE, EvidenceRow(table, *row)
    if case.is_of_a_death or case.rule_id == "unemployed_abroad_or_serving":
        yield from _events(connection, case, wanted)
    yield from _payments(connection, case, wanted)
    if case.rule_id in _EXPLAINED_BY_TRANSFER:
        for transfer in connection.execute(_TRANSFERS, wanted):
            yield AGAINST, EvidenceRow("YC02", *transfer)


def _events(
    connection: psycopg.Connection, case: SheetCase, wanted: Mapping[str, object]
) -> Iterable[tuple[str, EvidenceRow]]:
    """Yield the events of the civil registry under the persons' numbers; a revoked one speaks against."""
    of_what = {"is_death": case.is_of_a_death}
    for event_type, is_meant, *row in connection.execute(_EVENTS, {**wanted, **of_what}):
        yield BESIDE if event_type != "revoke" and is_meant else AGAINST, EvidenceRow("death_event", *row)


def _payments(
    connection: psycopg.Connection, case: SheetCase, wanted: Mapping[str, object]
) -> Iterable[tuple[str, EvidenceRow]]:
    """Yield payments that came back, by the database or a bank, and claims of impostors."""
    for returned in connection.execute(_RETURNED, wanted):
        yield AGAINST, EvidenceRow("AC82", *returned)
    for is_of_the_dead, *row in connection.execute(_RETURNS, wanted):
        # A bank's word that the holder died supports a death, and nothing else.
        yield FOR if is_of_the_dead and case.is_of_a_death else AGAINST, EvidenceRow("payment_return", *row)
    for claim in connection.execute(_CLAIMS, wanted):
        yield FOR, EvidenceRow("YC01", *claim)


_PERSONS = sql.SQL("""
select survival, person_id, source_file_id, source_row from business_ledger.persons
where person_id = any(%(persons)s) and {current}
""").format(current=current())
_EVENTS = sql.SQL("""
select
    events.event_type,
    case when %(is_death)s then coalesce(events.category in ('01', '02'), false)
        else coalesce(events.category in ('03', '04'), false) end,
    events.source || '/' || events.source_event_id,
    events.source_file_id,
    events.source_row
from staging_civil_registry.stg_civil_registry__death_event as events
where events.file_month <= %(month)s and events.identity_number_18 in (
    select identity_number_18 from business_ledger.persons
    where person_id = any(%(persons)s) and is_identity_valid and {current}
)
""").format(current=current())
# What a settlement reads beside the payments: the balance, and benefits approved or paid for the death.
_SETTLED = sql.SQL("""
select 'AC50', person_id || '/' || scheme, source_file_id, source_row from business_ledger.personal_accounts
where person_id = any(%(persons)s) and scheme = %(scheme)s and {current}
union all
select 'AC61', items.entitlement_id || '/' || items.item, items.source_file_id, items.source_row
from business_ledger.entitlement_items as items
inner join business_ledger.entitlements as entitled
    on items.entitlement_id = entitled.entitlement_id and {of_entitlement}
where entitled.person_id = any(%(persons)s) and entitled.scheme = %(scheme)s
    and items.item in ('501', '503') and {of_item}
union all
select 'AC83', items.payment_id || '/' || items.item, items.source_file_id, items.source_row
from business_ledger.payment_items as items
inner join business_ledger.payments as paid on items.payment_id = paid.payment_id and {of_payment}
where paid.person_id = any(%(persons)s) and paid.scheme = %(scheme)s and paid.is_paid
    and items.item in ('501', '503') and {of_item}
""").format(
    current=current(),
    of_item=current("items"),
    of_payment=current("paid"),
    of_entitlement=current("entitled"),
)
_RETURNED = sql.SQL("""
select payment_id, source_file_id, source_row from business_ledger.payments
where person_id = any(%(persons)s) and result = '2' and {current}
    and (%(scheme)s::text is null or scheme = %(scheme)s) and for_month between %(first)s and %(last)s
""").format(current=current())
_RETURNS = sql.SQL("""
select
    coalesce(returned.reason = 'MD07', false),
    returned.payment_id,
    returned.source_file_id,
    returned.source_row
from staging_bank.stg_bank__payment_return as returned
where returned.result = 'returned' and returned.file_month <= %(month)s and returned.payment_id in (
    select payment_id from business_ledger.payments
    where person_id = any(%(persons)s) and {current}
        and (%(scheme)s::text is null or scheme = %(scheme)s) and for_month between %(first)s and %(last)s
)
""").format(current=current())
_TRANSFERS = sql.SQL("""
select person_id || '/' || scheme || '/' || for_month, source_file_id, source_row
from business_ledger.transfers
where person_id = any(%(persons)s) and {current} and (%(scheme)s::text is null or scheme = %(scheme)s)
""").format(current=current())
_CLAIMS = sql.SQL("""
select person_id || '/' || scheme || '/' || from_month, source_file_id, source_row
from business_ledger.impostor_claims
where person_id = any(%(persons)s) and {current} and (%(scheme)s::text is null or scheme = %(scheme)s)
""").format(current=current())
