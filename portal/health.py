"""``/healthz`` and ``/readyz``: whether the process lives, and whether what it needs is there; no details."""

from __future__ import annotations

import threading
import time

import psycopg
from fastapi import APIRouter, Request
from psycopg_pool import PoolTimeout, TooManyRequests
from starlette.responses import JSONResponse, PlainTextResponse, Response

from fundwatch.access import check
from fundwatch.database import migrations
from portal.database import Pools, signing_in

router = APIRouter(include_in_schema=False)
_KEPT_SECONDS, _CONNECT_SECONDS = 5.0, 3
_RETRY_SECONDS = "5"
_LOST = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout, TooManyRequests)


class Readiness:
    """What is failing, asked at most every few seconds, however often probes ask."""

    def __init__(self, pools: Pools, url: str) -> None:
        """Ask nothing yet; ``url`` is where the reading role signs in."""
        self._pools, self._url, self._lock = pools, url, threading.Lock()
        self._failing: list[str] = []
        self._until = 0.0

    def failing(self) -> list[str]:
        """Return what fails of database, migrations, security and audit, in this order."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._failing = self._asked()
                self._until = time.monotonic() + _KEPT_SECONDS
            return self._failing

    def _asked(self) -> list[str]:
        try:
            # Without the functions of this release nothing else can be asked.
            if not self._is_migrated():
                return ["migrations"]
            checks = {"security": self._is_secure, "audit": self._is_audit_writable}
            return [name for name, holds in checks.items() if not holds()]
        except _LOST:
            return ["database"]

    def _is_migrated(self) -> bool:
        try:
            with signing_in(self._pools) as connection:
                row = connection.execute("select portal.revision() as revision").fetchone()
        except psycopg.ProgrammingError:
            return False
        return row is not None and row["revision"] == migrations.head()

    def _is_secure(self) -> bool:
        with psycopg.connect(self._url, connect_timeout=_CONNECT_SECONDS) as connection:
            return not check.faults(connection)

    def _is_audit_writable(self) -> bool:
        try:
            with signing_in(self._pools) as connection:
                connection.execute("select portal.audit_tried()")
                # Nothing is to be entered for having asked.
                raise psycopg.Rollback
        except _LOST:
            raise
        except psycopg.Error:
            return False
        return True


@router.get("/healthz")
def healthz() -> Response:
    """Say that the process answers."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def readyz(request: Request) -> Response:
    """Say whether requests can be served; 503 names what fails, and nothing more."""
    readiness: Readiness = request.app.state.readiness
    failing = readiness.failing()
    if failing:
        return JSONResponse({"failing": failing}, 503, headers={"Retry-After": _RETRY_SECONDS})
    return PlainTextResponse("ok")
