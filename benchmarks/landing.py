"""Landing a tax file against a raw COPY of the same file, and against dlt."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from benchmarks.findings import Finding, Section, medians
from fundwatch.database.embedded import EmbeddedPostgres
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from ingestion import land
from ingestion.files.formats import FORMATS

FORM = FORMATS["tax-voucher-csv/1"]
MONTH, CITY = "2024-06", "230600"
_EMPLOYERS = 20_000
_MOST_MEMORY = 512
_SCHEMES = ("110", "210", "310", "410")
_DLT = """
import sys, dlt
from dlt.sources.filesystem import readers
folder, name, url = sys.argv[1:]
postgres = dlt.destinations.postgres(url)
pipeline = dlt.pipeline("peer", destination=postgres, dataset_name="peer", dev_mode=True)
pipeline.run(readers(bucket_url=folder, file_glob=name).read_csv(dtype=str).with_name("voucher"))
"""
_CHILD = """
import sys
from pathlib import Path
from benchmarks.findings import peak_memory
from fundwatch.settings import Settings
from fundwatch.database.warehouse import open_warehouse
from ingestion import land
settings = Settings(home=Path(sys.argv[1]), database_url=sys.argv[2])
land(open_warehouse(settings), settings, month=sys.argv[3], feeds=["tax"])
print(peak_memory())
"""


@dataclass(frozen=True)
class File:
    """A generated tax file with its manifest; ``refused`` rows of it carry a day that does not exist."""

    path: Path
    rows: int
    refused: int


def url_of(settings: Settings) -> str:
    """Return the URL of the warehouse that ``Bench.fresh`` set."""
    if settings.database_url is None:
        raise ValueError("these settings name no database")
    return settings.database_url


class Bench:
    """A server of its own, and a fresh migrated database and home for each leg."""

    def __init__(self, folder: Path) -> None:
        """Start the server in ``folder``."""
        self.folder = folder
        self._server = EmbeddedPostgres(folder / "postgres")
        self._url = self._server.start()
        self._numbers = count()
        template = self._create("template0")
        open_warehouse(Settings(home=folder / "template", database_url=template))
        self._template = str(make_url(template).database)

    def __enter__(self) -> Self:
        """Return the bench; its server runs."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        self._server.stop(immediately=True)

    def fresh(self) -> Settings:
        """Return settings of an empty warehouse, the server's buffers written out."""
        for database in self._databases():
            self._execute(f'drop database "{database}" with (force)')
        url = self._create(self._template)
        self._execute("checkpoint")
        home = self.folder / f"home{next(self._numbers)}"
        write_site(home / "city" / "site")
        return Settings(home=home, database_url=url)

    def another_url(self) -> str:
        """Return the URL of an empty warehouse beside the others."""
        return self._create(self._template)

    def fresh_url(self) -> str:
        """Return the URL of an empty warehouse."""
        return url_of(self.fresh())

    def _databases(self) -> list[str]:
        with psycopg.connect(self._url) as connection:
            names = connection.execute("select datname from pg_database where starts_with(datname, 'leg')")
            return [name for (name,) in names if name != getattr(self, "_template", None)]

    def _create(self, template: str) -> str:
        name = f"leg{next(self._numbers)}"
        self._execute(f'create database "{name}" template "{template}"')
        return make_url(self._url).set(database=name).render_as_string(hide_password=False)

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement)


def write_site(folder: Path) -> None:
    """Write a site of one city and twenty counties, with no other parameters."""
    from fundwatch.site import FILES

    folder.mkdir(parents=True)
    for name, columns in FILES.items():
        lines = [",".join(columns)]
        if name == "divisions":
            lines.append(f"{CITY},城,City,city,230000")
            lines += [f"2306{number:02d},县,County,county,{CITY}" for number in range(1, 21)]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def make_file(folder: Path, *, rows: int, refused_rate: float = 0.0) -> File:
    """Write vouchers of one month, deterministically, with a manifest beside them."""
    chance = random.Random(rows)  # noqa: S311 (generated data, the same each time)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"vouchers-{rows}-{refused_rate:g}.csv"
    digest, cents_of_all, refused = hashlib.sha256(), 0, 0
    with path.open("wb") as handle:
        for first in range(0, rows, 10_000):
            lines = [] if first else [",".join(FORM.names)]
            for number in range(first, min(first + 10_000, rows)):
                is_bad = chance.random() < refused_rate and (refused + 1) * 100 <= rows
                refused += is_bad
                cents = chance.randrange(100, 50_000)
                cents_of_all += cents
                lines.append(_line(number, cents, chance.randrange(3000, 20_000), is_bad=is_bad))
            block = ("\n".join(lines) + "\n").encode()
            digest.update(block)
            handle.write(block)
    manifest = {
        "feed": "tax", "format": FORM.name, "division": CITY, "month": MONTH, "sequence": 1,
        "encoding": "utf-8", "rows": rows, "amount_total": f"{cents_of_all // 100}.{cents_of_all % 100:02d}",
        "sha256": digest.hexdigest(), "created_at": "2024-07-03T08:00:00+08:00", "replaces": None,
    }  # fmt: skip
    path.with_name(path.name + ".manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return File(path, rows, refused)


def _line(number: int, cents: int, base: int, *, is_bad: bool) -> str:
    employer, day = number % _EMPLOYERS, f"2024-06-{1 + number % 28:02d}"
    return (
        f"TV202406{number:010d},91230602MA{employer:08d},大庆市第{employer}建设工程有限公司,"
        f"23060219{60 + number % 40}{1 + number % 12:02d}{1 + number % 28:02d}{number % 10_000:04d},"
        f"{_SCHEMES[number % 4]},202406,202406,employee,{base}.00,0.16,"
        f"{cents // 100}.{cents % 100:02d},{'2024-06-31' if is_bad else day},{day},,2306{number % 20 + 1:02d}"
    )


def raw_copy(bench: Bench, file: File) -> tuple[float, psycopg.Connection]:
    """Copy the file as it is into the landing table; return the seconds and a connection to look."""
    connection = psycopg.connect(bench.fresh_url(), autocommit=True)
    connection.execute(
        "alter table landing.tax__voucher alter _file_id set default '', alter _row set default 0"
    )
    started = time.monotonic()
    statement = f"copy landing.tax__voucher ({', '.join(FORM.names)}) from stdin with (format csv, header)"
    with connection.cursor().copy(statement) as copy, file.path.open("rb") as handle:
        while block := handle.read(2**20):
            copy.write(block)
    return time.monotonic() - started, connection


def our_landing(bench: Bench, file: File) -> tuple[float, psycopg.Connection]:
    """Land the file from an inbox, by the function behind ``fundwatch ingest``."""
    settings = bench.fresh()
    put_into(settings.inbox_folder / "tax", file)
    warehouse = open_warehouse(settings)
    started = time.monotonic()
    land(warehouse, settings, month=MONTH, feeds=["tax"])
    return time.monotonic() - started, warehouse.connect(autocommit=True)


def put_into(inbox: Path, file: File, *, name: str = "") -> None:
    """Lay a file and its manifest into an inbox."""
    inbox.mkdir(parents=True, exist_ok=True)
    beside = file.path.with_name(file.path.name + ".manifest.json")
    os.link(file.path, inbox / (name or file.path.name))
    os.link(beside, inbox / f"{name or file.path.name}.manifest.json")


def dlt_load(bench: Bench, file: File) -> float:
    """Load the file with dlt as it comes, in a process that has imported nothing else."""
    python = os.environ.get("FUNDWATCH_BENCH_DLT", ".venv-bench/bin/python")
    url = bench.fresh_url()
    own = {"RUNTIME__DLTHUB_TELEMETRY": "false", "DLT_DATA_DIR": str(bench.folder / "dlt")}
    started = time.monotonic()
    subprocess.run(
        [python, "-c", _DLT, f"file://{file.path.parent}", file.path.name, url],
        check=True, env={**os.environ, **own}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return time.monotonic() - started


def content_of(connection: psycopg.Connection) -> tuple:
    """Return what the landing table holds, for comparison: rows, sum, and a sum of hashes of all values."""
    values = [sql.SQL("coalesce({}, '')").format(sql.Identifier(name)) for name in FORM.names]
    row = connection.execute(
        sql.SQL(
            "select count(*), sum(amount::numeric), sum(hashtextextended(row({})::text, 0)::numeric)"
            " from landing.tax__voucher"
        ).format(sql.SQL(", ").join(values))
    ).fetchone()
    return row or ()


def peak_memory(bench: Bench, file: File) -> int:
    """Return the peak memory in MiB of a process that lands the file."""
    settings = bench.fresh()
    put_into(settings.inbox_folder / "tax", file)
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(settings.home), url_of(settings), MONTH],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return int(done.stdout)


def duplicate_and_hash(bench: Bench, file: File) -> tuple[float, float]:
    """Return the seconds that recognising the same bytes under another name takes, and those of its hash."""
    settings = bench.fresh()
    inbox = settings.inbox_folder / "tax"
    put_into(inbox, file)
    warehouse = open_warehouse(settings)
    land(warehouse, settings, month=MONTH, feeds=["tax"])
    started = time.monotonic()
    land(warehouse, settings, month=MONTH, feeds=["tax"])
    nothing = time.monotonic() - started
    put_into(inbox, file, name="again.csv")
    started = time.monotonic()
    land(warehouse, settings, month=MONTH, feeds=["tax"])
    seconds = time.monotonic() - started - nothing
    started = time.monotonic()
    digest = hashlib.sha256()
    with file.path.open("rb") as handle:
        while block := handle.read(2**20):
            digest.update(block)
    return seconds, time.monotonic() - started


def measure(
    folder: Path,
    *,
    rows: int = 5_000_000,
    times: int = 5,
    memory: Sequence[int] = (1_000_000, 10_000_000),
) -> Section:
    """Measure landing a tax file of ``rows`` rows; ``memory`` are the sizes peak memory is measured at."""
    with Bench(folder) as bench:
        findings = _speed(bench, rows, times)
        findings += [_memory(bench, number) for number in memory]
    return Section(
        f"Landing {rows:,} tax vouchers",
        "Ours is the whole of `fundwatch ingest` for one file in UTF-8: hash, copy into the vault, strict"
        " decoding, grammar of each field, repeated keys, quarantine, totals, ledger, and the planner's"
        " statistics. Raw is COPY of the same bytes into the same table, logged, with the same indexes."
        f" Medians of {times}, in turn.",
        findings,
    )


def measure_beside_dlt(folder: Path, *, rows: int = 1_000_000, times: int = 5) -> Section:
    """Measure landing a tax file of ``rows`` rows against dlt, which takes minutes and runs once."""
    with Bench(folder) as bench:
        file = make_file(bench.folder / "files", rows=rows)
        (ours,) = medians({"landing": lambda: our_landing(bench, file)[0]}, times=times).values()
        (dlt,) = medians({"dlt": lambda: dlt_load(bench, file)}, times=1).values()
    return Section(
        f"Landing {rows:,} tax vouchers beside dlt",
        f"dlt 1.31 with its own defaults, once; ours is the median of {times}.",
        [
            Finding("landing, s", f"{ours:.2f}"),
            Finding("dlt, s", f"{dlt:.2f}"),
            Finding("dlt / validated landing", f"{dlt / ours:.1f}", "at least 5", dlt >= 5 * ours),
        ],
    )


def _speed(bench: Bench, rows: int, times: int) -> list[Finding]:
    clean = make_file(bench.folder / "files", rows=rows)
    dirty = make_file(bench.folder / "files", rows=rows, refused_rate=0.0099)
    _require_equal(bench, clean)
    seconds = medians(
        {
            "raw COPY": lambda: raw_copy(bench, clean)[0],
            "landing": lambda: our_landing(bench, clean)[0],
            "landing, 1 % of rows bad": lambda: our_landing(bench, dirty)[0],
        },
        times=times,
    )
    raw, ours, bad = seconds.values()
    again, hashing = duplicate_and_hash(bench, clean)
    return [
        *(Finding(f"{what}, s", f"{median:.2f}") for what, median in seconds.items()),
        Finding.ratio("validated landing / raw COPY", ours, raw, most=1.5, aim=1.2),
        Finding.ratio("validated landing with 1 % bad rows / raw COPY", bad, raw, most=1.8),
        Finding.ratio("recognising a duplicate / hashing the file", again, hashing, most=1.5),
    ]


def _memory(bench: Bench, rows: int) -> Finding:
    peak = peak_memory(bench, make_file(bench.folder / "files", rows=rows))
    return Finding(
        f"peak memory, {rows:,} rows, MiB", str(peak), f"under {_MOST_MEMORY}", peak < _MOST_MEMORY
    )


def _require_equal(bench: Bench, file: File) -> None:
    _, raw = raw_copy(bench, file)
    copied = content_of(raw)
    raw.close()
    _, landed = our_landing(bench, file)
    ours = content_of(landed)
    landed.close()
    if ours != copied or ours[0] != file.rows:
        raise SystemExit(f"the landed rows are not those of the file: {ours} and {copied}")
