"""Whatever is in an address, a header, a cookie, a cursor or a body: an answer that says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.api.lists import NAMES
from portal.lists.catalogue import LISTS
from tests.portal.conftest import Browser

PARAMETERS = [
    *sorted({name for listed in NAMES for name in LISTS[listed].by_name}),
    "sort", "limit", "cursor", "month", "publication", "x",
]  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["230602", "2024-06", "-", "--x", "0", "9" * 30, "\x00", "'; select 1 --", "%", "\\", "٣"]
    ),
)
FUZZED = settings(
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ROLES = ["supervisor", "statistician", "auditor", "engineer", "admin"]


@pytest.fixture
def clients(sign_in: Callable[..., Browser]) -> list[Browser]:
    """A client of each role."""
    return [sign_in(role) for role in ROLES]


def expected(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


@FUZZED
@given(
    role=st.integers(0, len(ROLES) - 1),
    name=st.sampled_from(NAMES),
    query=st.lists(st.tuples(st.sampled_from(PARAMETERS), TEXTS), max_size=4),
)
def test_no_address_of_a_list_fails(
    clients: list[Browser], role: int, name: str, query: list[tuple[str, str]]
) -> None:
    text = "&".join(f"{quote(key)}={quote(value.encode('utf-8', 'surrogatepass'))}" for key, value in query)
    expected(clients[role].get(f"/api/v1/{name}?{text}"))


@FUZZED
@given(
    role=st.integers(0, len(ROLES) - 1),
    path=st.lists(
        st.one_of(st.sampled_from(["cases", "issues", "files", "publications", "traces", "events"]), TEXTS),
        min_size=1, max_size=4,
    ),
)  # fmt: skip
def test_no_path_fails(clients: list[Browser], role: int, path: list[str]) -> None:
    parts = [quote(part.encode("utf-8", "surrogatepass"), safe="") or "%20" for part in path]
    expected(clients[role].get("/api/v1/" + "/".join(parts)))


@FUZZED
@given(
    name=st.sampled_from(["cookie", "accept-language", "x-csrf-token", "content-type"]),
    value=st.binary(max_size=60),
)
def test_no_header_fails(clients: list[Browser], name: str, value: bytes) -> None:
    printable = bytes(byte for byte in value if byte >= 32 and byte != 127).strip()
    client = clients[0]
    request = client.build_request("GET", "/api/v1/figures?limit=1")
    request.headers.raw[:] = [pair for pair in request.headers.raw if pair[0].lower() != name.encode()]
    request.headers.raw.append((name.encode(), printable))
    expected(client.send(request))
