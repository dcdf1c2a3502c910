"""Readers through a thousand flips of a publication: what they see, and how long they wait at most."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from benchmarks.findings import Finding, Section
from benchmarks.landing import CITY, url_of
from benchmarks.portal.city import FLIPPED, FLIPPED_MONTH, put_off_guards
from benchmarks.portal.load import percentile
from benchmarks.portal.warehouse import City, published_city

FLIPS = 1000
_READERS, _PAUSE_SECONDS = 2, 0.005
# The server keeps a plan of its own from the sixth time on.
_WARMING = 12
_MOST_SECONDS, _PATIENCE_SECONDS = 0.05, 60
_PERSONS = 20_000
_ASKED = "select number from portal.publication_asked(%s, null)"
_CELLS = """
    select min(publication), max(publication), min(value)::integer, max(value)::integer, count(*)::integer
    from published.figures where month = %s
"""
_FLIP = (
    "update ops.publications set is_current = false where number = %s",
    "update ops.publications set is_current = true where number = %s",
)
# As many commits of as many rows, which no reader reads.
_IDLE = "update flipped_beside set is_current = not is_current where number = %s"


@dataclass
class Reads:
    """What the readers of one leg saw: seconds of each read, the numbers, and how many reads were mixed."""

    seconds: list[float] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    mixed: int = 0


def measure(folder: Path) -> Section:
    """Read while a publication flips, and while as many commits flip rows beside it."""
    with published_city(folder, persons=_PERSONS) as city:
        with city.owner() as connection:
            connection.execute(
                "create table flipped_beside as select number, is_current from ops.publications"
            )
        beside = _read_through(city, is_flipping=False)
        flipped = _read_through(city, is_flipping=True)
    if flipped.numbers != set(FLIPPED):
        raise RuntimeError(f"the readers saw {sorted(flipped.numbers)}: the publication did not flip")
    longest = max(flipped.seconds)
    how = (
        f"{_READERS} readers of the reading role, each read one transaction: which publication is current,"
        f" then all its figures; {_WARMING} on each connection before, then {FLIPS:,} flips with"
        f" {_PAUSE_SECONDS * 1000:g} ms between them. Beside: as"
        f" many commits that change rows no reader reads. Load of the machine {os.getloadavg()[1]:.1f}."
    )
    return Section(
        "Flips of a publication",
        how,
        [
            Finding(
                f"mixed reads of {len(flipped.seconds):,}", str(flipped.mixed), "none", flipped.mixed == 0
            ),
            Finding(
                "longest read, ms", f"{longest * 1000:.1f}", f"under {_MOST_SECONDS * 1000:g}",
                longest < _MOST_SECONDS,
            ),
            Finding("p99 of a read, ms", f"{percentile(flipped.seconds, 0.99) * 1000:.1f}"),
            Finding("longest read beside, ms", f"{max(beside.seconds) * 1000:.1f}"),
            Finding("p99 of a read beside, ms", f"{percentile(beside.seconds, 0.99) * 1000:.1f}"),
        ],
    )  # fmt: skip


def _read_through(city: City, *, is_flipping: bool) -> Reads:
    reads, ended, begun = (
        Reads(),
        threading.Event(),
        threading.Barrier(_READERS + 1, timeout=_PATIENCE_SECONDS),
    )
    readers = [threading.Thread(target=_read, args=(city, reads, ended, begun)) for _ in range(_READERS)]
    for reader in readers:
        reader.start()
    try:
        begun.wait()
        _flip(city, is_flipping=is_flipping)
    finally:
        ended.set()
        for reader in readers:
            reader.join()
    return reads


def _flip(city: City, *, is_flipping: bool) -> None:
    with psycopg.connect(url_of(city.settings)) as connection:
        put_off_guards(connection)
        connection.commit()
        for turn in range(FLIPS):
            off, on = FLIPPED if turn % 2 == 0 else FLIPPED[::-1]
            for statement, number in zip(_FLIP if is_flipping else (_IDLE, _IDLE), (off, on), strict=True):
                connection.execute(statement, (number,))
            connection.commit()
            time.sleep(_PAUSE_SECONDS)


def _read(city: City, reads: Reads, ended: threading.Event, begun: threading.Barrier) -> None:
    """Read until the end; the first reads of a connection, which fill its caches, come before the flips."""
    secret = city.reader("auditor", CITY).secret
    with psycopg.connect(city.urls.reading, autocommit=True) as portal:
        count, warming = None, _WARMING
        while not ended.is_set():
            started = time.monotonic()
            with portal.transaction():
                portal.execute("set transaction isolation level repeatable read, read only")
                portal.execute("select set_config('fundwatch.session', %s, true)", (secret,))
                asked = portal.execute(_ASKED, (FLIPPED_MONTH,)).fetchone() or (None,)
                seen = portal.execute(_CELLS, (FLIPPED_MONTH,)).fetchone() or ()
            count = count or seen[-1]
            if warming:
                warming -= 1
                if not warming:
                    begun.wait()
                continue
            reads.seconds.append(time.monotonic() - started)
            if seen != (*asked * 4, count):
                reads.mixed += 1
            reads.numbers.update(asked)
