"""What users do at the API: done and entered, or refused for its reason, and then nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from fundwatch import audit
from tests.portal.api.test_statuses import problem, told
from tests.portal.conftest import (
    COUNTIES,
    Browser,
    PortalCity,
)

# A valid identity number of nobody: its area is none.
NUMBER = "99010119900101001"


def entries(city: PortalCity, stream: str) -> list[audit.Entry]:
    with city.connect() as connection:
        return audit.entries(connection, stream=stream)


def open_case(client: Browser, **given: str) -> dict[str, Any]:
    cases = client.get("/api/v1/cases", params={"state_now": "open", "limit": 1, **given}).json()["items"]
    assert cases
    row: dict[str, Any] = cases[0]
    return row


def event(client: Browser, case: str, **body: Any) -> Any:
    return client.post(f"/api/v1/cases/{case}/events", json=body)


def test_a_case_goes_from_open_to_approved_by_two_people(
    city: PortalCity, user: Callable[..., Browser]
) -> None:
    auditor, other = user("auditor"), user("auditor")
    case = open_case(auditor)["case_id"]
    before = len(entries(city, audit.CASES))
    assert event(auditor, case, to="dispatched", after=0).status_code == 201
    problem(event(other, case, to="dispatched", after=0), 409, "case-moved")
    problem(event(auditor, case, to="approved", note="n", after=1), 409, "transition-refused")
    done = event(auditor, case, to="verified", finding="alive", note="see file", after=1)
    assert (done.status_code, done.json()["number"]) == (201, 2)
    decided = event(auditor, case, to="decided", decision="clear", outcome="no_issue", note="seen", after=2)
    assert decided.status_code == 201, decided.text
    problem(event(auditor, case, to="approved", note="n", after=3), 403, "same-person")
    assert event(other, case, to="approved", note="agreed", after=3).status_code == 201
    sheet = auditor.get(f"/api/v1/cases/{case}").json()
    assert [seen["state"] for seen in sheet["events"]] == ["dispatched", "verified", "decided", "approved"]
    assert (sheet["last_event"], sheet["state_now"]) == (4, "approved")
    assert len(entries(city, audit.CASES)) == before + 4


def test_page_of_a_case_with_two_next_steps_gives_every_field_a_place_of_its_own(
    user: Callable[..., Browser],
) -> None:
    client = user("auditor")
    case = open_case(client)["case_id"]
    event(client, case, to="dispatched", after=0)
    event(client, case, to="verified", finding="alive", note="see file", after=1)
    event(client, case, to="decided", decision="clear", outcome="no_issue", note="seen", after=2)
    page = client.get(f"/cases/{case}").text
    places = re.findall(r' id="([^"]+)"', page)
    assert {"field-note", "field-verified-note"} <= set(places)
    assert len(places) == len(set(places))


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"to": "verified", "after": 0, "finding": "alive", "note": "a\nb"}, "invalid-parameter"),
        ({"to": "verified", "after": 0, "finding": "alive", "note": "x" * 2001}, "invalid-parameter"),
        ({"to": "dispatched", "after": 0, "note": "__number__"}, "personal-data-in-note"),
        ({"to": "dispatched", "after": "0"}, "invalid-parameter"),
        ({"to": "dispatched"}, "invalid-parameter"),
        ({"to": "dispatched", "after": 0, "x": 1}, "invalid-parameter"),
        ({"to": "lost", "after": 0}, "invalid-parameter"),
        ({"to": "closed", "after": 0, "amount": "1,5", "note": "n"}, "invalid-parameter"),
        ({"to": "dispatched", "after": 0, "finding": "alive"}, "invalid-parameter"),
    ],
)  # fmt: skip
def test_an_event_that_is_not_as_it_must_be_is_refused(
    body: dict[str, Any], slug: str, user: Callable[..., Browser]
) -> None:
    from fundwatch.numbers import identity

    client = user("auditor")
    number = next(NUMBER + end for end in "0123456789X" if identity.is_valid(NUMBER + end))
    fields = {name: number if value == "__number__" else value for name, value in body.items()}
    case = open_case(client)
    answer = event(client, case["case_id"], **fields)
    problem(answer, 422, slug)
    assert number not in answer.text
    assert client.get(f"/api/v1/cases/{case['case_id']}").json()["events"] == []


def test_what_one_may_not_see_is_not_there_and_what_one_may_not_do_is_refused(
    user: Callable[..., Browser],
) -> None:
    auditor = user("auditor")
    case = open_case(auditor, division=COUNTIES[1])["case_id"]
    answers = [
        told(event(user("auditor", COUNTIES[0]), case, to="dispatched", after=0)),
        told(event(user("auditor", COUNTIES[0]), "0" * 24, to="dispatched", after=0)),
        told(event(user("statistician"), case, to="dispatched", after=0)),
    ]
    assert answers[0][0] == 404
    assert answers == [answers[0]] * 3
    given = {"state_now": "open", "division": COUNTIES[0], "limit": 1}
    issue = auditor.get("/api/v1/issues", params=given).json()["items"][0]
    body = {"until": "2024-12-31", "reason": "known"}
    address = f"/api/v1/issues/{issue['issue_id']}/waiver"
    problem(auditor.post(address, json=body), 403, "not-permitted")
    problem(user("supervisor", issue["division"]).post(address, json=body), 403, "not-permitted")
    problem(user("supervisor", _other(issue["division"])).post(address, json=body), 404, "not-found")


def _other(division: str) -> str:
    return next(county for county in COUNTIES if county != division)


def test_an_issue_is_waived_and_the_waiver_lifted(city: PortalCity, user: Callable[..., Browser]) -> None:
    supervisor = user("supervisor")
    issue = supervisor.get("/api/v1/issues", params={"state_now": "open", "limit": 1}).json()["items"][0]
    address = f"/api/v1/issues/{issue['issue_id']}"
    before = len(entries(city, audit.WAIVERS))
    body = {"until": "2024-12-31", "reason": "known"}
    assert supervisor.post(f"{address}/waiver", json=body).status_code == 201
    shown = supervisor.get(address).json()
    assert (shown["state"], shown["state_now"]) == (issue["state"], "waived")
    assert supervisor.post(f"{address}/waiver/lift", json={"reason": "over"}).status_code == 201
    assert supervisor.get(address).json()["state_now"] == "open"
    assert len(entries(city, audit.WAIVERS)) == before + 2
    for wrong in ({"until": "2024-02-30"}, {"reason": " "}):
        answer = supervisor.post(f"{address}/waiver", json=body | wrong)
        problem(answer, 422, "invalid-parameter")


def test_comments_are_seen_by_whoever_sees_their_object(user: Callable[..., Browser]) -> None:
    client = user("auditor", COUNTIES[0])
    about = f"cases/{open_case(client)['case_id']}"
    answer_of_post = client.post("/api/v1/comments", json={"about": about, "text": "<b>look</b> again"})
    assert answer_of_post.status_code == 201, answer_of_post.text
    answer = client.get("/api/v1/comments", params={"about": about}).json()["items"]
    assert [(comment["about"], comment["text"], comment["division"]) for comment in answer] == [
        (about, "<b>look</b> again", COUNTIES[0])
    ]
    for stranger in (user("auditor", COUNTIES[1]), user("supervisor"), user("engineer")):
        assert stranger.get("/api/v1/comments", params={"about": about}).json().get("items", []) == []
        problem(stranger.post("/api/v1/comments", json={"about": about, "text": "x"}), 404, "not-found")


def test_a_declaration_of_the_city_is_listed(user: Callable[..., Browser]) -> None:
    from fundwatch.acts.checklist import DECLARED

    supervisor = user("supervisor")
    body = {"month": "2024-06", "item": next(iter(DECLARED)), "answer": "partly", "note": "half of it"}
    assert supervisor.post("/api/v1/declarations", json=body).status_code == 201
    listed = supervisor.get("/api/v1/declarations", params={"month": "2024-06"}).json()["items"]
    assert [{name: row[name] for name in body} for row in listed if row["item"] == body["item"]] == [body]
    problem(user("supervisor", COUNTIES[0]).post("/api/v1/declarations", json=body), 404, "not-found")


def test_a_signature_needs_its_role_and_another_person(user: Callable[..., Browser]) -> None:
    supervisor = user("supervisor")
    number = supervisor.get("/api/v1/figures", params={"limit": 1}).json()["publication"]
    problem(supervisor.post(f"/api/v1/publications/{number}/review", json={}), 403, "not-permitted")
    problem(user("auditor").post(f"/api/v1/publications/{number}/review", json={}), 404, "not-found")
    problem(supervisor.post("/api/v1/publications/999/approve", json={}), 404, "not-found")
    problem(supervisor.post(f"/api/v1/publications/{number}/approve", json={}), 409, "already-signed")


def test_an_act_without_its_token_or_in_another_type_is_refused(user: Callable[..., Browser]) -> None:
    client = user("auditor")
    case = open_case(client)["case_id"]
    form = client.post(f"/api/v1/cases/{case}/events", data={"to": "dispatched", "after": "0"})
    problem(form, 415, "unsupported-media-type")
    del client.headers["x-csrf-token"]
    problem(event(client, case, to="dispatched", after=0), 403, "csrf")


@pytest.mark.parametrize(("kind", "key"), [("cases", "case_id"), ("issues", "issue_id")])
def test_a_comment_given_on_a_page_is_shown_on_it(user: Callable[..., Browser], kind: str, key: str) -> None:
    client = user("auditor")
    page = f"/{kind}/{client.get(f'/api/v1/{kind}', params={'limit': 1}).json()['items'][0][key]}"
    refused = client.post(f"{page}/comments", data={"text": " "})
    assert (refused.status_code, "请填写说明" in refused.text) == (422, True)
    done = client.post(f"{page}/comments", data={"text": "<b>look</b> twice"})
    assert (done.status_code, done.headers["location"]) == (303, f"{page}?done=comment#comments")
    assert "&lt;b&gt;look&lt;/b&gt; twice" in client.get(page).text
