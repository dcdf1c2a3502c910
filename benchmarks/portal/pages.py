"""Pages of every role at a rate, beside their statements in ``pgbench``, and while a month builds."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.findings import Finding, Section
from benchmarks.generated_city import PERSONS
from benchmarks.landing import CITY
from benchmarks.month import FUNDWATCH
from benchmarks.portal.city import COUNTY, NUMBER
from benchmarks.portal.load import CONNECTIONS, PER_SECOND, Answer, at_once, at_rate, percentile
from benchmarks.portal.people import Request, requests_of
from benchmarks.portal.server import portal_of
from benchmarks.portal.statements import in_process, pgbench, statements_of, write_script
from benchmarks.portal.warehouse import City, published_city

SECONDS = int(os.environ.get("FUNDWATCH_BENCH_SECONDS", "60"))
_MOST, _MOST_BUILDING, _MOST_MS = 5.0, 2.5, 150
_SHARES = {"p50": 0.5, "p95": 0.95}
_BUILT_PERSONS, _BUILT_MONTHS = "20000", "2024-04..2024-06"
_SLOWEST = 5
_OK = 200


def measure(folder: Path) -> Section:
    """Ask for every page of every role, quiet and while a month builds; run their statements in pgbench."""
    inbox = folder / "built"
    _fundwatch(inbox, {}, "simulate", "--persons", _BUILT_PERSONS, "--months", _BUILT_MONTHS)
    with published_city(folder / "city", persons=PERSONS) as city:
        requests = requests_of(city.readers)
        _require_equal_rows(city)
        scripts = _scripts(city, requests, folder / "scripts")
        with portal_of(city.settings, folder / "portal.log") as portal:
            at_once(portal.port, requests)
            print("  at the rate, and in pgbench ...", flush=True)
            quiet = at_rate(portal.port, requests, seconds=SECONDS)
            peer = pgbench(city.urls.reading, scripts, seconds=SECONDS, folder=folder / "pgbench")
            again = at_rate(portal.port, requests, seconds=SECONDS)
            print("  while a month builds ...", flush=True)
            building, built = _while_building(city, inbox, portal.port, requests)
    findings = [
        *_beside(quiet + again, peer), *_building(quiet + again, building, built=built),
        *_slowest(quiet + again, peer),
    ]  # fmt: skip
    how = (
        f"{city.size}. `fundwatch portal` with 2 workers, {len(requests)} addresses of {len(city.readers)}"
        f" users, {PER_SECOND} requests a second at random instants on {CONNECTIONS} connections for"
        f" {SECONDS} s, twice; milliseconds from when a request was due to the last byte of its answer."
        " `pgbench` runs each address's statements of the reading role, a transaction each, at the same rate"
        " on as many connections; it does not look the session up."
        f" Rows of lists were equal to the tables' first. Load of the machine {os.getloadavg()[1]:.1f}."
        f" The month that builds is of {int(_BUILT_PERSONS):,} persons, in another"
        " database of the same server."
    )
    return Section("The portal's pages", how, findings)


def _scripts(city: City, requests: list[Request], folder: Path) -> Mapping[str, Path]:
    """Write a script of each request's statements; return name of the request -> script."""
    folder.mkdir()
    role = city.urls.reading.partition("://")[2].partition(":")[0]
    scripts = {}
    with in_process(city.settings, city.urls) as client:
        for number, request in enumerate(requests):
            statements = statements_of(client, request, role=role)
            # A page may read nothing as this role; pgbench takes at most 128 files.
            if statements:
                scripts[request.name] = folder / f"{number}.sql"
                write_script(scripts[request.name], statements)
    return scripts


def _require_equal_rows(city: City) -> None:
    """Require that the lists of issues and cases hold the first rows of the tables, for city and county.

    Raises: RuntimeError.
    """
    lists = {"issues": "issue_id", "cases": "case_id"}
    with in_process(city.settings, city.urls) as client, city.owner() as connection:
        for name, key in lists.items():
            for division in (CITY, COUNTY):
                reader = city.reader("auditor", division)
                items = client.get(f"/api/v1/{name}?limit=1000", headers=reader.headers).json()["items"]
                rows = connection.execute(
                    f"select {key} from ops.publication_{name} where number = %s"
                    " and (%s or division = %s) order by place limit 1000",
                    (NUMBER, division == CITY, division),
                ).fetchall()
                if not rows or [item[key] for item in items] != [key_value for (key_value,) in rows]:
                    raise RuntimeError(f"the list of {name} of {division} holds other rows than the table")


def _beside(answers: list[Answer], peer: Mapping[str, list[float]]) -> Iterable[Finding]:
    """Yield the percentiles of each role beside those of its statements, then those of all."""
    roles = sorted({answer.request.reader.role for answer in answers})
    yield _errors("errors", answers)
    for role in (*roles, ""):
        ours = [answer.seconds for answer in answers if role in ("", answer.request.reader.role)]
        theirs = [seconds for name, all_of in peer.items() if name.startswith(role) for seconds in all_of]
        what = role or "all roles"
        for name, share in _SHARES.items():
            ours_at, theirs_at = percentile(ours, share), percentile(theirs, share)
            bar, is_met = "", None
            if not role and name == "p95":
                bar = f"at most {_MOST_MS} ms, ratio at most {_MOST:g}"
                is_met = ours_at * 1000 <= _MOST_MS and ours_at <= _MOST * theirs_at
            yield Finding(
                f"{name}, {what}: portal / pgbench, ms",
                f"{ours_at * 1000:.1f} / {theirs_at * 1000:.1f} ({ours_at / theirs_at:.1f})",
                bar, is_met,
            )  # fmt: skip


def _building(quiet: list[Answer], building: list[Answer], *, built: bool) -> Iterable[Finding]:
    """Yield what a month that builds does to the answers."""
    yield _errors("errors while a month builds", building)
    before, during = (
        percentile([answer.seconds for answer in leg], _SHARES["p95"]) for leg in (quiet, building)
    )
    ended = "whole" if built else "cut off at the end of the load"
    what = f"p95 while a month builds ({len(building):,} requests, the run {ended}) / quiet"
    yield Finding(
        what, f"{during * 1000:.1f} / {before * 1000:.1f} ms ({during / before:.2f})",
        f"at most {_MOST_BUILDING:g}", during <= _MOST_BUILDING * before,
    )  # fmt: skip


def _slowest(answers: list[Answer], peer: Mapping[str, list[float]]) -> Iterable[Finding]:
    """Yield the addresses with the longest medians."""
    seconds: dict[str, list[float]] = {}
    for answer in answers:
        seconds.setdefault(answer.request.name, []).append(answer.seconds)
    medians = {name: percentile(all_of, 0.5) for name, all_of in seconds.items()}
    for name in sorted(medians, key=lambda name: -medians[name])[:_SLOWEST]:
        peer_median = percentile(peer[name], 0.5) * 1000 if peer.get(name) else float("nan")
        yield Finding(
            f"slow: {name}, median: portal / pgbench, ms", f"{medians[name] * 1000:.1f} / {peer_median:.1f}"
        )


def _errors(what: str, answers: list[Answer]) -> Finding:
    """Return how many answers were none or refusals, by their status; 0 is a connection that broke."""
    counts = Counter(answer.status for answer in answers if answer.status != _OK)
    refusals = ", ".join(f"{count} of status {status}" for status, count in sorted(counts.items()))
    return Finding(f"{what}, of {len(answers):,} answers", refusals or "0", "none", not counts)


def _while_building(city: City, home: Path, port: int, requests: list[Request]) -> tuple[list[Answer], bool]:
    """Ask while a month builds on the same server, at most five times the usual time; whether it ended whole.

    Raises: RuntimeError when the run fails.
    """
    settings = {"FUNDWATCH_DATABASE_URL": city.bench.another_url()}
    with (home / "run.log").open("wb") as log:
        run = subprocess.Popen(
            [FUNDWATCH, "run", "--month", "2024-06"], stdout=log, stderr=log,
            env={**os.environ, "FUNDWATCH_HOME": str(home), **settings},
        )  # fmt: skip
        try:
            answers = at_rate(port, requests, seconds=5 * SECONDS, until=lambda: run.poll() is not None)
        finally:
            ended = run.poll()
            run.terminate()
            run.wait()
    if ended not in (None, 0):
        raise RuntimeError(f"the run failed: {(home / 'run.log').read_text()[-2000:]}")
    return answers, ended == 0


def _fundwatch(home: Path, environment: Mapping[str, str], *arguments: str) -> None:
    subprocess.run(
        [FUNDWATCH, *arguments], check=True, stdout=subprocess.DEVNULL,
        env={**os.environ, "FUNDWATCH_HOME": str(home), **environment},
    )  # fmt: skip
