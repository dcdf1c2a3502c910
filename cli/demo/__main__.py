"""``make demo``: simulate a city, run three of its months through Airflow, sign them, show what came out."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from cli.demo import users
from cli.demo.report import console, show_results, show_users, show_what_to_open
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.environment import ignore_foreign_variables
from fundwatch.errors import FolderUnusable, FundwatchError, SignOffRefused
from fundwatch.host import read_note
from fundwatch.months import parse_range
from fundwatch.queries import one_row
from fundwatch.settings import Settings
from pipeline import services
from portal.settings import PortalSettings

HISTORY = "2023-07..2024-06"
MONTHS = ("2024-04", "2024-05", "2024-06")
SEED = 7
PREPARER, REVIEWER, APPROVER = "demo-preparer", "demo-reviewer", "demo-approver"


def main() -> int:
    """Run the demonstration; a second one finds its city and its months and is quicker."""
    ignore_foreign_variables()
    started = time.monotonic()
    settings = Settings.read()
    try:
        _simulate(settings)
        _say("starting PostgreSQL, Airflow and the portal")
        running = services.up(settings, on_progress=lambda line: _say(f"  {line}"))
        for month in MONTHS:
            _say(f"{month}: handing the month to Airflow's scheduler")
            services.run_month(settings, month, on_progress=lambda line: _say(f"  {line}"))
        warehouse = open_warehouse(settings)
        folders = {month: _sign(warehouse, settings, month) for month in MONTHS}
        people = users.make(warehouse, settings)
        show_results(warehouse, truth=settings.city / "truth", folders=folders)
    except FundwatchError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    console.print(f"\nDone in {time.monotonic() - started:.0f} s. Still running, until make down:")
    for name, value in running.described().items():
        console.print(f"  {name.replace('_', ' ')}: {value}", soft_wrap=True)
    show_what_to_open(folders[MONTHS[-1]], settings, month=MONTHS[-1], url=running.url)
    show_users(people, url=PortalSettings.read().url, file=users.file_of(settings))
    return 0


def _simulate(settings: Settings) -> None:
    """Simulate the city once, and add one damaged file to its inbox."""
    from simulator import simulate

    persons = int(os.environ.get("FUNDWATCH_DEMO_PERSONS", "20000"))
    note = settings.city / "demo.json"
    wanted = {"persons": persons, "seed": SEED, "months": HISTORY}
    if read_note(note) == wanted:
        _say(f"the simulated city in {settings.city} is there already")
        return
    if settings.city.exists() and any(settings.city.iterdir()) and not note.exists():
        raise FolderUnusable(
            f"{settings.city} holds a city that the demonstration did not make",
            next_step="Set FUNDWATCH_HOME to another folder",
        )
    _say(f"simulating a city of {persons} persons over {HISTORY}")
    settings.city.mkdir(parents=True, exist_ok=True)
    note.write_text("{}")
    city = simulate(out=settings.city, months=parse_range(HISTORY), persons=persons, seed=SEED)
    _damage_a_delivery(settings.inbox_folder / "tax")
    note.write_text(json.dumps(wanted))
    _say(f"  {sum(city.counts.values())} rows and files in {settings.city}")


def _damage_a_delivery(folder: Path) -> None:
    """Add a truncated second tax file of the last month: it alone must be rejected."""
    manifest = max(folder.rglob(f"tax-voucher*{MONTHS[-1]}*.manifest.json"))
    data = manifest.with_name(manifest.name.removesuffix(".manifest.json"))
    damaged = data.with_name(f"damaged-{data.name}")
    damaged.write_bytes(data.read_bytes()[:-40])
    claims = {**json.loads(manifest.read_text()), "sequence": 2}
    damaged.with_name(f"{damaged.name}.manifest.json").write_text(json.dumps(claims))


def _sign(warehouse: Warehouse, settings: Settings, month: str) -> Path:
    """Review and approve the month's draft with two people; one already approved is left alone.

    One whose balance statements are not in order is reviewed for a reason, and its approval is refused.
    """
    from pipeline import steps

    with warehouse.connect() as connection:
        query = (
            "select number, state, cardinality(statement_faults) > 0 from ops.publications"
            " where month = %s order by number desc limit 1"
        )
        number, state, has_faults = one_row(connection.execute(query, (month,)))
    if state == "draft":
        steps.review(
            settings,
            number=number,
            name=REVIEWER,
            note="figures checked",
            reason="the journal is being corrected" if has_faults else "",
        )
        state = "reviewed"
    if state == "reviewed":
        try:
            steps.approve(settings, number=number, name=APPROVER, note="released for the demonstration")
        except SignOffRefused as refusal:
            if not has_faults:
                raise
            _say(f"{month}: approval refused, as it must be: {refusal}")
    return settings.home / "reports" / str(number)


def _say(line: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {line}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
