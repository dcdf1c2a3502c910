"""Signing in and out: what begins a session, what ends it, and what nobody learns from it."""

from __future__ import annotations

from tests.portal.conftest import CITY, PASSWORD, Browser, PortalCity, add_user


def _sign_in(stranger: Browser, user: str, password: str):
    return stranger.post("/api/v1/session", json={"user": user, "password": password})


def test_session_begins_with_the_right_password_and_ends_with_signing_out(
    door: PortalCity, stranger: Browser
) -> None:
    user = add_user(door.warehouse, ("auditor", CITY), password=PASSWORD)
    begun = _sign_in(stranger, user, PASSWORD)
    assert begun.status_code == 201
    cookie = begun.headers["set-cookie"]
    assert {"Secure", "HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    stranger.use(cookie.partition("=")[2].partition(";")[0])
    shown = stranger.get("/api/v1/me").json()
    assert shown == begun.json()
    assert shown["grants"] == [{"role": "auditor", "division": CITY}]
    ended = stranger.delete("/api/v1/session")
    assert (ended.status_code, ended.headers["clear-site-data"]) == (204, '"cache", "cookies", "storage"')
    assert stranger.get("/api/v1/me").status_code == 401
