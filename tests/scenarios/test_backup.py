"""A warehouse backed up while a month is built, restored elsewhere: it verifies, reproduces, and goes on."""

from __future__ import annotations

import json
import time
from pathlib import Path

import psycopg

from fundwatch.settings import Settings
from tests.scenarios.hand_matching import write_off_oldest, written_off
from tests.support import FIGURES, Databases, differing, exports, run_fundwatch, start_fundwatch

MONTH = "2024-06"
RUNNING = "select count(*) from ops.runs where outcome = 'running' and step = 'build'"


def test_warehouse_backed_up_while_a_month_is_built_goes_on_elsewhere(
    cold_june: Settings, city_folder: Path, databases: Databases, tmp_path: Path
) -> None:
    write_off_oldest(cold_june, MONTH)
    run_fundwatch("reconcile", "--month", MONTH, settings=cold_june)
    run_fundwatch("publish", "--month", MONTH, settings=cold_june)
    for act, name in (("review", "Reviewer"), ("approve", "Approver")):
        run_fundwatch(act, "2", "--as", name, "--note", "checked", settings=cold_june)
    built = start_fundwatch("build", "--month", MONTH, "--force", settings=cold_june)
    with built.stderr, psycopg.connect(cold_june.database_url, autocommit=True) as connection:
        while connection.execute(RUNNING).fetchall() == [(0,)]:
            assert built.poll() is None
            time.sleep(0.05)
        run_fundwatch("backup", str(tmp_path / "backup"), settings=cold_june)
        assert built.wait() == 0

    elsewhere = Settings(home=tmp_path / "home", database_url=databases.create())
    elsewhere.home.mkdir()
    (elsewhere.home / "city").symlink_to(city_folder)
    restored = run_fundwatch("restore", str(tmp_path / "backup"), "--json", settings=elsewhere)
    assert json.loads(restored.stdout)["publications"] == 2
    assert json.loads(restored.stdout)["audit_entries"] >= 3
    run_fundwatch("audit", "verify", settings=elsewhere)
    before = exports(elsewhere, MONTH, FIGURES)
    assert len(written_off(elsewhere, MONTH)) == 1
    assert differing(before, exports(cold_june, MONTH, FIGURES)) == {}
    assert json.loads(run_fundwatch("reproduce", "2", "--json", settings=elsewhere).stdout)["is_equal"]

    run_fundwatch("run", "--month", MONTH, settings=elsewhere)
    assert differing(exports(elsewhere, MONTH, FIGURES), before) == {}
    with psycopg.connect(elsewhere.database_url) as connection:
        numbers = connection.execute("select number, state from ops.publications order by number").fetchall()
    assert numbers == [(1, "draft"), (2, "approved")], "equal content is no new publication"
