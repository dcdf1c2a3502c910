"""A warehouse of a former release, three months built: upgraded, rebuilt where it changed, nothing lost."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import psycopg
import pytest

from fundwatch.database import dump
from fundwatch.settings import Settings
from fundwatch.site import FILES
from tests.support import Databases, export_rows, run_fundwatch
from tests.upgrade import make_release

RELEASES = sorted(path.stem for path in make_release.FOLDER.glob("*.dump"))
LAST = make_release.MONTHS[-1]
STEPS = ("build", "reconcile", "crosscheck", "measure", "publish")
KEPT = ("ops.files", "ops.extracts", "ops.audit", "ops.publication_cells", "landing.production__ac43",
    "landing.tax__voucher", "landing.bank__statement_entry", "quarantine.rows")  # fmt: skip


@pytest.fixture(params=RELEASES)
def upgraded(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> tuple[str, Settings]:
    """A release's warehouse as it was dumped, with the site it was built with."""
    settings = Settings(home=tmp_path / "home", database_url=databases.create())
    dump.restore(make_release.FOLDER / f"{request.param}.dump", settings.database_url)
    site = settings.city / "site"
    site.mkdir(parents=True)
    with psycopg.connect(settings.database_url) as connection:
        for name, columns in FILES.items():
            known = connection.execute(
                "select column_name from information_schema.columns"
                " where table_schema = 'site' and table_name = %s",
                (name,),
            ).fetchall()
            listed = [column for column in columns if (column,) in known]
            if listed:
                quoted = ", ".join(f'"{column}"' for column in listed)
                rows = connection.execute(f"select {quoted} from site.{name} order by _row").fetchall()
                with (site / f"{name}.csv").open("w", newline="") as target:
                    csv.writer(target).writerows([listed, *rows])
    return request.param, settings


def counted(settings: Settings) -> dict[str, int]:
    with psycopg.connect(settings.database_url) as connection:
        return {name: connection.execute(f"select count(*) from {name}").fetchone()[0] for name in KEPT}


def faults_within_the_warehouse(settings: Settings) -> list[str]:
    """Return what ``audit verify`` finds, but for the files and the vault that no dump holds."""
    lines = json.loads(run_fundwatch("audit", "verify", "--json", settings=settings, check=False).stdout)
    faults = [line["fault"] for line in lines if line["fault"]]
    return [fault for fault in faults if "files are not in" not in fault and not fault.endswith("is gone")]


def test_release_is_upgraded_rebuilt_where_it_changed_and_loses_nothing(
    upgraded: tuple[str, Settings],
) -> None:
    release, settings = upgraded
    before = counted(settings)
    run_fundwatch("db", "up", settings=settings)
    assert counted(settings) == before
    assert before["ops.publication_cells"] > 100
    assert faults_within_the_warehouse(settings) == []
    # What was published before says which parts it lacks, and shows no person by name.
    with psycopg.connect(settings.database_url) as connection:
        assert connection.execute("select distinct parts from ops.publications").fetchall() == [([],)]
        unmasked = (
            "masked_person_id is distinct from portal.masked(person_id) or masked_person_id = person_id"
        )
        assert connection.execute(f"select from ops.publication_cases where {unmasked}").fetchall() == []
    months = json.loads(run_fundwatch("months", "--json", settings=settings).stdout)
    built = {month["month"]: month["steps"] for month in months if month["month"] in make_release.MONTHS}
    assert [*built] == [*make_release.MONTHS]
    # A feed that came with this release was not landed yet: landing alone waits for it.
    states = {(name, step["state"]) for steps in built.values() for name, step in steps.items()}
    assert {state for _, state in states} <= {"fresh", "stale", "waiting"}
    assert {name for name, state in states if state == "waiting"} <= {"ingest"}

    with psycopg.connect(settings.database_url) as connection:  # as if this version had added columns
        connection.execute("alter table business_ledger.contributions drop column received_amount cascade")
    for step in STEPS:
        run_fundwatch(step, "--month", LAST, settings=settings)
    known = json.loads(gzip.decompress((make_release.FOLDER / f"{release}.json.gz").read_bytes()))
    keys = ("division", "scheme", "breakdown", "indicator", "value")
    now = {tuple(row[key] for key in keys) for row in export_rows("indicators", LAST, settings=settings)}
    assert len(known) > 300
    assert {tuple(row) for row in known} - now == set()
    kept = counted(settings)
    assert {name: count for name, count in kept.items() if count < before[name]} == {}
    assert faults_within_the_warehouse(settings) == []
    with psycopg.connect(settings.database_url) as connection:
        query = "select 'case_evidence' = any(parts) from ops.publications order by number desc limit 1"
        assert connection.execute(query).fetchone() == (True,)
