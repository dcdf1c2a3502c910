"""An office: people with roles, and a case, an issue and a draft wherever a test needs one."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import psycopg
from psycopg.rows import dict_row

from fundwatch.acts import signoff
from fundwatch.database.warehouse import Warehouse
from tests.integration.cases.desk import Desk

PROVINCE, CITY, NORTH, SOUTH = "640000", "640300", "640301", "640302"
LEVELS = {PROVINCE: "province", CITY: "city", NORTH: "county", SOUTH: "county"}
PARENTS = {PROVINCE: None, CITY: PROVINCE, NORTH: CITY, SOUTH: CITY}
ROLES = ("supervisor", "statistician", "auditor", "engineer", "admin")
MAY, JUNE = "2024-05", "2024-06"
# Somebody whose values must stand nowhere but where they belong.
CANARY, CANARY_NAME = "11010519491231002X", "金丝雀"
_EVIDENCE = json.dumps(
    [{"table": "AC82", "key": f"{CANARY}|P5", "source_file_id": "file", "source_row": 7}], ensure_ascii=False
)
_DRAFT = (
    "insert into ops.publications (number, month, state, content_sha256, sha256, code_version, site_version,"
    " as_of, batches, not_usable, preparer)"
    " values (%s, %s, 'draft', 'c', 's', 'v', 'office', '2024-06-30', '{}', '{}', %s)"
)


@dataclass
class Office:
    """A warehouse of a city with two counties, and the ways its people reach it."""

    warehouse: Warehouse
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(self.warehouse)
        with self.warehouse.connect() as connection:
            connection.execute("insert into site.versions (site_version) values ('office')")
            for row, (division, level) in enumerate(LEVELS.items()):
                connection.execute(
                    "insert into site.divisions (division, name_zh, level, parent, _site_version, _row)"
                    " values (%s, %s, %s, %s, 'office', %s)",
                    (division, f"区{division}", level, PARENTS[division], row),
                )

    def sign_in(
        self, role: str | None = None, division: str = CITY, *, name: str = "", display: str = ""
    ) -> str:
        """Return the secret of a new session, of a new user unless ``name`` is one."""
        name = name or f"u{secrets.token_hex(5)}"
        secret = secrets.token_bytes(32)
        with self.warehouse.connect() as connection:
            connection.execute(
                "insert into portal.users (name, display) values (%s, %s) on conflict do nothing",
                (name, display),
            )
            if role:
                connection.execute(
                    "insert into portal.grants (user_name, role, division, granted_by)"
                    " values (%s, %s, %s, 'test') on conflict do nothing",
                    (name, role, division),
                )
            connection.execute(
                "insert into portal.sessions (secret_sha256, session_id, user_name, idle_until, ends_at)"
                " values (%s, %s, %s, now() + '30 minutes', now() + '12 hours')",
                (hashlib.sha256(secret).digest(), secrets.token_hex(6), name),
            )
        return secret.hex()

    @contextmanager
    def acts(self, secret: str, *, key: str = "acts") -> Iterator[psycopg.Connection]:
        """Yield a connection of the role that acts, in a transaction with a session set; commit after it.

        Its rows are dicts, as the portal's are.
        """
        url = self.warehouse.portal_url(key)
        assert url is not None
        with psycopg.connect(url, row_factory=dict_row) as connection:
            connection.execute("select set_config('fundwatch.session', %s, true)", (secret,))
            yield connection

    def case(self, division: str | None = NORTH, *, state: str = "open", person: str = CANARY) -> str:
        """List a case in June and publish it, and return its id."""
        case_id = self.published_case(division, person=person)
        self.list_case(case_id, division, state=state, person=person)
        return case_id

    def list_case(
        self, case_id: str, division: str | None = NORTH, *, state: str = "open", person: str = CANARY
    ) -> None:
        """List a case in June, as a run does before anybody publishes it."""
        with self.warehouse.connect() as connection:
            connection.execute(
                "insert into crosschecks.cases values (%s, 'paid_after_death', %s, %s, '110', %s, null, 'A',"
                " null, %s, %s, 1, 2000, %s, null, %s, %s, %s, %s)",
                (
                    case_id, JUNE, division, person, MAY, JUNE, state, _EVIDENCE, date(2024, 4, 1),
                    date(2024, 6, 30), state,
                ),
            )  # fmt: skip

    def issue(self, division: str = NORTH) -> str:
        """List an issue in June and publish it, and return its id."""
        issue_id = self.list_issue(division)
        with self.publishing() as (connection, publication):
            connection.execute(
                "insert into ops.publication_issues (number, issue_id, division, table_name, rule_id, key,"
                " source_file_id, source_row, first_seen, due_on, state)"
                " values (%s, %s, %s, 'AC01', 'AC01-1', %s, 'file', 3, %s, %s, 'open')",
                (publication, issue_id, division, f"{CANARY}|x", JUNE, date(2024, 7, 31)),
            )
        return issue_id

    def list_issue(self, division: str = NORTH) -> str:
        """List an issue in June, as a run does before anybody publishes it; return its id."""
        issue_id = secrets.token_hex(10)
        with self.warehouse.connect() as connection:
            connection.execute(
                "insert into quality.error_lists (month, as_of) values (%s, %s) on conflict do nothing",
                (JUNE, date(2024, 6, 30)),
            )
            connection.execute(
                "insert into quality.rectification (month, issue_id, division, table_name, rule_id, key,"
                " source_file_id, source_row, first_seen, issued_month, due_on, state)"
                " values (%s, %s, %s, 'AC01', 'AC01-1', %s, 'file', 3, %s, %s, %s, 'open')",
                (JUNE, issue_id, division, f"{CANARY}|x", JUNE, JUNE, date(2024, 7, 31)),
            )
        return issue_id

    def draft(self, *, preparer: str = "王小明") -> int:
        """Prepare a draft of a month of its own, and return its number."""
        with self.warehouse.connect() as connection:
            ((number,),) = connection.execute("select coalesce(max(number), 0) + 1 from ops.publications")
            connection.execute(_DRAFT, (number, _month_of(number), preparer))
        return number

    @contextmanager
    def publishing(self) -> Iterator[tuple[psycopg.Connection, int]]:
        """Prepare a publication of a month of its own to put rows into; approve it after that."""
        with self.warehouse.connect() as connection:
            ((publication,),) = connection.execute(
                "select coalesce(max(number), 0) + 1 from ops.publications"
            )
            connection.execute(_DRAFT, (publication, _month_of(publication), "王小明"))
            yield connection, publication
        signoff.review(self.warehouse, number=publication, name="李复核")
        signoff.approve(self.warehouse, number=publication, name="张负责")

    def published_case(
        self, division: str | None = NORTH, *, person: str = CANARY, number: str = CANARY
    ) -> str:
        """Publish a case in a month of its own, and return its id."""
        case_id = secrets.token_hex(12)
        with self.publishing() as (connection, publication):
            connection.execute(
                "insert into ops.publication_cases (number, case_id, rule_id, division, scheme, person_id,"
                " state, evidence) values (%s, %s, 'paid_after_death', %s, '110', %s, 'open', %s)",
                (publication, case_id, division, person, _EVIDENCE),
            )
            connection.execute(
                "insert into ops.publication_case_persons (number, case_id, place, division, person_id,"
                " is_person, name, identity_number) values (%s, %s, 1, %s, %s, true, %s, %s)",
                (publication, case_id, division, person, CANARY_NAME, number),
            )
            connection.execute(
                "insert into ops.publication_case_evidence (number, case_id, line, landed_table, division,"
                " table_name, key, fields) values (%s, %s, 1, 'production__ac82', %s, 'AC82', %s, %s)",
                (publication, case_id, division, f"{CANARY}|P5", json.dumps({"aac002": number})),
            )
        return case_id

    @contextmanager
    def unwritable_log(self) -> Iterator[None]:
        """Let every entry of the log fail, as on a full disk."""
        with self.warehouse.connect() as connection:
            connection.execute(
                "create function ops.full_disk() returns trigger language plpgsql as"
                " $$ begin raise exception 'disk full' using errcode = '53100'; end $$;"
                " create trigger full_disk before insert on ops.audit"
                " for each row execute function ops.full_disk()"
            )
        try:
            yield
        finally:
            with self.warehouse.connect() as connection:
                connection.execute("drop function ops.full_disk cascade")

    def rows(self, query: str, *values: object) -> list[tuple]:
        """Return the rows of a query, as the pipeline sees them."""
        with self.warehouse.connect() as connection:
            return connection.execute(query, values).fetchall()


def _month_of(number: int) -> str:
    return f"{2000 + number // 12}-{number % 12 + 1:02d}"
