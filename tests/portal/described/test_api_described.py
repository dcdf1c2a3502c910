"""The API does what its description says, for each role: no failure, no foreign division, nobody's value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.api.description import described
from tests.portal.conftest import COUNTIES, URL, Browser, PortalCity, another, begin_session, served

schemathesis = pytest.importorskip("schemathesis")

pytestmark = pytest.mark.pages
ROLES = ["supervisor", "statistician", "auditor", "engineer", "admin"]
# Signing in and out would end what the others are asked with.
LEFT_OUT = "/api/v1/session"
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance",
)  # fmt: skip
EXAMPLES = 25


@pytest.fixture(scope="module")
def unhurried(portal_city: PortalCity) -> Iterator[Browser]:
    """The portal with no limit of requests that a test could reach."""
    yield from served(portal_city, requests_per_second=100_000)


def divisions_of(value: Any) -> Iterator[str]:
    """Every division that a document speaks of."""
    if isinstance(value, dict):
        yield from (part for name, part in value.items() if name == "division" and part is not None)
        for part in value.values():
            yield from divisions_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from divisions_of(part)


@pytest.mark.parametrize("role", ROLES)
def test_answers_are_as_described_and_speak_of_ones_own_division_alone(
    role: str, portal_city: PortalCity, unhurried: Browser, who: Callable[[str, str], str]
) -> None:
    from schemathesis.checks import CHECKS as REGISTERED
    from schemathesis.checks import load_all_checks

    load_all_checks()
    asked = [REGISTERED.get_one(name) for name in CHECKS]
    client = another(unhurried).use(begin_session(portal_city.warehouse, who(role, COUNTIES[0])))
    schema = schemathesis.openapi.from_dict(described(unhurried.app))
    operations = [operation.ok() for operation in schema.get_all_operations()]
    strategies = [operation.as_strategy() for operation in operations if operation.path != LEFT_OUT]
    with portal_city.connect() as connection:
        canary = connection.execute(
            "select identity_number, person_id, name from ops.publication_case_persons"
            " where is_person and division = %s and length(name) > 1 and identity_number is not null"
            " order by case_id limit 1",
            (COUNTIES[0],),
        ).fetchone()
    assert len(strategies) > 15
    assert canary
    seen: set[str] = set()

    @settings(
        max_examples=EXAMPLES * len(strategies),
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(case=st.one_of(strategies))
    def ask(case: Any) -> None:
        request = case.as_transport_kwargs(base_url=URL)
        headers = {name: value for name, value in (request.pop("headers") or {}).items() if value is not None}
        headers.pop("X-CSRF-Token", None)
        kept = {
            name: request[name] for name in ("method", "url", "params", "json", "data") if request.get(name)
        }
        answer = client.request(**kept, headers=headers)
        seen.add(f"{case.method} {case.path}")
        case.validate_response(answer, checks=asked)
        for value in canary:
            assert value not in answer.text
        if answer.headers["content-type"] == "application/json" and "openapi" not in case.path:
            assert set(divisions_of(answer.json())) <= {COUNTIES[0]}

    ask()
    assert len(seen) > 15
