"""The server: worker processes that take requests, in the foreground; the supervisor tells Prometheus."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from fundwatch.environment import ignore_foreign_variables
from fundwatch.errors import PortTaken
from fundwatch.host import is_free
from portal import metrics
from portal.database import Urls
from portal.middleware.envelope import safety_headers
from portal.middleware.protocol import PatientProtocol
from portal.settings import PREFIX, PortalSettings

if TYPE_CHECKING:
    from fastapi import FastAPI

_HOME = "FUNDWATCH_HOME"
_URLS = ("DATABASE_URL", "ACTS_DATABASE_URL", "SIGNIN_DATABASE_URL")
_KEEP_ALIVE_SECONDS, _STOP_SECONDS = 15, 10
_BACKLOG = 256
# A worker that imports its libraries on a busy machine does not answer its supervisor yet.
_UNRESPONSIVE_SECONDS = 120
_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # A pool's warnings quote the server's address; that it is not reached is seen by /readyz.
    "loggers": {"psycopg.pool": {"level": "ERROR"}},
}


def serve(settings: PortalSettings, urls: Urls, *, home: Path) -> None:
    """Serve until a signal to end: SIGTERM and SIGINT let requests finish, a worker that dies is replaced.

    Raises: PortTaken, FolderUnusable.
    """
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    ports = {settings.port: "PORT", settings.metrics_port: "METRICS_PORT"}
    for port, name in ports.items():
        if port and not is_free(port):
            raise PortTaken(
                f"port {port} is in use", next_step=f"Set {PREFIX}{name} to a free one, or stop what uses it"
            )
    (home / "portal").mkdir(mode=0o700, parents=True, exist_ok=True)
    _tell_workers(urls, home)
    if settings.metrics_port:
        metrics.prepare(home / "portal" / "metrics")
        metrics.serve(settings.metrics_port, gauges=lambda: _gauges(urls))
    PatientProtocol.plain_headers = _plain(settings)
    config = uvicorn.Config(
        "portal.server:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=_LOGGING,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_worker_healthcheck=_UNRESPONSIVE_SECONDS,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )
    Multiprocess(config, sockets=[_listening(settings)]).run()


def application() -> FastAPI:
    """Return the application of a worker: its settings, and where it signs in, are in the environment."""
    # The supervisor answers no request and need not wait for what this imports.
    from portal.application import create_app

    ignore_foreign_variables()
    logging.lastResort = None
    settings = PortalSettings.read()
    PatientProtocol.plain_headers = _plain(settings)
    urls = Urls(*(os.environ[PREFIX + name] for name in _URLS))
    return create_app(settings, urls, home=Path(os.environ[_HOME]))


def _tell_workers(urls: Urls, home: Path) -> None:
    """Put what workers need into the environment they inherit, which only their own user can read."""
    for name, url in zip(_URLS, (urls.reading, urls.acts, urls.signin), strict=True):
        os.environ.pop(f"{PREFIX}{name}_FILE", None)
        os.environ[PREFIX + name] = url
    os.environ[_HOME] = str(home)


def _listening(settings: PortalSettings) -> socket.socket:
    """Return the socket that all workers accept from."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise PortTaken(
            f"port {settings.port} of {settings.host} cannot be listened on ({error.strerror})",
            next_step=f"Set {PREFIX}HOST and {PREFIX}PORT to an address of this machine that is free",
        ) from None
    listening.set_inheritable(True)
    return listening


def _plain(settings: PortalSettings) -> tuple[tuple[bytes, bytes], ...]:
    headers = {**safety_headers(settings), "Cache-Control": "no-store"}
    return tuple((name.lower().encode(), value.encode()) for name, value in headers.items())


def _gauges(urls: Urls) -> Mapping[str, float]:
    with suppress(psycopg.Error), psycopg.connect(urls.signin, connect_timeout=2) as connection:
        row = connection.execute("select sessions, publication from portal.gauges()").fetchone()
        if row:
            return {"sessions": row[0], "publication": row[1]}
    return {}
