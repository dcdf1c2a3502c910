"""A small ledger of publications and files, with counts that tests know; its portal, running."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from fundwatch.site import load_site
from tests.portal.conftest import (
    CITY,
    COUNTIES,
    Browser,
    PortalCity,
    add_user,
    another,
    begin_session,
    served,
)
from tests.support import Databases, put_off_guards

OLD, CURRENT, DRAFT = 1, 2, 3
FILES, REJECTED, ISSUES, DRAFT_ISSUES = 250, 30, 120, 7
HOSTILE = "<img src=x onerror=alert(1)>\u202e=1+1'\""
_ROWS = """
    insert into ops.publications (number, month, state, is_current, replaces, content_sha256, code_version,
        site_version, as_of, batches, preparer)
    select n, '2024-06', case when n = 3 then 'draft' else 'approved' end, n = 2, nullif(n - 1, 0), '', '',
        (select site_version from site.versions limit 1), now(), '{{}}', 'p'
    from generate_series(1, 3) as n;
    insert into ops.publication_issues (number, issue_id, division, table_name, rule_id, key, source_file_id,
        source_row, first_seen, due_on, state)
    select n, 'i' || n || '-' || lpad(i::text, 3, '0'), '{county}', 'AC01', 'AC01-1', 'k' || i, 'f', i,
        '2024-06', date '2024-07-01' + i, 'open'
    from (values (1, 1), (2, {issues}), (3, {drafts})) as v (n, many), generate_series(1, many) as i;
    insert into ops.files (file_id, feed, name, division, month, state, reason, rows_loaded)
    select 'f' || lpad(i::text, 3, '0'), 'bank', case when i = 1 then %(name)s else 'file ' || i end,
        '{county}', '2024-06', case when i <= {rejected} then 'rejected' else 'loaded' end,
        case when i = 1 then 'A_NEW_REASON' when i <= {rejected} then 'SHA256_MISMATCH' else '' end, i
    from generate_series(1, {files}) as i;
    insert into ops.publication_bases (number, place, division, scheme, wage_year, level, unit_id, person_id,
        base_method, expected_base, applied_base, trueup_open, status)
    select 2, p, case when p % 2 = 0 then '{county}' else '{other}' end, '110', '2023',
        case when p < 2 then 'unit' else 'person' end, case when p < 210 then 'U' || p % 2 end,
        case when p > 1 then '23060000' || 1000 + p end, 'dual', 4000 + p, 12345.67, -0.5, 'differs'
    from generate_series(0, 500) as p;
    insert into ops.publication_base_units (number, unit_id, wage_year, division, name, wage_bill)
    values (2, 'U0', '2023', '{county}', %(name)s, 120000), (2, 'U1', '2023', '{other}', '乙单位', null);
    insert into ops.publication_base_documents (number, unit_id, wage_year, document_code, division, name_zh,
        name_en, due_on)
    values (2, 'U0', '2023', 'payroll', '{county}', '台账', 'ledger of wages', '2024-03-31');
    insert into ops.publication_base_exceptions (number, place, exception_id, exception, division, scheme,
        wage_year, unit_id, person_id, months, expected, found, amount, evidence)
    select 2, p, 'x' || p, (array['document_missing', 'unit_base_low', 'base_changed_in_year'])[p],
        '{county}', case when p > 1 then '110' end, '2023', 'U0', case when p = 3 then '230600001002' end, p,
        case when p = 1 then 'payroll' else '4000.00' end, null, 10.5, '[]'
    from generate_series(1, 3) as p
    union all
    select 2, 4, 'x4', 'not_declared', '{other}', null, '2023', 'U9', null, null, null, null, null, '[]'
"""


@pytest.fixture(scope="session")
def ledger(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> PortalCity:
    """A warehouse with an old, a current and a draft publication of issues, and files of hostile names."""
    home = tmp_path_factory.mktemp("ledger") / "home"
    home.mkdir()
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    warehouse = open_warehouse(settings)
    load_site(warehouse, settings)
    rows = _ROWS.format(
        county=COUNTIES[0],
        other=COUNTIES[1],
        issues=ISSUES,
        drafts=DRAFT_ISSUES,
        rejected=REJECTED,
        files=FILES,
    )
    with warehouse.connect() as connection:
        put_off_guards(connection)
        for statement in rows.split(";"):
            connection.execute(statement, {"name": HOSTILE} if "%(name)s" in statement else None)
    return PortalCity(settings=settings, warehouse=warehouse)


@pytest.fixture(scope="session")
def reading_room(ledger: PortalCity) -> Iterator[Browser]:
    """The portal of the small ledger, running; nobody is signed in."""
    yield from served(ledger)


@pytest.fixture(scope="session")
def reader(ledger: PortalCity, reading_room: Browser) -> Callable[..., Browser]:
    """Return a function that gives a client of a new user with a role for a division."""

    def client(role: str, division: str = CITY) -> Browser:
        user = add_user(ledger.warehouse, (role, division))
        return another(reading_room).use(begin_session(ledger.warehouse, user))

    return client
