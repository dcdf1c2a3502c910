"""A published city of as many persons as asked, written by the database in the shapes publishing stores.

A person in five has an issue, one in fifty a suspicious point with three lines of evidence. Figures,
scorecard and rules have the size of a city of twenty counties, however many persons it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import LiteralString

import psycopg

from benchmarks.landing import CITY
from fundwatch.access import roles
from fundwatch.catalogue import TABLES

COUNTIES = 20
MONTH, FLIPPED_MONTH, EXPORTED_MONTH = "2024-06", "2024-05", "2024-04"
NUMBER, FLIPPED, EXPORTED = 1, (2, 3), 4
_PARTS = [
    "divisions", "issues", "reconciliation", "case_counts", "case_persons", "case_evidence", "declarations",
]  # fmt: skip
_DIVISION: LiteralString = "'2306' || lpad((1 + n %% 20)::text, 2, '0')"
_TABLES = sorted(TABLES)[:40]

_PUBLICATION: LiteralString = """
    insert into ops.publications (
        number, month, state, is_current, content_sha256, sha256, code_version, site_version, as_of, batches,
        preparer, reviewer, approver, prepared_at, reviewed_at, approved_at, parts
    ) values (
        %(number)s, %(month)s, 'approved', %(current)s, md5(%(month)s), md5(%(month)s), 'benchmark', '',
        now(), '{}', '甲', '乙', '丙', now(), now(), now(), %(parts)s
    )
"""
_CELLS: LiteralString = """
    insert into ops.publication_cells (
        number, form, division, scheme, breakdown, cell, label_zh, label_en, value, unit, indicator
    )
    select
        %(number)s, 'R' || f, d.division, s, '', 'r' || row_number() over (partition by f, i order by
            d.division, s) || 'c' || i, '县 · 险种 · 指标' || i, 'county · scheme · indicator ' || i,
        %(value)s + f * 1000 + i, case when i %% 2 = 0 then 'persons' else 'yuan' end, 'indicator_' || i
    from generate_series(1, %(forms)s) as f, generate_series(1, 25) as i,
        site.divisions as d, unnest(array['110', '310', '210', 'ALL']) as s
    where d.division is not null
"""
_ISSUES: LiteralString = """
    insert into ops.publication_issues (
        number, issue_id, division, table_name, rule_id, key, source_file_id, source_row, first_seen,
        due_on, state, corrected_on, place
    )
    select %(number)s, x.*, row_number() over (order by x.division, x.table_name, x.rule_id, x.key, x.id)
    from (
        select
            md5(%(month)s || n) as id, """ + _DIVISION + """ as division,
            (%(tables)s::text[])[1 + n %% cardinality(%(tables)s::text[])] as table_name,
            'rule_' || n %% 60 as rule_id, 'P' || lpad(n::text, 9, '0') as key, 'extract-' || n %% 40, n,
            '2024-0' || (1 + n %% 4), date '2024-07-01' + (n %% 60),
            (array['open', 'overdue', 'open', 'corrected', 'open', 'overdue'])[1 + n %% 6],
            case when n %% 6 = 3 then date '2024-06-20' end
        from generate_series(1, %(rows)s) as n
    ) as x
"""  # fmt: skip
_LISTED: LiteralString = """
    insert into quality.rectification (
        month, issue_id, division, table_name, rule_id, key, source_file_id, source_row, first_seen,
        issued_month, due_on, state, corrected_on
    )
    select %(month)s, issue_id, division, table_name, rule_id, key, source_file_id, source_row, first_seen,
        %(month)s, due_on, state, corrected_on
    from ops.publication_issues where number = %(number)s
"""
_CASES: LiteralString = """
    insert into ops.publication_cases (
        number, case_id, rule_id, division, scheme, person_id, other_person_id, match_class, score,
        first_month, last_month, months, amount, state, evidence, place
    )
    select
        %(number)s, md5('case' || n), 'C' || lpad((1 + n %% 30)::text, 2, '0'), """ + _DIVISION + """,
        '110', 'P' || lpad((n * 37)::text, 9, '0'),
        case when n %% 2 = 0 then 'P' || lpad((n * 41)::text, 9, '0') end, 'exact', 0.97, '2024-01',
        '2024-06', 6, (n %% 9000) * 3.17, (array['open', 'open', 'dispatched', 'verified'])[1 + n %% 4],
        (
            select jsonb_agg(jsonb_build_object(
                'table', 'AC82', 'key', n || '-' || e, 'source_file_id', 'extract-AC82', 'source_row', e
            ))::text from generate_series(1, 3) as e
        ),
        n
    from generate_series(1, %(rows)s) as n
"""  # fmt: skip
_EVIDENCE: LiteralString = """
    insert into ops.publication_case_evidence (
        number, case_id, line, landed_table, division, table_name, key, source_file_id, source_row, file_name,
        fields
    )
    select number, case_id, e, 'landing.production__ac82', division, 'AC82', place || '-' || e,
        'extract-AC82', e, 'AC82', jsonb_build_object(
            'aaz220', place || '-' || e, 'aac001', person_id, 'aae140', scheme, 'aae002', '202406',
            'aae003', '202406', 'aae019', amount::text, 'aae145', '1', 'aae117', '1', 'aae036', '20240630'
        )
    from ops.publication_cases, generate_series(1, 3) as e where number = %(number)s
"""
_PERSONS: LiteralString = """
    insert into ops.publication_case_persons (
        number, case_id, place, division, person_id, is_person, name, identity_number, birth_on
    )
    select number, case_id, p.place, division, p.id, true, '某某' || c.place,
        '2306021960' || lpad((c.place %% 10000)::text, 4, '0') || '0010', date '1960-01-01'
    from ops.publication_cases as c, lateral (values (1, person_id), (2, other_person_id)) as p (place, id)
    where number = %(number)s and p.id is not null
"""
_COUNTS: LiteralString = """
    insert into ops.publication_case_counts (number, division, rule_id, scheme, state, outcome, cases, amount)
    select number, division, rule_id, scheme, state, outcome, count(*), sum(amount)
    from ops.publication_cases where number = %(number)s
    group by number, division, rule_id, scheme, state, outcome
"""
_SCORECARD: LiteralString = """
    insert into ops.publication_scorecard (
        number, division, name_zh, name_en, level, table_name, metric, numerator, denominator, rate, target,
        status, grade
    )
    select %(number)s, d.division, d.name_zh, d.name_en, d.level, t, m, 990, 1000, 0.99, 0.98,
        case when m = 'uniqueness' then 'fail' else 'pass' end, 'B'
    from site.divisions as d, unnest(%(tables)s::text[]) as t,
        unnest(array['completeness', 'timeliness', 'uniqueness', 'validity', 'consistency']) as m
    where d.level in ('city', 'county')
"""
_RULES: LiteralString = """
    insert into ops.publication_rules (
        number, division, table_name, rule_id, severity, text_zh, text_en, checked, failed, own_failed
    )
    select %(number)s, d.division, t, 'rule_' || r, 'error', '规则' || r, 'rule ' || r, 1000, r, r
    from site.divisions as d, unnest(%(tables)s::text[]) as t, generate_series(0, 14) as r
    where d.level in ('city', 'county')
"""
_FAILURES: LiteralString = """
    insert into ops.publication_failures (
        number, division, table_name, rule_id, masked_key, source_file_id, source_row
    )
    select number, division, table_name, 'rule_' || source_row %% 15, masked_key, source_file_id, source_row
    from ops.publication_issues where number = %(number)s
"""
_RECONCILIATION: LiteralString = """
    insert into ops.publication_reconciliation (
        number, place, check_name, division, scheme, subject, for_month, account_no, party_a, party_b,
        amount_a, amount_b, difference, status, items
    )
    select %(number)s, n, 'contributions', """ + _DIVISION + """, '110', 'E' || n, '2024-06',
        '62220000' || n, 'business', 'tax', n, n + n %% 3, n %% 3,
        case when n %% 3 = 0 then 'equal' else 'different' end, '[]'
    from generate_series(1, %(rows)s) as n
"""  # fmt: skip
_REST: tuple[LiteralString, ...] = (
    """
    insert into ops.publication_divisions (number, division, name_zh, name_en, level, parent)
    select %(number)s, division, name_zh, name_en, level, parent from site.divisions
    where division is not null
    """,
    """
    insert into ops.publication_declarations (number, item, answer, note, actor, entered_at)
    select %(number)s, 'item_' || n, 'yes', '', '甲', now() from generate_series(1, 6) as n
    """,
    """
    insert into ops.publication_files (number, name, sha256)
    select %(number)s, 'form-' || n || '.xlsx', md5(n::text) from generate_series(1, 12) as n
    """,
)
_ARRIVALS: tuple[LiteralString, ...] = (
    """
    insert into ops.files (
        file_id, feed, format, division, month, sequence, name, sha256, encoding, state, reason, message,
        rows_declared, rows_loaded, rows_quarantined, normalised_count, attempt, first_seen_at, decided_by
    )
    select md5('file' || n), 'tax', 'tax-voucher-csv/1', """ + _DIVISION + """, '2024-0' || (1 + n %% 6), n,
        'vouchers-' || n || '.csv', md5(n::text), 'utf-8',
        case when n %% 50 = 0 then 'rejected' when n %% 77 = 0 then 'held' else 'loaded' end, '', '', 1000,
        1000, 0, 0, 1, now(), ''
    from generate_series(1, 2000) as n
    """,
    """
    insert into ops.runs (step, month, site_version, started_at, ended_at, outcome, detail)
    select 'step_' || n %% 20, '2024-0' || (1 + n %% 6), (select max(site_version) from site.versions), now(),
        now(), 'ok', '{}'
    from generate_series(1, 2000) as n
    """,
    """
    create table crosschecks.cases as
    select case_id, %(month)s::text as month, rule_id, division, scheme, person_id, other_person_id,
        match_class, score, first_month, last_month, months, amount, state, outcome, evidence
    from ops.publication_cases where number = %(number)s
    """,
    "create unique index on crosschecks.cases (month, case_id)",
    "create index on crosschecks.cases (case_id)",
)  # fmt: skip


def publish_city(connection: psycopg.Connection, *, persons: int, exported: int = 0) -> None:
    """Write a current publication of MONTH; two of FLIPPED_MONTH with figures alone, the first current.

    The figures of the flipped month are all of the publication's own number. ``exported``: rows of the list
    of issues of EXPORTED_MONTH, which no other leg reads; none by default. Commits.
    """
    put_off_guards(connection)
    values = {"tables": _TABLES, "number": NUMBER, "month": MONTH}
    _publication(connection, NUMBER, MONTH, is_current=True)
    connection.execute(_CELLS, values | {"value": 0, "forms": 4})
    connection.execute(_ISSUES, values | {"rows": persons // 5})
    connection.execute(_CASES, values | {"rows": persons // 50})
    connection.execute(_RECONCILIATION, values | {"rows": persons // 50})
    for statement in (_LISTED, _EVIDENCE, _PERSONS, _COUNTS, _SCORECARD, _RULES, _FAILURES, *_REST):
        connection.execute(statement, values)
    for statement in _ARRIVALS:
        connection.execute(statement, values)
    # As approving it does; the trigger is put off.
    connection.execute("select ops.compare_publication(%(number)s)", values)
    for number in FLIPPED:
        _publication(connection, number, FLIPPED_MONTH, is_current=number == FLIPPED[0])
        connection.execute(_FLIPPED_CELLS, {"number": number})
    if exported:
        _publication(connection, EXPORTED, EXPORTED_MONTH, is_current=True)
        connection.execute(_ISSUES, values | {"number": EXPORTED, "month": EXPORTED_MONTH, "rows": exported})
    connection.commit()
    roles.establish(connection)
    connection.commit()
    connection.autocommit = True
    connection.execute("vacuum (analyze)")
    connection.execute("checkpoint")
    connection.autocommit = False


def put_off_guards(connection: psycopg.Connection) -> None:
    """Let this session write what the triggers of publications guard, as their owner could.

    Triggers that hold always become ordinary ones, and ordinary ones are put off. The caller commits.
    """
    guards = connection.execute(
        "select format('alter table %s enable trigger %I', tgrelid::regclass, tgname) from pg_trigger"
        " where tgenabled = 'A'"
    ).fetchall()
    for (statement,) in guards:
        connection.execute(statement)
    connection.execute("set session_replication_role = replica")


def sizes(connection: psycopg.Connection) -> Mapping[str, int]:
    """Return how many figures, issues and cases the publication of MONTH has."""
    sizes = {}
    for name in ("cells", "issues", "cases"):
        row = connection.execute(
            psycopg.sql.SQL("select count(*) from ops.{} where number = %s").format(
                psycopg.sql.Identifier(f"publication_{name}")
            ),
            (NUMBER,),
        ).fetchone()
        sizes[name] = row[0] if row else 0
    return sizes


def _publication(connection: psycopg.Connection, number: int, month: str, *, is_current: bool) -> None:
    values = {"number": number, "month": month, "current": is_current, "parts": _PARTS}
    connection.execute(_PUBLICATION, values)


_FLIPPED_CELLS: LiteralString = """
    insert into ops.publication_cells (
        number, form, division, scheme, breakdown, cell, label_zh, label_en, value, unit, indicator
    )
    select %(number)s, 'R1', division, 'ALL', '', 'r' || row_number() over (order by division, i) || 'c1',
        '', '', %(number)s, 'persons', 'indicator_' || i
    from site.divisions, generate_series(1, 5) as i where division is not null
"""
# In the middle of every order by division.
COUNTY = f"{CITY[:4]}11"
