"""A proxy before PostgreSQL that cuts a connection around the n-th COMMIT that passes."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from sqlalchemy.engine import make_url

# A simple query as libpq sends it: its letter, its length, its text.
_COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
_CHUNK = 2**16


class CuttingProxy:
    """Forwards the traffic of client and server; around one COMMIT it cuts both off.

    ``cut_at`` counts COMMITs from 1, 0 cuts none. ``answered``: the server has committed and its answer is
    lost; otherwise the COMMIT itself is lost.
    """

    def __init__(self, url: str, *, cut_at: int, answered: bool = True) -> None:
        """Listen on a free port of 127.0.0.1."""
        parts = make_url(url)
        self._server = (parts.host, parts.port)
        self._cut_at, self._answered, self.commits = cut_at, answered, 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = parts.set(
            host="127.0.0.1", port=self._listener.getsockname()[1]
        ).render_as_string(hide_password=False)  # fmt: skip
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._server)
                swallows = threading.Event()
                for serve in (self._pass_on, self._answer):
                    threading.Thread(target=serve, args=(client, server, swallows), daemon=True).start()

    def _pass_on(self, client: socket.socket, server: socket.socket, swallows: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(_CHUNK):
                if _COMMIT in data:
                    self.commits += 1
                    if self.commits == self._cut_at:
                        if not self._answered:
                            break
                        swallows.set()
                server.sendall(data)
        if not swallows.is_set():
            _cut(client, server)

    def _answer(self, client: socket.socket, server: socket.socket, swallows: threading.Event) -> None:
        with suppress(OSError):
            while (data := server.recv(_CHUNK)) and not swallows.is_set():
                client.sendall(data)
        _cut(client, server)


def _cut(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
