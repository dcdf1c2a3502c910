"""How long the portal waits for a body that does not come, and for a reader that does not read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from portal.middleware import gate
from portal.settings import PortalSettings

SETTINGS = PortalSettings()


def passed(app: Any, *, receive: Receive, send: Send) -> None:
    """Pass one request through the gate to an application."""
    scope: Scope = {
        "type": "http", "method": "POST", "path": "/api/v1/x", "query_string": b"", "state": {},
        "headers": [
            (b"host", SETTINGS.authority.encode()), (b"content-type", b"application/json"),
            (b"content-length", b"10"),
        ],
    }  # fmt: skip
    guarded = gate.Gate(app, settings=SETTINGS, respond=lambda *_: pytest.fail("refused"))
    asyncio.run(asyncio.wait_for(guarded(scope, receive, send), 20))


async def never() -> Message:
    """Wait for what never comes."""
    await asyncio.Event().wait()
    raise AssertionError


def test_body_that_does_not_come_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BODY_SECONDS", 0.01)

    async def reading(_: Scope, receive: Receive, __: Send) -> None:
        with pytest.raises(HTTPException) as refused:
            await receive()
        assert refused.value.status_code == 400

    async def ignored(_: Message) -> None:
        """Take it."""

    passed(reading, receive=never, send=ignored)


def test_reader_that_does_not_read_is_waited_for_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "SEND_SECONDS", 0.01)

    async def sending(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def stuck(_: Message) -> None:
        await never()

    with pytest.raises(TimeoutError):
        passed(sending, receive=never, send=stuck)
