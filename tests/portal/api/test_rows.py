"""Every row of the API is the export's row but for masking; a county's rows are exactly its part."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from portal.lists.catalogue import LISTS
from portal.lists.values import for_programs
from reporting import exports
from tests.portal.conftest import (
    COUNTIES,
    MONTH,
    Browser,
    PortalCity,
    add_user,
    another,
    begin_session,
)  # fmt: skip

CITY = "230600"
# List -> its export, and a role that reads it.
READ_AS = {
    "figures": ("reports", "supervisor"),
    "scorecard": ("scorecard", "statistician"),
    "rule-results": ("rule_results", "supervisor"),
    "issues": ("rectification", "auditor"),
    "cases": ("cases", "auditor"),
    "files": ("files", "engineer"),
    "bases": ("bases", "supervisor"),
    "base-exceptions": ("base_exceptions", "auditor"),
}
# What an entry of evidence may say of a row without saying whose it is.
PLAIN = {"age_days", "amount", "booked_on", "kind", "source_file_id", "source_row", "table"}


def masked(text: str | None) -> str | None:
    """A value with at most its last four characters, never more than a third of it, part by part."""
    if text is None:
        return None
    parts = [f"••{part[len(part) - min(4, len(part) // 3) :]}" if part else "" for part in text.split("|")]
    return "|".join(parts)


def masked_subject(text: str | None) -> str | None:
    """Of what reconciliation compares only kinds of accounts and items name nobody."""
    return text if text is None or re.fullmatch("[a-z_]*", text) else masked(text)


def masked_entries(text: str) -> Any:
    return [
        {
            name: value if name in PLAIN or value is None else masked(str(value))
            for name, value in entry.items()
        }
        for entry in json.loads(text)
    ]


MASKING: dict[str, Callable[[Any], Any]] = {
    "evidence": masked_entries, "items": masked_entries, "subject": masked_subject,
}  # fmt: skip


def every_row(client: Browser, name: str, *, limit: int = 1000, **given: str) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        parameters = {**given, "limit": limit, **({"cursor": cursor} if cursor else {})}
        answer = client.get(f"/api/v1/{name}", params=parameters)
        assert answer.status_code == 200, answer.text
        document = answer.json()
        yield from document["items"]
        cursor = document["next"]
        if cursor is None:
            return


def exported(city: PortalCity, name: str) -> list[dict[str, Any]]:
    """The rows of the export of a list, masked here."""
    what, _ = READ_AS.get(name, (name, ""))
    personal = {column.name for column in LISTS[name].columns if column.is_personal}
    rows = []
    for values in exports.read(city.warehouse, what, month=MONTH):
        plain = map(for_programs, values)
        row = dict(zip(exports.EXPORTS[what].columns, plain, strict=True))
        for column in personal & set(row):
            row[column] = MASKING.get(column, masked)(row[column])
        rows.append(row)
    return rows


def listed(rows: Iterable[dict[str, Any]], what: str) -> list[dict[str, Any]]:
    """Rows as the export lists them: of files, up to its month, and what is held."""
    columns = exports.EXPORTS[what].columns
    return [
        compared(row, columns)
        for row in rows
        if what != "files" or (row["month"] or "") <= MONTH or row["reason"] == "FUTURE_MONTH"
    ]


def compared(row: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    kept = {name: row[name] for name in columns}
    return kept | {name: json.loads(kept[name]) for name in ("evidence", "items") if name in kept}


@pytest.mark.parametrize("name", READ_AS)
def test_rows_of_the_city_are_those_of_the_export_in_its_order(
    name: str, portal_city: PortalCity, sign_in: Callable[..., Browser]
) -> None:
    what, role = READ_AS[name]
    expected = exported(portal_city, name)
    rows = list(every_row(sign_in(role), name))
    assert expected
    assert listed(rows, what) == expected
    # Nobody acted since.
    assert [row for row in rows if row.get("state_now", row.get("state")) != row.get("state")] == []
    assert len({row.get("publication") for row in rows}) == 1


@pytest.mark.parametrize("name", READ_AS)
def test_rows_of_a_county_are_its_part_of_the_export(
    name: str, portal_city: PortalCity, sign_in: Callable[..., Browser]
) -> None:
    what, role = READ_AS[name]
    part = [row for row in exported(portal_city, name) if row["division"] == COUNTIES[0]]
    rows = every_row(sign_in(role, COUNTIES[0]), name)
    assert listed(rows, what) == part


def test_rows_of_two_counties_are_their_part_of_the_export(
    portal_city: PortalCity, application: Browser
) -> None:
    what, role = READ_AS["issues"]
    user = add_user(portal_city.warehouse, *((role, county) for county in COUNTIES[:2]))
    client = another(application).use(begin_session(portal_city.warehouse, user))
    part = [row for row in exported(portal_city, "issues") if row["division"] in COUNTIES[:2]]
    assert {row["division"] for row in part} == set(COUNTIES[:2])
    assert listed(every_row(client, "issues"), what) == part


@pytest.mark.parametrize(
    ("name", "role", "table"),
    [
        ("runs", "engineer", "ops.runs order by run_id desc"),
        ("publications", "supervisor", "ops.publications order by number desc"),
    ],
)
def test_live_rows_of_the_city_are_those_of_the_warehouse(
    name: str, role: str, table: str, portal_city: PortalCity, sign_in: Callable[..., Browser]
) -> None:
    shown = list(every_row(sign_in(role), name))
    columns = [column for column in shown[0] if column != "replaced_by"]
    with portal_city.connect() as connection:
        rows = connection.execute(f"select {', '.join(columns)} from {table}").fetchall()
    expected = [dict(zip(columns, map(for_programs, row), strict=True)) for row in rows]
    assert [{column: row[column] for column in columns} for row in shown] == expected
    assert list(every_row(sign_in("engineer", COUNTIES[0]), "runs")) == []


@pytest.mark.parametrize(
    ("name", "sort"), [("cases", "-amount"), ("issues", "due_on"), ("figures", "-value")]
)
def test_sorted_pages_hold_every_row_once_nulls_last(
    name: str, sort: str, sign_in: Callable[..., Browser]
) -> None:
    client = sign_in("auditor")
    whole = list(every_row(client, name))
    rows = list(every_row(client, name, sort=sort, limit=337))
    column = sort.removeprefix("-")
    kind = LISTS[name].by_name[column].kind
    keys = [row[column] if row[column] is None or kind != "decimal" else float(row[column]) for row in rows]
    given = [key for key in keys if key is not None]
    assert sorted(map(json.dumps, rows)) == sorted(map(json.dumps, whole))
    assert keys == [*sorted(given, reverse=sort.startswith("-")), *[None] * (len(keys) - len(given))]


def test_a_filter_gives_the_rows_that_are_equal(sign_in: Callable[..., Browser]) -> None:
    client = sign_in("auditor")
    whole = list(every_row(client, "cases"))
    rule = whole[0]["rule_id"]
    assert list(every_row(client, "cases", rule_id=rule)) == [row for row in whole if row["rule_id"] == rule]
    assert list(every_row(client, "cases", state_now=whole[0]["state_now"])) == [
        row for row in whole if row["state_now"] == whole[0]["state_now"]
    ]


def test_a_response_names_its_publication(sign_in: Callable[..., Browser]) -> None:
    answer = sign_in("supervisor").get("/api/v1/figures", params={"limit": 1})
    document = answer.json()
    assert answer.headers["fundwatch-publication"] == str(document["publication"])
    assert document["items"][0]["publication"] == document["publication"]
    assert document["items"][0]["month"] == MONTH


def test_divisions_are_those_of_ones_grants(sign_in: Callable[..., Browser]) -> None:
    whole = list(every_row(sign_in("auditor", "230000"), "divisions"))
    assert {row["level"] for row in whole} == {"province", "city", "county"}
    own = list(every_row(sign_in("engineer", COUNTIES[1]), "divisions"))
    assert own == [row for row in whole if row["division"] == COUNTIES[1]]
