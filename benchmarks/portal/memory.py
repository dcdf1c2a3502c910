"""What a worker holds after many requests, and during an export of half a million rows; when it is ready."""

from __future__ import annotations

import http.client
import itertools
import json
import os
from pathlib import Path

from benchmarks.findings import Finding, Section
from benchmarks.landing import CITY
from benchmarks.portal.city import EXPORTED_MONTH
from benchmarks.portal.load import at_once
from benchmarks.portal.people import Reader, requests_of
from benchmarks.portal.server import Portal, forget_peak, portal_of, resident
from benchmarks.portal.warehouse import published_city

REQUESTS = int(os.environ.get("FUNDWATCH_BENCH_REQUESTS", "20000"))
EXPORTED_ROWS = 500_000
_PERSONS = 100_000
_MOST_MIB, _MOST_GROWN, _MOST_EXPORT, _MOST_READY = 300, 8, 64, 5
_TENTHS = 10
_EXPORT_SECONDS, _PIECE = 900, 2**16
_OK = 200


def measure(folder: Path) -> Section:
    """Ask many times, then export; the memory of the workers before, between and after."""
    with (
        published_city(folder, persons=_PERSONS, exported=EXPORTED_ROWS) as city,
        portal_of(city.settings, folder / "portal.log", per_second=10_000) as portal,
    ):
        requests = itertools.cycle(requests_of(city.readers))
        held, errors = [], 0
        for _ in range(_TENTHS):
            answers = at_once(portal.port, list(itertools.islice(requests, REQUESTS // _TENTHS)))
            errors += sum(answer.status != _OK for answer in answers)
            held.append(max(resident(worker) for worker in portal.workers))
            print(f"  {len(held)} of {_TENTHS}: {held[-1]:.0f} MiB", flush=True)
        reader = city.reader("auditor", CITY)
        exports = {kind: _exported(portal, reader, kind) for kind in ("csv", "xlsx")}
    grown = held[-1] - held[1]
    return Section(
        "The portal's memory",
        (
            f"{city.size}; the larger of 2 workers, MiB resident. {REQUESTS:,} requests of every role on 8"
            f" connections without a pause; a list of {EXPORTED_ROWS:,} issues exported."
            f" Load of the machine {os.getloadavg()[1]:.1f}."
        ),
        [
            Finding(
                "ready after, s", f"{portal.ready_seconds:.1f}", f"under {_MOST_READY}",
                portal.ready_seconds < _MOST_READY,
            ),
            Finding(
                "processor time till then, of the supervisor and both workers, s",
                f"{portal.ready_cpu_seconds:.1f}",
            ),
            Finding(f"errors of {REQUESTS:,} answers", str(errors), "none", errors == 0),
            Finding(
                "a worker after each tenth of the requests, MiB", ", ".join(f"{size:.0f}" for size in held),
                f"under {_MOST_MIB}", max(held) < _MOST_MIB,
            ),
            Finding(
                "grown since the second tenth, MiB", f"{grown:.1f}", f"flat: at most {_MOST_GROWN}",
                grown <= _MOST_GROWN,
            ),
            *(
                Finding(
                    f"an export of {rows:,} rows as {kind}: more than before, MiB", f"{more:.1f}",
                    f"at most {_MOST_EXPORT}", more <= _MOST_EXPORT,
                )
                for kind, (rows, more) in exports.items()
            ),
        ],
    )  # fmt: skip


def _exported(portal: Portal, reader: Reader, kind: str) -> tuple[int, float]:
    """Export the long list; return its rows, and by how much a worker held more at most, in MiB.

    Raises: RuntimeError when the export is refused or has other rows.
    """
    before = {worker: resident(worker) for worker in portal.workers}
    for worker in before:
        forget_peak(worker)
    body = json.dumps({"what": "issues", "format": kind, "filters": {"month": EXPORTED_MONTH}})
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=_EXPORT_SECONDS)
    connection.request(
        "POST", "/api/v1/exports", body=body, headers={**reader.headers, "Content-Type": "application/json"}
    )
    answer = connection.getresponse()
    lines = 0
    while piece := answer.read(_PIECE):
        lines += piece.count(b"\n")
    connection.close()
    if answer.status != _OK or (kind == "csv" and lines != EXPORTED_ROWS + 1):
        raise RuntimeError(f"the export answers {answer.status} with {lines} lines")
    more = max(resident(worker, peak=True) - held for worker, held in before.items())
    return EXPORTED_ROWS, more
