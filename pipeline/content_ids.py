"""Queries that give one short hash of what is landed or was entered: equal hashes, equal content."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg


def content_id(connection: psycopg.Connection, query: str, month: str | None) -> str:
    """Return the short hash of what a query of this module lists, for a month where it asks for one."""
    row = connection.execute(query, {"month": month}).fetchone()
    return str(row[0]) if row else ""


def _hashed(values: str, order: str) -> str:
    """Return the SQL of one short hash over the rows of a query."""
    listed = f"string_agg({values}, E'\\n' order by {order})"
    return f"left(encode(sha256(convert_to(coalesce({listed}, ''), 'UTF8')), 'hex'), 16)"


_FILE = (
    "concat_ws('|', file_id, state, month, format, division, sequence, attempt, rows_loaded,"
    " rows_quarantined, rows_repeated, created_at at time zone 'UTC')"
)
LOADED = f"""
    select feed, {_hashed(_FILE, 'file_id collate "C"')}
    from ops.files
    where feed <> 'production' and state in ('loaded', 'superseded') and month <= %(month)s
    group by feed
"""
# A file that is tried again and again without success counts an attempt each time, and changes nothing.
FILES = f"""
    select {
    _hashed(
        "concat_ws('|', file_id, state, reason, month, format, division, sequence, rows_loaded,"
        " rows_quarantined, created_at at time zone 'UTC')",
        'file_id collate "C"',
    )
}
    from ops.files
    where feed <> 'production' and (month is null or month <= %(month)s)
"""
EXTRACTS = f"""
    select {
    _hashed(
        "concat_ws('|', month, sequence, table_name, file_id)",
        'month collate "C", sequence, table_name collate "C"',
    )
}
    from ops.extracts
    where month <= %(month)s
"""
WAIVERS = f"""
    select {_hashed("concat_ws('|', waiver_id, issue_id, is_lifted, from_month, until)", "waiver_id")}
    from quality.waivers
"""
DECLARATIONS = f"""
    select {_hashed("concat_ws('|', declaration_id, item, answer, note, actor)", "declaration_id")}
    from ops.declarations
    where month = %(month)s
"""
# What a run recorded follows from what it was built from.
CASE_EVENTS = f"""
    select {_hashed("concat_ws('|', case_id, number, state, from_month)", 'case_id collate "C", number')}
    from ops.case_events
    where not is_run and from_month <= %(month)s
"""
# What nobody confirmed, or what was undone, is as if it had never been proposed.
HAND_MATCHES = f"""
    select {_hashed("concat_ws('|', match_id, kind, array_to_string(entries, ','))", "match_id")}
    from ops.hand_match_states
    where is_in_force and from_month <= %(month)s
"""
# A draft follows from the latest publication, and from the current one where the latest neither is it nor
# corrects it. Who signed the latest changes no draft.
PUBLICATIONS = """
    select left(encode(sha256(convert_to(concat_ws('|', number, content_sha256,
        case
            when current is distinct from number and current is distinct from replaces
                then coalesce(current::text, 'none')
        end
    ), 'UTF8')), 'hex'), 16)
    from (
        select
            number, content_sha256, replaces,
            (select c.number from ops.publications as c where c.month = p.month and c.is_current) as current
        from ops.publications as p
        where month = %(month)s
        order by number desc
        limit 1
    ) as latest
"""
STAGED_SITE = f"""
    select {_hashed("concat_ws('|', relname, oid, relfilenode)", 'relname collate "C"')}
    from pg_class
    where relnamespace = to_regnamespace('staging_site') and relkind in ('r', 'v')
"""
