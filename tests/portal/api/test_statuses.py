"""Each row of the table of statuses, at the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal.api.lists import NAMES
from tests.portal.api.test_rows import every_row
from tests.portal.conftest import CITY, COUNTIES, MONTH, Browser, PortalCity, add_user, another, begin_session

PROBLEM = "application/problem+json"


def told(answer: Any) -> tuple[int, dict[str, Any], dict[str, str]]:
    """A response without what differs between any two: its number, and the address that was asked for."""
    document = answer.json()
    document.pop("request_id")
    document.pop("instance")
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    headers.pop("content-length")
    return answer.status_code, document, headers


def problem(answer: Any, status: int, slug: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    document: dict[str, Any] = answer.json()
    assert document["type"] == f"/problems/{slug}"
    assert document["request_id"] == answer.headers["x-request-id"]
    return document


@pytest.mark.parametrize("path", [*NAMES, "cases/x", "issues/x", "files/x", "openapi.json"])
def test_without_a_live_session_nothing_is_told(path: str, guest: Browser) -> None:
    problem(guest.get(f"/api/v1/{path}"), 401, "unauthenticated")
    guest.headers["cookie"] = f"__Host-fundwatch={'0' * 64}"
    problem(guest.get(f"/api/v1/{path}"), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        ("admin", set(NAMES) - {"divisions"}),
        (
            "engineer",
            {
                "figures",
                "rule-results",
                "issues",
                "cases",
                "bases",
                "base-exceptions",
                "publications",
                "declarations",
            },
        ),
        ("statistician", {"issues", "cases", "bases", "base-exceptions", "files", "runs", "declarations"}),
        ("supervisor", {"cases", "files", "runs"}),
        ("auditor", {"scorecard", "rule-results", "publications", "files", "runs", "declarations"}),
    ],
)
def test_a_relation_that_the_role_does_not_read_is_not_there(
    role: str, paths: set[str], sign_in: Callable[..., Browser]
) -> None:
    client = sign_in(role)
    assert paths
    for path in sorted(paths):
        problem(client.get(f"/api/v1/{path}"), 404, "not-found")


@pytest.mark.parametrize(("name", "key"), [("cases", "case_id"), ("issues", "issue_id")])
def test_an_object_out_of_scope_is_as_one_that_does_not_exist(
    name: str, key: str, sign_in: Callable[..., Browser]
) -> None:
    whole = list(every_row(sign_in("auditor"), name))
    foreign = next(row for row in whole if row["division"] == COUNTIES[1])
    own = next(row for row in whole if row["division"] == COUNTIES[0])
    client = sign_in("auditor", COUNTIES[0])
    assert client.get(f"/api/v1/{name}/{own[key]}").status_code == 200
    answers = [
        told(client.get(f"/api/v1/{name}/{foreign[key]}")),
        told(client.get(f"/api/v1/{name}/{'f' * len(foreign[key])}")),
        told(client.get(f"/api/v1/{name}/{'%F0%9F%92%A3' * 3}")),
        told(sign_in("engineer").get(f"/api/v1/{name}/{foreign[key]}")),
    ]
    assert answers[0][0] == 404
    assert answers == [answers[0]] * 4


def test_a_list_of_a_division_out_of_scope_is_empty_as_of_one_that_does_not_exist(
    sign_in: Callable[..., Browser],
) -> None:
    client = sign_in("auditor", COUNTIES[0])
    for division in (COUNTIES[1], CITY, "999999"):
        answer = client.get("/api/v1/cases", params={"division": division})
        assert (answer.status_code, answer.json()["items"], answer.json()["next"]) == (200, [], None)


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("x=1", "query"), ("division=230602&division=230603", "division"), ("division=2306", "division"),
        ("month=2024-13", "month"), ("publication=one", "publication"), ("due_on=2024-02-30", "due_on"),
        ("sort=key", "sort"), ("limit=0", "limit"), ("limit=1001", "limit"), ("cursor=AAAA", "cursor"),
        ("state=%00", "state"), ("state=%ED%A0%80%0A", "state"),
        ("month=2024-06&publication=1", "publication"),
    ],
)  # fmt: skip
def test_a_parameter_that_is_wrong_is_named_and_not_repeated(
    query: str, where: str, sign_in: Callable[..., Browser]
) -> None:
    client = sign_in("auditor")
    document = problem(client.get(f"/api/v1/issues?{query}"), 422, "invalid-parameter")
    assert [fault["where"] for fault in document["errors"]] == [where]
    client.headers["accept-language"] = "en"
    english = problem(client.get(f"/api/v1/issues?{query}"), 422, "invalid-parameter")
    assert english["errors"][0]["what"].isascii()
    assert not document["errors"][0]["what"].isascii()


def test_a_cursor_is_good_for_its_user_and_query_alone(
    portal_city: PortalCity, application: Browser, sign_in: Callable[..., Browser]
) -> None:
    client = sign_in("auditor")
    cursor = client.get("/api/v1/cases", params={"limit": 1}).json()["next"]
    assert client.get("/api/v1/cases", params={"limit": 5, "cursor": cursor}).status_code == 200
    other = add_user(portal_city.warehouse, ("auditor", CITY))
    stranger = another(application).use(begin_session(portal_city.warehouse, other))
    problem(stranger.get("/api/v1/cases", params={"cursor": cursor}), 422, "invalid-parameter")
    for changed in ({"sort": "-amount"}, {"scheme": "110"}, {"month": MONTH}):
        problem(client.get("/api/v1/cases", params={"cursor": cursor, **changed}), 422, "invalid-parameter")
    problem(client.get("/api/v1/issues", params={"cursor": cursor}), 422, "invalid-parameter")
    forged = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    problem(client.get("/api/v1/cases", params={"cursor": forged}), 422, "invalid-parameter")


def test_a_publication_that_is_none_is_not_there(sign_in: Callable[..., Browser]) -> None:
    client = sign_in("auditor")
    problem(client.get("/api/v1/figures", params={"publication": 999}), 404, "not-found")
    problem(client.get("/api/v1/figures", params={"month": "2001-01"}), 404, "not-found")


def test_only_the_methods_of_a_path_are_taken(sign_in: Callable[..., Browser]) -> None:
    answer = sign_in("auditor").delete("/api/v1/cases")
    problem(answer, 405, "method-not-allowed")
    assert "GET" in answer.headers["allow"]


def test_a_case_says_what_is_known_of_it_masked(
    portal_city: PortalCity, sign_in: Callable[..., Browser]
) -> None:
    client = sign_in("auditor")
    listed = next(every_row(client, "cases"))
    sheet = client.get(f"/api/v1/cases/{listed['case_id']}").json()
    assert {name: sheet[name] for name in listed} == listed
    assert sheet["last_event"] == len(sheet["events"])
    assert sheet["persons"]
    with portal_city.connect() as connection:
        raw = connection.execute(
            "select name, identity_number, person_id from ops.publication_case_persons"
            " where number = %s and case_id = %s",
            (listed["publication"], listed["case_id"]),
        ).fetchall()
    values = [value for row in raw for value in row if value]
    text = client.get(f"/api/v1/cases/{listed['case_id']}").text
    assert values
    assert not [value for value in values if value in text]


def test_the_description_names_every_path_and_schema_it_speaks_of(sign_in: Callable[..., Browser]) -> None:
    document = sign_in("admin").get("/api/v1/openapi.json").json()
    assert {f"/api/v1/{name}" for name in NAMES} <= set(document["paths"])
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    text = str(document)
    for name in {part.split("'")[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in document["components"]["schemas"]
    for operations in document["paths"].values():
        assert all("default" in operation["responses"] for operation in operations.values())
