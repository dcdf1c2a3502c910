"""Signing in with an identity provider: whom it vouches for gets in, and nobody by half of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fundwatch.acts import users
from fundwatch.errors import UsageWrong
from portal.application import create_app
from portal.pages.identity import COOKIE
from portal.settings import PortalSettings
from tests.portal.conftest import CITY, PASSWORD, URL, Browser, PortalCity, add_user, another
from tests.portal.identity_provider import CLIENT, SECRET, Provider, running


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running() as server:
        yield server


@pytest.fixture(scope="module")
def door_with_provider(door: PortalCity, provider: Provider) -> Iterator[Browser]:
    """The portal of the empty warehouse, with the provider configured."""
    settings = PortalSettings(
        oidc_issuer=provider.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET, workers=1
    )
    app = create_app(settings, door.urls, home=door.settings.home)
    with Browser(app, base_url=URL, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def bound(door: PortalCity, provider: Provider) -> Iterator[str]:
    """A user whom the provider's subject is bound to."""
    user = add_user(door.warehouse, ("auditor", CITY), password=PASSWORD)
    provider.subject, provider.wrong, provider.is_signed_by_another = f"subject of {user}", {}, False
    with door.connect() as connection:
        users.bind_in(connection, user=user, subject=provider.subject, name="t")
    yield user
    provider.wrong, provider.is_signed_by_another = {}, False


def come_back(client: Browser, provider: Provider, **other: str) -> Any:
    """Go to the provider, sign in there and come back, with some parameters otherwise."""
    redirect = client.get("/login/oidc?next=/account")
    kept = redirect.cookies.get(COOKIE) or redirect.headers["set-cookie"].partition("=")[2].partition(";")[0]
    back = {**provider.sign_in(redirect.headers["location"]), **other}
    return client.get("/login/oidc/callback", params=back, headers={"cookie": f"{COOKIE}={kept}"})


def test_subject_that_is_bound_gets_a_session_of_its_user(
    door_with_provider: Browser, provider: Provider, bound: str
) -> None:
    answer = come_back(another(door_with_provider), provider)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    secret = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    client = another(door_with_provider).use(secret)
    assert client.get("/api/v1/me").json()["user"] == bound


def test_bound_user_has_no_password_beside_the_provider(door_with_provider: Browser, bound: str) -> None:
    answer = another(door_with_provider).post("/api/v1/session", json={"user": bound, "password": PASSWORD})
    assert answer.status_code == 401


def test_bound_user_is_given_no_password(door: PortalCity, bound: str) -> None:
    with pytest.raises(UsageWrong, match="identity provider"), door.connect() as connection:
        users.give_password_in(connection, user=bound, name="t")


WRONG: dict[str, Callable[[], dict[str, Any]]] = {
    "issuer": lambda: {"iss": "https://another.example"},
    "audience": lambda: {"aud": "another"},
    "time": lambda: {"exp": int(time.time()) - 120},
    "nonce": lambda: {"nonce": "another"},
    "subject": lambda: {"sub": "nobody here"},
}


@pytest.mark.parametrize("what", WRONG)
def test_token_that_does_not_hold_lets_nobody_in(
    door_with_provider: Browser, provider: Provider, bound: str, what: str
) -> None:
    provider.wrong = WRONG[what]()
    answer = come_back(another(door_with_provider), provider)
    assert answer.headers["location"] == "/login?failed=provider"
    assert "__Host-fundwatch=" not in answer.headers["set-cookie"]


def test_token_signed_by_another_lets_nobody_in(
    door_with_provider: Browser, provider: Provider, bound: str
) -> None:
    provider.is_signed_by_another = True
    assert come_back(another(door_with_provider), provider).headers["location"] == "/login?failed=provider"


def test_code_of_another_attempt_lets_nobody_in(
    door_with_provider: Browser, provider: Provider, bound: str
) -> None:
    foreign = provider.sign_in(another(door_with_provider).get("/login/oidc").headers["location"])
    for other in ({"code": foreign["code"]}, {"state": foreign["state"]}):
        answer = come_back(another(door_with_provider), provider, **other)
        assert answer.headers["location"] == "/login?failed=provider"


def test_coming_back_without_having_gone_lets_nobody_in(
    door_with_provider: Browser, provider: Provider, bound: str
) -> None:
    foreign = provider.sign_in(another(door_with_provider).get("/login/oidc").headers["location"])
    for cookie in ("", "e30.00", "x.y"):
        answer = another(door_with_provider).get(
            "/login/oidc/callback", params=foreign, headers={"cookie": f"{COOKIE}={cookie}"}
        )
        assert answer.headers["location"] == "/login?failed=provider"


def test_disabled_user_is_not_let_in_by_the_provider(
    door: PortalCity, door_with_provider: Browser, provider: Provider, bound: str
) -> None:
    with door.connect() as connection:
        users.disable_in(connection, user=bound, is_disabled=True, name="t")
    assert come_back(another(door_with_provider), provider).headers["location"] == "/login?failed=provider"


def test_without_a_provider_there_is_no_such_page(stranger: Browser) -> None:
    assert stranger.get("/login/oidc").status_code == 404
    assert stranger.get("/login/oidc/callback?code=a&state=b").status_code == 404
