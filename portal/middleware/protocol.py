"""The server's side of one connection: patient with a request, not for ever; short with what is none."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
MOST_HEAD, MOST_CONNECTIONS = 64 * 2**10, 512
_REFUSAL = b'{"type":"/problems/bad-request","title":"Bad request","status":400}'


class PatientProtocol(HttpToolsProtocol):
    """Hangs up on a client that does not send the head of a request in time, or sends no end of one.

    A connection too many is hung up on at once: half-open ones must not keep everybody else out.
    """

    plain_headers: tuple[tuple[bytes, bytes], ...] = ()
    _timer: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes before a head is complete."""
        if self._timer is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD:
                self.send_400_response("")
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Wait for the head of a further request of the connection."""
        super().on_message_begin()
        if self._timer is None:
            self._wait_for_head()

    def on_headers_complete(self) -> None:
        """Hand the request over; what it takes from here on is the application's to judge."""
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Say that this is no request, with the headers of every response and nothing about ourselves."""
        del msg
        lines = [b"HTTP/1.1 400 Bad Request"]
        lines += [name + b": " + value for name, value in self.plain_headers]
        lines += [
            b"content-type: application/problem+json",
            b"content-length: " + str(len(_REFUSAL)).encode(),
            b"connection: close",
        ]
        self.transport.write(b"\r\n".join(lines) + b"\r\n\r\n" + _REFUSAL)
        self.transport.close()

    def _wait_for_head(self) -> None:
        self._head_bytes = 0
        self._timer = self.loop.call_later(HEAD_SECONDS, self._hang_up)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _hang_up(self) -> None:
        self._timer = None
        self.transport.abort()
