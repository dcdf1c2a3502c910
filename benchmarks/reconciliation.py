"""Reconciliation: arrival review against the bare join, matching as accounts grow, the step in a month."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

import psycopg

import reconciliation
import reconciliation.bases
import reporting.base_sheets.writing
from benchmarks.findings import Finding, Section, Taken, medians, taken
from benchmarks.generated_city import MONTH, PERSONS
from benchmarks.landing import Bench, url_of
from benchmarks.ledgers import BELOW, Project, landed_project
from fundwatch.database.warehouse import Warehouse, open_warehouse
from pipeline import steps
from reconciliation import entries

FUNDWATCH = str(Path(sys.executable).with_name("fundwatch"))
COUNT = 200_000
_ACCOUNTS, _A_DAY = 41, 400
_TIMES = 3
# Seconds in which the processes that served a leg have ended, and the server has their time.
_SETTLED = 0.3
CITY = 20_000
_MOST_SECONDS, _MOST_OF_MONTH = 60, 0.25
# The parts of the step, in the order in which it does them.
_PARTS: dict[str, tuple[ModuleType, str]] = {
    "setting the sources against each other": (reconciliation, "reconcile"),
    "verifying contribution bases": (reconciliation.bases, "verify_bases"),
    "their counties' workbooks": (reporting.base_sheets.writing, "write_county_workbooks"),
}
_FILE = "bench-tax"
_VOUCHERS = f"""
    insert into landing.tax__voucher (
        voucher_no, taxpayer_no, scheme, month_from, month_to, kind, amount, collected_on, division,
        _file_id, _row
    )
    select 'V' || number, 'T' || aab001, aae140, '202406', '202406', 'employer',
        (amount + case when pair = 0 and hashtext(aab001 || aae140) % 100 = 0 then 1 else 0 end)::text,
        '20240615', '230601', '{_FILE}', number
    from (
        select aab001, aae140, pair, sum(amount) as amount, row_number() over () as number
        from (
            select aab001, aae140, aae080::numeric + aae082::numeric as amount,
                row_number() over (partition by aab001, aae140 order by aac001) / 2 as pair
            from landing.production__ac43 where aae002 = '202406' and aae078 = '1'
        ) as arrived
        group by aab001, aae140, pair
    ) as vouchers
"""
_JOIN = """
    create table by_hand as
    with tax as (
        select employers.employer_id, vouchers.scheme, vouchers.from_month as for_month,
            sum(vouchers.amount) as amount
        from staging_tax.stg_tax__voucher as vouchers
        join business_ledger.employers as employers on vouchers.taxpayer_no = employers.tax_number
        where vouchers.file_month = '2024-06' and employers.valid_to_batch is null
        group by 1, 2, 3
    ),
    agency as (
        select employer_id, scheme, for_month, sum(received_amount) as amount
        from business_ledger.contributions
        where booked_month = '2024-06' and has_arrived and valid_to_batch is null
        group by 1, 2, 3
    )
    select coalesce(tax.employer_id, agency.employer_id) as subject,
        coalesce(tax.scheme, agency.scheme) as scheme, coalesce(tax.for_month, agency.for_month) as for_month,
        coalesce(tax.amount, 0) as tax_amount, coalesce(agency.amount, 0) as agency_amount
    from tax
    full join agency
        on tax.employer_id = agency.employer_id and tax.scheme = agency.scheme
        and tax.for_month = agency.for_month
"""
_COLUMNS = "subject, scheme, for_month, tax_amount, agency_amount"
_UNEQUAL = f"""
    select count(*) from (
        (select {_COLUMNS} from by_hand except all select {_COLUMNS} from reconciliation.arrival_review)
        union all
        (select {_COLUMNS} from reconciliation.arrival_review except all select {_COLUMNS} from by_hand)
    ) as unequal
"""

# Every 60th is one on one side and three on the other; amounts are strewn, that no other sum be one.
_ENTRIES = """
    create table reconciliation.{side}_entries as
    select 'A' || n %% %(accounts)s as account_no, '{side}-' || n || '-' || part as entry_id,
        date '2010-01-01' + n / %(day)s as booked_on,
        ((1 + abs(hashint4(n) %% 9999991)) * case when n %% 60 = %(parted)s then 1 else 3 end / 100.0)
            ::numeric(18, 2) as amount,
        case when n %% 5 < 3 then 'R' || n end as reference, n::bigint * 3 + part as place
    from generate_series(0, %(count)s - 1) as n,
        generate_series(1, case when n %% 60 = %(parted)s then 3 else 1 end) as part
"""
_WRONG = """
    select count(*) from (
        select match_id from reconciliation.entry_matches group by match_id
        having count(distinct split_part(entry_id, '-', 2)) > 1
    ) as wrong
"""


def measure(folder: Path, *, persons: int = PERSONS, count: int = COUNT) -> Section:
    """Measure the arrival review of a voucher per person, matching, and the step within a cold month."""
    with Bench(folder) as bench:
        review = list(_review(bench, persons=persons))
        matching = list(_matching(bench, count=count))
        shares = list(_shares(bench))
    return Section(
        "Reconciliation",
        f"The review of {persons:,} persons' {persons * 12:,} contributions, a voucher for each two of June's"
        " and one in a hundred sums that differ:"
        " its models through dbt, less an invocation that selects nothing, against one statement that sums"
        " and joins staged vouchers and ledger and keeps the sums alone; the same sums are checked first. The"
        " review also finds who pays behind each number, and says of each sum that differs what stands behind"
        " it."
        f" Matching over {_ACCOUNTS} accounts, entries read from the database and matches stored: three in"
        " five by reference, most others by amount, one in thirty a sum of three; all are to be matched, none"
        " wrongly, and are."
        f" The step within the cold run of a month of {CITY:,} persons, all steps in one process: of the"
        " clock, and of CPU, the server's included. The step also verifies contribution bases and writes the"
        " counties' workbooks of them, which are no part of reconciliation.",
        [*review, *matching, *shares],
    )


def _review(bench: Bench, *, persons: int) -> Iterator[Finding]:
    project = landed_project(bench, persons=persons)
    with project.warehouse.connect() as connection:
        connection.execute("update landing.production__ab01 set aab030 = 'T' || aab001")
        connection.execute(
            "insert into ops.files (file_id, feed, format, division, month, sequence, name, sha256, state)"
            " values (%(id)s, 'tax', 'tax-voucher-csv/1', '230600', %(month)s, 1, %(id)s, %(id)s, 'loaded')",
            {"id": _FILE, "month": MONTH},
        )
        vouchers = connection.execute(_VOUCHERS).rowcount
        connection.execute("analyze landing.tax__voucher")
    for layer in (*BELOW, "staging_tax"):
        project.run(layer)
    empty = project.empty()
    legs = {
        "review": lambda: project.run("reconciliation", select="reconciliation.review") - empty,
        "join": lambda: _joined(project),
    }
    _ = [leg() for leg in legs.values()]
    with psycopg.connect(url_of(project.settings)) as connection:
        if (unequal := connection.execute(_UNEQUAL).fetchone()) != (0,):
            raise RuntimeError(f"the review and the join differ in {unequal} rows")
    seconds = medians(legs, times=_TIMES)
    yield Finding(f"arrival review of {vouchers:,} vouchers, s", f"{seconds['review']:.1f}")
    yield Finding("bare join of their sums, s", f"{seconds['join']:.1f}")
    yield Finding.ratio("arrival review / bare join", seconds["review"], seconds["join"], most=1.5)
    url = url_of(project.settings)
    work = {name: _at_work(url, leg) for name, leg in ({"empty": project.empty} | legs).items()}
    review = work["review"] - work["empty"]
    yield Finding("of which at work on a core, review and join, s", f"{review:.2f}, {work['join']:.2f}")
    yield Finding("at work, arrival review / bare join", f"{review / work['join']:.2f}")


def _joined(project: Project) -> float:
    with psycopg.connect(url_of(project.settings), autocommit=True) as connection:
        connection.execute("drop table if exists by_hand")
        connection.execute("set work_mem = '256MB'")
        started = time.monotonic()
        connection.execute(_JOIN)
        return time.monotonic() - started


def _matching(bench: Bench, *, count: int) -> Iterator[Finding]:
    """Match as many entries and twice as many, in turn, so that what else the machine does is in both."""
    first = bench.fresh()
    warehouses = {count: open_warehouse(first)}
    second = replace(first, home=bench.folder / "twice", database_url=bench.another_url())
    warehouses[2 * count] = open_warehouse(second)
    for size, warehouse in warehouses.items():
        _enter(warehouse, size)
    legs = [(size, _matched(warehouses[size], size)) for _ in range(_TIMES) for size in warehouses]
    walls = {size: statistics.median(took for of, (took, _) in legs if of == size) for size in warehouses}
    works = {size: statistics.median(worked for of, (_, worked) in legs if of == size) for size in warehouses}
    what = f"matching {count:,} entries of banks against {count:,} of books"
    took = walls[count]
    yield Finding(f"{what}, s", f"{took:.1f}", f"under {_MOST_SECONDS}", took < _MOST_SECONDS)
    yield Finding(
        "of which at work on a core, and of twice as many, s", f"{works[count]:.1f}, {works[2 * count]:.1f}"
    )
    yield Finding.ratio("at work on twice as many / on as many", works[2 * count], works[count], most=2.2)
    yield Finding("twice as many / as many by the clock", f"{walls[2 * count] / took:.2f}")


def _enter(warehouse: Warehouse, count: int) -> None:
    """Enter as many entries of the bank as of the books: singles, and sums of three on either side.

    Days grow with the entries, so that each day has as many.
    """
    entries.prepare(warehouse)
    with warehouse.connect() as connection:
        for side, parted in (("bank", 13), ("book", 9)):
            connection.execute(
                _ENTRIES.format(side=side),
                {"accounts": _ACCOUNTS, "day": _A_DAY, "parted": parted, "count": count},
            )
            connection.execute(f"grant select on reconciliation.{side}_entries to public")


def _matched(warehouse: Warehouse, count: int) -> tuple[float, float]:
    """Match all entries; return the seconds by the clock, and at work on a core."""
    started, worked = time.monotonic(), time.process_time()
    matched = entries.match_entries(warehouse, month=MONTH)
    seconds = time.monotonic() - started, time.process_time() - worked
    print(f"  matching {count:,}: {seconds[0]:.2f} s, at work {seconds[1]:.2f} s", flush=True)
    with warehouse.connect() as connection:
        wrong = connection.execute(_WRONG).fetchone() or (None,)
    if matched < 2 * count or wrong != (0,):
        raise RuntimeError(f"{matched:,} of {2 * count:,} entries were matched, {wrong[0]} of them wrongly")
    return seconds


def _shares(bench: Bench, *, persons: int = CITY) -> Iterator[Finding]:
    """Yield what share of a cold month the step is, and its parts: by the clock, and at work on a core."""
    city = bench.folder / "city"
    simulate = (FUNDWATCH, "simulate", "--persons", str(persons), "--months", "2024-01..2024-06")
    subprocess.run([*simulate, "--out", str(city)], check=True, stdout=subprocess.DEVNULL)
    settings = replace(
        bench.fresh(), production_url=f"sqlite:///{city}/production-{{month}}.db", inbox=city / "inbox",
        site=city / "site",
    )  # fmt: skip
    spent: dict[str, Taken] = {}
    with ExitStack() as patches:
        for name, (module, function) in _PARTS.items():
            part = partial(_timed, spent, name, url_of(settings), getattr(module, function))
            patches.enter_context(patch.object(module, function, part))
        for name, step in steps.RUN_ORDER:
            _timed(spent, name, url_of(settings), step, settings, month=MONTH)
    whole = sum((spent[name] for name, _ in steps.RUN_ORDER), Taken(0, 0))
    print("\n".join(f"  {name}: {took}" for name, took in spent.items()), flush=True)
    yield Finding(f"a month of {persons:,} persons, s, of CPU", f"{whole.clock:.1f}, {whole.cpu:.1f}")
    yield Finding.ratio("the step / the month", spent["reconcile"].clock, whole.clock, most=_MOST_OF_MONTH)
    for name in _PARTS:
        took = spent[name]
        yield Finding(
            f"of which {name}: share of the clock, of CPU",
            f"{took.clock / whole.clock:.2f}, {took.cpu / whole.cpu:.2f}",
        )


def _timed(
    spent: dict[str, Taken], name: str, url: str, work: Callable[..., object], *given: Any, **options: Any
) -> object:
    """Do some work of the month, and note what it took under its name."""
    results: list[object] = []
    spent[name] = taken(url, lambda: results.append(work(*given, **options)))
    return results[0]


def _at_work(url: str, leg: Callable[[], float]) -> float:
    """Return the seconds that this program and the server of a database are at work in a leg.

    The median of several: what the server does beside it, vacuuming for one, is in some.
    """

    def settled() -> None:
        leg()
        time.sleep(_SETTLED)

    return statistics.median(taken(url, settled).cpu for _ in range(_TIMES))
