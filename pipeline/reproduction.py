"""``fundwatch reproduce``: build a publication's month again, apart from everything, and compare."""

from __future__ import annotations

import contextlib
import functools
import secrets
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from fundwatch.database.embedded import EmbeddedPostgres
from fundwatch.database.sign_in import share_secret
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from pipeline import earlier_ledgers, steps

if TYPE_CHECKING:
    from reporting.publications.reproducing import Reproduction
    from reporting.publications.restoring import Step

# What is restored is another state of the same extracts, so nothing is refreshed incrementally.
_STEPS: dict[str, Callable[..., object]] = {
    earlier_ledgers.STEP: steps.build_business_ledgers,
    "build": functools.partial(steps.build, force=True),
    "reconcile": functools.partial(steps.reconcile, force=True),
    "crosscheck": functools.partial(steps.crosscheck, force=True),
    "measure": functools.partial(steps.measure, whole=True, workbooks=False, force=True),
}


def reproduce(
    settings: Settings, *, number: int, on_progress: Callable[[str], None] = lambda _: None
) -> Reproduction:
    """Build the months a publication rests on in a scratch database, from the batches it names.

    ``on_progress`` is called with one line before each step.
    Again: the same; the scratch database goes with the end of the command.
    Raises: NotFound, InvariantBroken (a month cannot be built any more), FolderUnusable.
    """
    from reporting.publications import reproducing, restoring

    warehouse = open_warehouse(settings)
    with warehouse.connect() as connection:
        replay = restoring.steps_of(connection, number)
    with _folder(settings) as folder, _database(warehouse.url, folder) as url:
        scratch_settings = replace(settings, home=folder, database_url=url)
        scratch = open_warehouse(scratch_settings)
        restoring.restore_feeds(warehouse, scratch, number=number, steps=replay)
        last_steps = {step.month: step for step in reversed(replay)}
        state = None
        for step in replay:
            on_progress(f"{step.step} {step.month} again ...")
            last_steps[step.month] = step
            with warehouse.connect() as connection:
                extracts = {
                    month: restoring.extracts_read_by(connection, last) for month, last in last_steps.items()
                }
            if extracts != state:  # a step reads what was landed when it ran, not what its month ends with
                restoring.restore_production(warehouse, scratch, steps=tuple(last_steps.values()))
                state = extracts
            if step.step == "reconcile":
                restoring.restore_hand_matches(warehouse, scratch, until=step.began)
            _run(warehouse, scratch_settings, step)
        return reproducing.compare_rebuilt(warehouse, scratch, number=number)


def _run(warehouse: Warehouse, settings: Settings, step: Step) -> None:
    """Run a step in the scratch warehouse, on the site's parameters it ran on."""
    from reporting.publications import restoring

    site = settings.home / f"site-{step.site_version}"
    if not site.exists():
        restoring.write_site(warehouse, step.site_version, site)
    _STEPS[step.step](replace(settings, site=site), month=step.month, as_of=step.as_of)


@contextlib.contextmanager
def _folder(settings: Settings) -> Iterator[Path]:
    settings.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="reproduce-", dir=settings.home) as folder:
        share_secret(settings.home, Path(folder))
        yield Path(folder)


@contextlib.contextmanager
def _database(url: str, folder: Path) -> Iterator[str]:
    """Make a scratch database beside the warehouse, or, where we may not, on a server of its own."""
    name = sql.Identifier(scratch := f"fundwatch_scratch_{secrets.token_hex(4)}")
    with psycopg.connect(url, autocommit=True) as connection:
        role = connection.execute(
            "select rolsuper or (rolcreatedb and rolcreaterole) from pg_roles where rolname = current_user"
        ).fetchone()
        may_create = bool(role and role[0])
        if may_create:
            connection.execute(sql.SQL("create database {} template template0").format(name))
    if not may_create:
        server = EmbeddedPostgres(folder / "postgres")
        try:
            yield server.start()
        finally:
            server.stop(immediately=True)
        return
    try:
        yield make_url(url).set(database=scratch).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))
