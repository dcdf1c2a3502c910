"""What leaves as a file or raw: entered first, counted, and only to whoever reads it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from itertools import count
from typing import Any
from unittest import mock

import pytest
from openpyxl import load_workbook
from psycopg.errors import QueryCanceled

from fundwatch import audit
from portal.database import Stream
from tests.portal.api.test_acts_api import entries
from tests.portal.api.test_rows import every_row, exported
from tests.portal.api.test_statuses import problem
from tests.portal.conftest import CITY, COUNTIES, MONTH, Browser, PortalCity

User = Callable[..., Browser]


def asked(client: Browser, **body: Any) -> Any:
    return client.post("/api/v1/exports", json={"format": "csv", **body})


def rows_of(answer: Any) -> list[dict[str, str]]:
    """The rows of a CSV, without what keeps a spreadsheet from computing them."""
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    return [{key: value.removeprefix("'") for key, value in row.items()} for row in rows]


def in_text(row: dict[str, Any]) -> dict[str, str]:
    return {key: "" if value is None else str(value) for key, value in row.items()}


@pytest.mark.parametrize("name", ["figures", "cases", "issues", "base-exceptions"])
def test_an_export_has_the_rows_of_the_list(name: str, user: User) -> None:
    client = user("auditor", COUNTIES[0])
    answer = asked(client, what=name)
    assert answer.status_code == 200, answer.text
    assert f'filename="{name}-{MONTH}-{COUNTIES[0]}.csv"' in answer.headers["content-disposition"]
    rows = rows_of(answer)
    assert rows
    assert rows == list(map(in_text, every_row(client, name)))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_whose_rows_take_too_long_is_answered_and_breaks_off_in_no_file(
    kind: str, user: User
) -> None:
    client, fetch, fetched = user("auditor"), Stream.__next__, count()

    def cancelled(stream: Stream) -> dict[str, Any]:
        if next(fetched) == 1:
            stream.close()
            raise QueryCanceled
        return fetch(stream)

    with mock.patch.object(Stream, "__next__", cancelled):
        answer = asked(client, what="issues", format=kind)
    problem(answer, 503, "timeout")
    assert asked(client, what="issues", format=kind).status_code == 200


@pytest.mark.parametrize("division", [CITY, COUNTIES[0]])
def test_an_export_of_reconciliation_is_the_part_of_ones_divisions_masked(
    division: str, user: User, city: PortalCity
) -> None:
    rows = rows_of(asked(user("supervisor", division), what="reconciliation"))
    kept = [
        {name: value for name, value in row.items() if name != "publication"}
        | {"items": json.loads(row["items"])}
        for row in rows
    ]
    expected = [
        in_text(row) | {"items": row["items"]}
        for row in exported(city, "reconciliation")
        if division in (CITY, row["division"])
    ]
    assert expected
    assert kept == expected


def test_a_workbook_has_the_same_rows_as_numbers(user: User) -> None:
    client = user("supervisor")
    content = asked(client, what="scorecard", format="xlsx", filters={"division": COUNTIES[0]}).content
    sheet = load_workbook(io.BytesIO(content), read_only=True).active
    head, *rows = sheet.iter_rows(values_only=True)
    listed = list(every_row(client, "scorecard", division=COUNTIES[0]))
    assert list(head) == list(listed[0])
    assert [row[head.index("metric")] for row in rows] == [row["metric"] for row in listed]
    rates = [(row[head.index("rate")], rate["rate"]) for row, rate in zip(rows, listed, strict=True)]
    assert all(float(shown) == pytest.approx(float(rate)) for shown, rate in rates if rate is not None)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"what": "nothing"}, 422),
        ({"what": "cases", "format": "pdf"}, 422),
        ({"what": "cases", "filters": {"limit": "1"}}, 422),
        ({"what": "cases", "filters": {"division": ["230602"]}}, 422),
        ({"what": "cases", "filters": {"person_id": "1"}}, 422),
        ({"what": "cases", "personal": True}, 422),
        ({"what": "figures", "personal": True, "reason": "asked for"}, 422),
        ({"what": "runs"}, 404),
    ],
)
def test_an_export_that_cannot_be_is_refused_and_not_entered(
    body: dict[str, Any],
    status: int,
    user: User,
    city: PortalCity,
) -> None:
    before = len(entries(city, "exports"))
    problem(asked(user("auditor"), **body), status, "not-found" if status == 404 else "invalid-parameter")
    assert len(entries(city, "exports")) == before


def test_a_personal_export_has_raw_values_and_is_entered_with_its_reason(
    user: User,
    city: PortalCity,
) -> None:
    client = user("auditor", COUNTIES[0])
    answer = asked(client, what="cases", personal=True, reason="court order 7")
    assert answer.status_code == 200, answer.text
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    with city.connect() as connection:
        raw = dict(
            connection.execute(
                "select c.case_id, c.person_id from ops.publication_cases as c"
                " inner join ops.publications as p on p.number = c.number and p.is_current"
                " where c.division = %s",
                (COUNTIES[0],),
            ).fetchall()
        )
    assert {row["case_id"]: row["person_id"].removeprefix("'") for row in rows} == raw
    noted = [entry for entry in entries(city, "exports") if "court order 7" in entry.details]
    assert len(noted) == 1
    assert not [value for value in raw.values() if value in noted[0].details]


def test_a_reveal_shows_one_case_raw_and_is_entered(user: User, city: PortalCity) -> None:
    client = user("auditor", COUNTIES[0])
    case = next(every_row(client, "cases"))["case_id"]
    address = f"/api/v1/cases/{case}/reveal"
    problem(client.post(address, json={"reason": ""}), 422, "invalid-parameter")
    metrics = client.app.state.metrics
    before = metrics.reveals._value.get()
    shown = client.post(address, json={"reason": "asked by the person"}).json()
    assert shown["case_id"] == case
    assert "••" not in str(shown["persons"])
    entered = entries(city, audit.STREAMS[audit.STREAMS.index("reveals")])[-1]
    assert case in entered.object
    number = next(person["identity_number"] for person in shown["persons"] if person["identity_number"])
    assert number not in entered.details
    answer = client.post("/api/v1/cases/find", json={"identity_number": number})
    assert metrics.reveals._value.get() == before + 2
    assert case in [row["case_id"] for row in answer.json()["items"]]
    other = user("auditor", COUNTIES[1]).post("/api/v1/cases/find", json={"identity_number": number})
    assert case not in [row["case_id"] for row in other.json()["items"]]
    problem(user("auditor", COUNTIES[1]).post(address, json={"reason": "r"}), 404, "not-found")
    problem(user("supervisor").post(address, json={"reason": "r"}), 404, "not-found")


def test_files_of_a_publication_are_downloads_whose_hash_holds(
    user: User,
    city: PortalCity,
) -> None:
    client = user("statistician", CITY)
    number = client.get("/api/v1/publications", params={"month": MONTH}).json()["items"][0]["number"]
    sheet = client.get(f"/api/v1/publications/{number}").json()
    assert sheet["files"]
    file = sheet["files"][0]
    answer = client.get(f"/api/v1/publications/{number}/files/{file['name']}", headers={"range": "bytes=0-1"})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
    assert len(answer.content) == file["bytes"]
    assert file["name"] in entries(city, "exports")[-1].object
    path = city.settings.home / "reports" / str(number) / file["name"]
    content = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(content[:-1] + b"?")
    try:
        refused = client.get(f"/api/v1/publications/{number}/files/{file['name']}")
    finally:
        path.write_bytes(content)
    problem(refused, 503, "not-ready")
    problem(client.get(f"/api/v1/publications/{number}/files/..%2F..%2Fx"), 404, "not-found")
    problem(user("statistician", COUNTIES[0]).get(f"/api/v1/publications/{number}"), 404, "not-found")
