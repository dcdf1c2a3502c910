"""A trace at the API is that of the command line, masked; of figures in one's scope alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from portal.api import traces
from portal.lists import tracing as tracing_of_the_portal
from portal.lists.values import for_programs
from reporting import tracing
from tests.portal.api.test_rows import masked
from tests.portal.api.test_statuses import problem, told
from tests.portal.conftest import CITY, COUNTIES, MONTH, Browser, PortalCity

FIGURE = {"indicator": "contributions_received", "month": MONTH, "division": COUNTIES[0], "scheme": "110"}


@pytest.mark.parametrize("indicator", ["contributions_received", "insured_persons", "payment_rate"])
def test_a_trace_is_that_of_the_command_line_masked(
    indicator: str, portal_city: PortalCity, sign_in: Callable[..., Browser]
) -> None:
    figure = {**FIGURE, "indicator": indicator}
    trace = sign_in("statistician", COUNTIES[0]).get("/api/v1/traces", params=figure).json()
    expected: dict[str, Any] = for_programs(  # type: ignore[assignment]
        asdict(tracing.trace(portal_city.warehouse, first=100, **figure))
    )
    rows = [
        {**row, "row_key": masked(row["row_key"]), "person_id": masked(row["person_id"])}
        for row in expected.pop("rows")
    ]
    assert {name: trace[name] for name in expected if name != "parts"} == {
        name: value for name, value in expected.items() if name != "parts"
    }
    assert trace["parts"] == expected["parts"]
    assert trace["agrees"]
    assert [{name: row[name] for name in rows[0]} for row in trace["rows"]] == rows


def test_cursors_of_a_trace_lead_through_all_its_rows(sign_in: Callable[..., Browser]) -> None:
    client = sign_in("auditor")
    rows, cursor = [], None
    while True:
        answer = client.get("/api/v1/traces", params={**FIGURE, **({"cursor": cursor} if cursor else {})})
        document = answer.json()
        rows += document["rows"]
        cursor = document["next"]
        if cursor is None:
            break
    assert len(rows) == sum(part["rows"] for part in document["parts"]) > 100
    other = sign_in("auditor").get("/api/v1/traces", params={**FIGURE, "scheme": "120", "cursor": "AAAA"})
    problem(other, 422, "invalid-parameter")


def test_a_cursor_of_a_trace_ends_with_its_publication(
    monkeypatch: pytest.MonkeyPatch, sign_in: Callable[..., Browser]
) -> None:
    client = sign_in("auditor")
    document = client.get("/api/v1/traces", params=FIGURE).json()
    cursor, newer = document["next"], document["publication"] + 1
    assert client.get("/api/v1/traces", params={**FIGURE, "cursor": cursor}).status_code == 200

    def traced(*given: Any, **more: Any) -> dict[str, Any]:
        return tracing_of_the_portal.traced(*given, **more) | {"publication": newer}

    monkeypatch.setattr(traces, "traced", traced)
    assert client.get("/api/v1/traces", params=FIGURE).json()["publication"] == newer
    answer = client.get("/api/v1/traces", params={**FIGURE, "cursor": cursor})
    assert problem(answer, 410, "superseded")["publication"] == newer


def test_a_figure_out_of_scope_is_as_one_that_does_not_exist(sign_in: Callable[..., Browser]) -> None:
    client = sign_in("statistician", COUNTIES[1])
    answers = [
        told(client.get("/api/v1/traces", params=FIGURE)),
        told(client.get("/api/v1/traces", params={**FIGURE, "division": "999999"})),
        told(client.get("/api/v1/traces", params={**FIGURE, "division": COUNTIES[1], "indicator": "x"})),
        told(sign_in("engineer", CITY).get("/api/v1/traces", params=FIGURE)),
    ]
    assert answers[0][0] == 404
    assert answers == [answers[0]] * 4


@pytest.mark.parametrize("missing", FIGURE)
def test_what_is_missing_is_named(missing: str, sign_in: Callable[..., Browser]) -> None:
    given = {name: value for name, value in FIGURE.items() if name != missing}
    document = problem(sign_in("auditor").get("/api/v1/traces", params=given), 422, "invalid-parameter")
    assert [fault["where"] for fault in document["errors"]] == [missing]
