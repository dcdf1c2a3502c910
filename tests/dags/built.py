"""Run steps with a stand-in for their work: the decision and the record are the real ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fundwatch.settings import Settings
from pipeline.freshness import Freshness, freshness
from pipeline.inputs import UPSTREAM
from pipeline.task import Skipped, Task, records_of
from tests.dags.records import MONTH

DRAFT = (
    "insert into ops.publications (number, month, state, content_sha256, code_version, site_version,"
    " as_of, batches, preparer) values (1, '2024-05', 'draft', 'x', 'x', 'x', '2024-05-31', '{}', 'a')"
)


@dataclass(frozen=True)
class Done:
    """The summary of the stand-in."""

    rows: int = 3

    def counts(self) -> dict[str, int | str]:
        """Return its figures."""
        return {"rows": self.rows}


def build(
    settings: Settings,
    product: str,
    *,
    month: str = MONTH,
    as_of: date | None = None,
    force: bool = False,
    options: str = "",
    work: Callable[[], object] = lambda: None,
    folder: Path | None = None,
) -> bool:
    """Run one step; return whether it did its work."""

    def stand_in(_context: object) -> Done:
        work()
        return Done()

    task = Task(product, settings, month, as_of, force=force, options=options)
    summary = task.run(stand_in, folders=lambda _: (folder,) if folder else ())
    return not isinstance(summary, Skipped)


def build_all(settings: Settings, *, month: str = MONTH) -> list[str]:
    """Run all steps in order; return the products that were built."""
    return [product for product in UPSTREAM if build(settings, product, month=month)]


def state(settings: Settings, product: str, *, month: str = MONTH) -> Freshness:
    """Return what Airflow is told of a product."""
    return freshness(product, records_of(settings, month=month))


def reasons(settings: Settings, *, month: str = MONTH) -> dict[str, tuple[str, ...]]:
    """Return the products that are due, each with its reasons."""
    records = records_of(settings, month=month)
    states = {product: freshness(product, records) for product in UPSTREAM}
    return {product: state.reasons for product, state in states.items() if state.is_due}
