"""Let Airflow build what must follow a landing at the command line, or say what to run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fundwatch.errors import ServiceFailed
from fundwatch.settings import Settings
from pipeline.services.airflow import api_of, status
from pipeline.task import months_after_landing


@dataclass(frozen=True)
class Following:
    """What follows a landing: months that must be built, and whether Airflow was notified of them."""

    months: tuple[str, ...]
    is_woken: bool

    def __str__(self) -> str:
        """Return the line to print; empty when nothing follows."""
        if not self.months:
            return ""
        months = ", ".join(self.months)
        if self.is_woken:
            return f"Airflow builds what changed of {months}: see fundwatch status"
        commands = "; ".join(f"fundwatch run --month {month}" for month in self.months)
        return f"{months} must be built from it: {commands}"


def wake(settings: Settings, feeds: Iterable[str], *, month: str) -> Following:
    """Announce the months that must be built after a landing of feeds, as the feeds' own DAGs do.

    Again: Airflow builds what is due, and skips the rest.
    """
    months_of = {feed: months_after_landing(settings, feed, month=month) for feed in feeds}
    months = tuple(sorted({month for months in months_of.values() for month in months}))
    if not months or not status(settings).is_running:
        return Following(months, is_woken=False)
    api = api_of(settings)
    try:
        for feed, announced in months_of.items():
            assets = api.get("assets", name_pattern=feed, limit=100)["assets"]
            ids = [asset["id"] for asset in assets if asset["name"] == feed]
            for at in announced:
                api.post("assets/events", {"asset_id": ids[0], "partition_key": at})
    except (ServiceFailed, IndexError):
        return Following(months, is_woken=False)
    return Following(months, is_woken=True)
