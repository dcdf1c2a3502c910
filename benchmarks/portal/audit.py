"""What the audit log costs: exports and reveals with their entries, and without the time of these."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from unittest import mock

from psycopg import Connection
from psycopg.rows import DictRow
from starlette.testclient import TestClient

from benchmarks.findings import Finding
from benchmarks.portal.city import COUNTY, NUMBER
from benchmarks.portal.people import Reader
from benchmarks.portal.statements import in_process
from benchmarks.portal.warehouse import City
from portal.visits import Visit

_MOST = 1.15
_TIMES = 15
_OK = 200


def findings(city: City) -> list[Finding]:
    """Return the quotients of an export of a county's issues, and of a reveal of one point.

    Raises: RuntimeError when an act is refused, or is not in the log.
    """
    reader = city.reader("auditor", COUNTY)
    with city.owner() as connection:
        row = connection.execute(
            "select case_id from ops.publication_cases where number = %s and division = %s"
            " order by place limit 1",
            (NUMBER, COUNTY),
        ).fetchone()
        before = _entries(connection)
        with in_process(city.settings, city.urls) as client:
            export = {"what": "issues", "format": "csv"}
            exported = _timed(client, reader, "/api/v1/exports", export)
            reveal = f"/api/v1/cases/{row[0] if row else ''}/reveal", {"reason": "核查"}
            revealed = _timed(client, reader, *reveal)
            entered = _entries(connection) - before
            logged, unlogged = _side_by_side(connection, lambda: _timed(client, reader, *reveal)[0])
    if entered != 2 * (_TIMES + 1):
        raise RuntimeError(f"{2 * (_TIMES + 1)} acts made {entered} entries")
    return [
        _quotient("export of a county's issues", exported, most=_MOST),
        _quotient("reveal of one point, a request of its own", revealed, most=_MOST),
        Finding(
            "reveal of one point, judged, counted and committed alike: entered in the log / not, ms",
            f"{logged * 1000:.1f} / {unlogged * 1000:.1f} ({logged / unlogged:.2f})",
        ),
    ]


def _side_by_side(connection: Connection, measure: Callable[[], float]) -> tuple[float, float]:
    """Return the medians of both legs, in turn: as it is, and with the log's own function doing nothing.

    Raises: RuntimeError when an act is entered without it, or not entered with it.
    """
    row = connection.execute(
        "select pg_get_functiondef(p.oid) from pg_proc as p where p.oid::regproc::text = 'ops.enter'"
    ).fetchone()
    written = row[0] if row else ""
    silent = re.sub(r"AS (\$\w*\$).*\1", "AS $$begin end$$", written, flags=re.DOTALL)
    seconds: dict[str, list[float]] = {written: [], silent: []}
    try:
        for function in (written, silent, silent, written):
            connection.execute(function.encode())
            before = _entries(connection)
            seconds[function].append(measure())
            if _entries(connection) - before != (_TIMES + 1 if function == written else 0):
                raise RuntimeError("the leg without the log enters acts, or the one with it does not")
    finally:
        connection.execute(written.encode())
    return statistics.median(seconds[written]), statistics.median(seconds[silent])


def _quotient(what: str, timed: tuple[float, float], *, most: float) -> Finding:
    whole, entry = timed
    quotient = whole / (whole - entry)
    return Finding(
        f"{what}: with / without its entry, ms",
        f"{whole * 1000:.1f} / {(whole - entry) * 1000:.1f} ({quotient:.2f})",
        f"at most {most:g}", quotient <= most,
    )  # fmt: skip


def _timed(client: TestClient, reader: Reader, address: str, body: dict[str, str]) -> tuple[float, float]:
    """Return the medians of the whole request and of its first act, whose commit is the entry's."""
    wholes, entries = [], []
    for turn in range(_TIMES + 1):
        acts: list[float] = []
        with mock.patch.object(Visit, "acts", _noted(acts)):
            started = time.monotonic()
            answer = client.post(address, headers=reader.headers, json=body)
            whole = time.monotonic() - started
        if answer.status_code != _OK:
            raise RuntimeError(f"{address} answers {answer.status_code}: {answer.text[:500]}")
        # The first one warms up.
        if turn:
            wholes.append(whole)
            entries.append(acts[0])
    return statistics.median(wholes), statistics.median(entries)


def _noted(seconds: list[float]) -> Callable[[Visit], AbstractContextManager[Connection[DictRow]]]:
    acts = Visit.acts

    @contextmanager
    def timed(visit: Visit) -> Iterator[Connection[DictRow]]:
        started = time.monotonic()
        with acts(visit) as connection:
            yield connection
        seconds.append(time.monotonic() - started)

    return timed


def _entries(connection: Connection) -> int:
    row = connection.execute(
        "select count(*) from ops.audit where stream in ('exports', 'reveals')"
    ).fetchone()
    return int(row[0]) if row else 0
