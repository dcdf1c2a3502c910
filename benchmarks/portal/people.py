"""Users of every role with sessions, and the addresses each of them reads."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import psycopg

from benchmarks.landing import CITY
from benchmarks.portal.city import COUNTY, MONTH, NUMBER
from portal.security.sessions import COOKIE, csrf_token_of, hash_of, new_secret

_COUNTED = ("supervisor", "statistician", "auditor")
_PAGES = {
    "supervisor": (
        "/", "/quality", "/quality/{county}", "/quality/{county}/{table}", "/issues",
        "/issues?state_now=open", "/issues/{issue}", "/reports", "/reports/R1?division={county}",
        "/reports/R5", "/reconciliation", "/rules",
        "/api/v1/scorecard", "/api/v1/rule-results?division={county}", "/api/v1/issues", "/api/v1/figures",
    ),
    "statistician": (
        "/", "/quality", "/quality/{county}/{table}", "/reports", "/reports/R2?division={county}",
        "/api/v1/figures?division={county}", "/api/v1/figures?sort=-value", "/api/v1/scorecard",
    ),
    "auditor": (
        "/", "/cases", "/cases?rule_id=C02", "/cases/{case}", "/issues", "/reconciliation", "/rules",
        "/reports/R1?division={county}", "/api/v1/cases", "/api/v1/cases?state=open", "/api/v1/cases/{case}",
        "/api/v1/issues?division={county}",
    ),
    "engineer": ("/", "/files", "/files/{file}", "/runs", "/quality", "/api/v1/files", "/api/v1/runs"),
    "admin": ("/", "/admin/users", "/admin/audit", "/api/v1/me"),
}  # fmt: skip
_CITY_PAGES = {
    "supervisor": ("/publications", "/declarations", "/api/v1/publications"),
    "statistician": ("/publications", "/publications/{number}"),
}


@dataclass(frozen=True)
class Reader:
    """One user with one role and a session; ``addresses`` are what the user reads, page and API."""

    role: str
    division: str
    secret: str
    addresses: tuple[str, ...]

    @property
    def headers(self) -> dict[str, str]:
        """What a browser of the user sends: the session's cookie, and the token of unsafe requests."""
        return {"Cookie": f"{COOKIE}={self.secret}", "X-CSRF-Token": csrf_token_of(self.secret)}


@dataclass(frozen=True)
class Request:
    """One address as one user asks for it."""

    reader: Reader
    address: str

    @property
    def name(self) -> str:
        """What it is called on the page of figures."""
        return f"{self.reader.role} of {self.reader.division}: {self.address}"


def readers(connection: psycopg.Connection) -> list[Reader]:
    """Make a user of every role for the city, and for a county where the role has counties; commits."""
    logged_in = []
    for role, pages in _PAGES.items():
        for division in (CITY, COUNTY) if role in _COUNTED else (CITY,):
            names = _names(connection, division)
            asked = (*pages, *(_CITY_PAGES.get(role, ()) if division == CITY else ()))
            addresses = tuple(address.format_map(names) for address in asked)
            logged_in.append(Reader(role, division, _session(connection, role, division), addresses))
    connection.commit()
    return logged_in


def requests_of(everybody: list[Reader]) -> list[Request]:
    """Return every address of every reader once."""
    return [Request(reader, address) for reader in everybody for address in reader.addresses]


def _names(connection: psycopg.Connection, division: str) -> dict[str, str]:
    row = connection.execute(
        "select (select issue_id from ops.publication_issues where number = %(number)s"
        " and division = %(county)s and state = 'open' order by place limit 1),"
        " (select case_id from ops.publication_cases where number = %(number)s"
        " and division = %(county)s order by place limit 1),"
        " (select file_id from ops.files order by file_id limit 1),"
        " (select min(table_name) from ops.publication_scorecard where number = %(number)s)",
        {"number": NUMBER, "county": COUNTY},
    ).fetchone()
    issue, case, file, table = row or ("", "", "", "")
    return {
        "county": COUNTY, "division": division, "issue": issue, "case": case, "file": file, "table": table,
        "number": str(NUMBER), "month": MONTH,
    }  # fmt: skip


def _session(connection: psycopg.Connection, role: str, division: str) -> str:
    name, secret = f"{role}-{division}-{secrets.token_hex(3)}", new_secret()
    connection.execute("insert into portal.users (name, display) values (%s, %s)", (name, name))
    connection.execute(
        "insert into portal.grants (user_name, role, division, granted_by) values (%s, %s, %s, 'benchmark')",
        (name, role, division),
    )
    connection.execute(
        "insert into portal.sessions (secret_sha256, session_id, user_name, idle_until, ends_at)"
        " values (%s, %s, %s, now() + interval '12 hours', now() + interval '12 hours')",
        (hash_of(secret), secrets.token_hex(6), name),
    )
    return secret
