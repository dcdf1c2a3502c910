"""De-duplication by key within a file: identical records load once, different ones are quarantined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import BinaryIO

import numpy as np
import psycopg
from psycopg import sql

from fundwatch.cleaning import INVISIBLE, NARROW, SPACES, WIDE
from fundwatch.queries import one_row
from ingestion.files import readers, reasons
from ingestion.files.contract import KEY_SEPARATOR, Format
from ingestion.files.records import Columns, Record
from ingestion.files.validation.content import Examination, Totals
from ingestion.files.validation.row_checks import storable


def deduplicate(connection: psycopg.Connection, examination: Examination, *, file_id: str) -> Totals:
    """Delete landed rows that share their key with another record, all but the first of identical ones.

    Shape:  temporary table ``conflicting_lines`` (line, is_quarantined), dropped with the transaction, when
            any keys are shared; ``quarantine_conflicts`` copies these lines into quarantine.
    Returns the totals after that.
    """
    form, totals = examination.form, examination.totals
    if not form.key:
        return totals
    parts = examination.keys.repeated_lines()
    first = next(parts, None)
    if first is None:
        return totals
    cursor = connection.cursor()
    cursor.execute(_TABLES)
    _copy_lines(cursor, first, parts)
    _copy_quarantined(cursor, examination)
    names = {
        "landing": sql.Identifier("landing", form.lands([]).table),
        "key": _key(form),
        "values": sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(name)) for name in form.names),
        "amount": _amount(form),
    }
    bound = {"file_id": file_id}
    for statement in (_LANDED, _SHARED, _CONFLICTING):
        cursor.execute(sql.SQL(statement).format(**names), bound)
    removals = [sql.SQL(_REMOVE).format(gone=sql.SQL(gone), **names) for gone in (_REPEATED, _DIFFERENT)]
    removed = [one_row(cursor.execute(removal, bound)) for removal in removals]
    (repeated, repeated_cents, _), (conflicting, conflicting_cents, absolute_cents) = removed
    (marked,) = one_row(cursor.execute("select count(*) from conflicting_lines"))
    examination.quarantine.by_reason[reasons.DUPLICATE_IN_FILE] += marked
    return replace(
        totals,
        loaded=totals.loaded - repeated - conflicting,
        quarantined=totals.quarantined + conflicting,
        repeated=totals.repeated + repeated,
        loaded_cents=totals.loaded_cents - int(repeated_cents) - int(conflicting_cents),
        repeated_cents=totals.repeated_cents + int(repeated_cents),
        quarantined_absolute_cents=totals.quarantined_absolute_cents + int(absolute_cents),
    )


def _key(form: Format) -> sql.Composable:
    """Return what ``Format.key_of`` compares, of a landed row."""
    cleaned = sql.SQL("translate(btrim(regexp_replace(t.{}, {}, '', 'g'), {}), {}, {})")
    parts = [
        cleaned.format(sql.Identifier(name), f"[{INVISIBLE}]", SPACES, WIDE, NARROW) for name in form.key
    ]
    return sql.SQL("concat_ws({}, {})").format(KEY_SEPARATOR, sql.SQL(", ").join(parts))


def _amount(form: Format) -> sql.Composable:
    """Return a landed row's amount, 0 where it is missing or the format has none."""
    if not form.amount:
        return sql.SQL("0")
    return sql.SQL("case when t.{0} ~ '[0-9]' then t.{0}::numeric else 0 end").format(
        sql.Identifier(form.amount)
    )


def quarantine_conflicts(
    connection: psycopg.Connection,
    examination: Examination,
    opened: Callable[[], AbstractContextManager[BinaryIO]],
    *,
    file_id: str,
) -> None:
    """Quarantine the records that ``deduplicate`` found; the file is read again for their raw text."""
    if not examination.quarantine.by_reason[reasons.DUPLICATE_IN_FILE]:
        return
    cursor = connection.cursor()
    cursor.execute(_ADD_REASON, {"file_id": file_id, "reason": reasons.DUPLICATE_IN_FILE})
    cursor.execute("select line from conflicting_lines where not is_quarantined")
    wanted = np.array([line for (line,) in cursor.fetchall()], np.int64)
    with opened() as handle:
        reader = readers.reader_of(handle, form=examination.form, encoding=examination.manifest.encoding)
        with cursor.copy("copy quarantine.rows (file_id, line, reasons, raw) from stdin") as copy:
            for line, raw in _raw_of(reader, wanted):
                copy.write_row((file_id, line, [reasons.DUPLICATE_IN_FILE], storable(raw)))


def _raw_of(reader: readers.Reader, wanted: np.ndarray) -> Iterator[tuple[int, str]]:
    among = frozenset(wanted.tolist())
    for batch in reader:
        records: Sequence[Record] = (
            batch.records(np.flatnonzero(np.isin(batch.lines, wanted)))
            if isinstance(batch, Columns)
            else batch
        )
        yield from ((record.line, record.raw) for record in records if record.line in among)


def _copy_lines(cursor: psycopg.Cursor, first: np.ndarray, others: Iterator[np.ndarray]) -> None:
    with cursor.copy("copy candidate_lines (line) from stdin") as copy:
        for lines in (first, *others):
            copy.write("".join(f"{line}\n" for line in lines.tolist()))


def _copy_quarantined(cursor: psycopg.Cursor, examination: Examination) -> None:
    with cursor.copy("copy shared_keys (line, key, digest, is_quarantined) from stdin") as copy:
        for record in examination.quarantine:
            if record.key is not None:
                copy.write_row((record.line, record.key, record.digest, True))


_TABLES = """
create temporary table candidate_lines (line bigint) on commit drop;
create temporary table shared_keys (
    line bigint, key text, digest text, is_quarantined boolean
) on commit drop;
create temporary table conflicting_lines (line bigint, is_quarantined boolean) on commit drop;
"""

# Equal values have equal digests; landed and quarantined records are never in one group of equals.
_LANDED = """
insert into shared_keys (line, key, digest, is_quarantined)
select t._row, {key}, row({values})::text, false
from {landing} as t
join candidate_lines as c on t._row = c.line
where t._file_id = %(file_id)s
"""

_SHARED = """
delete from shared_keys as s
where s.key not in (select g.key from shared_keys as g group by g.key having count(*) > 1)
"""

_CONFLICTING = """
insert into conflicting_lines (line, is_quarantined)
select s.line, s.is_quarantined
from shared_keys as s
where s.key in (
    select g.key from shared_keys as g group by g.key having count(distinct g.digest) > 1
)
"""

# All but the first of each group of equals; the order of lines decides.
_REPEATED = """
select s.line
from (
    select line, is_quarantined, row_number() over (partition by key order by line) as occurrence
    from shared_keys
) as s
where s.occurrence > 1
    and not s.is_quarantined
    and not exists (select from conflicting_lines as c where c.line = s.line)
"""

_DIFFERENT = "select c.line from conflicting_lines as c where not c.is_quarantined"

_REMOVE = """
with gone as ({gone}),
removed as (
    delete from {landing} as t
    using gone
    where t._file_id = %(file_id)s and t._row = gone.line
    returning {amount} * 100 as cents
)
select count(*), coalesce(sum(cents), 0), coalesce(sum(abs(cents)), 0) from removed
"""

_ADD_REASON = """
update quarantine.rows as q
set reasons = q.reasons || %(reason)s::text
from conflicting_lines as c
where q.file_id = %(file_id)s and q.line = c.line and c.is_quarantined
"""
