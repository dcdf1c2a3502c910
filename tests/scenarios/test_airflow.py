"""A month carried by Airflow's own scheduler gives what the command line gives, and leaks nobody's data."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from fundwatch.host import free_port
from fundwatch.settings import Settings
from pipeline import services
from tests.support import EXPORTS, Databases, differing, exports, portal_ports

MONTH = "2024-06"


@pytest.fixture
def scheduled(
    make_city_settings: Callable[[], Settings], databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """Settings of a warehouse on which Airflow runs, as ``fundwatch up`` starts it."""
    made = make_city_settings()
    settings = Settings(
        home=made.home,
        database_url=made.database_url,
        airflow_database_url=databases.create(),
        airflow_port=free_port(),
    )
    for name in ("home", "database_url", "airflow_database_url", "airflow_port"):
        monkeypatch.setitem(os.environ, f"FUNDWATCH_{name.upper()}", str(getattr(settings, name)))
    for name, value in portal_ports().items():
        monkeypatch.setitem(os.environ, name, value)
    try:
        services.up(settings)
        yield settings
    finally:
        services.down(settings)


def test_month_through_the_scheduler_gives_the_same_exports(cold_june: Settings, scheduled: Settings) -> None:
    services.run_month(scheduled, MONTH, on_progress=lambda _line: None)
    assert differing(exports(scheduled, MONTH, EXPORTS), exports(cold_june, MONTH, EXPORTS)) == {}
    needles = _persons_of(scheduled)
    assert len(needles) > 1000
    assert _files_that_tell(scheduled.home / "airflow", needles) == []
    assert _records_that_tell(scheduled.airflow_database_url or "", needles) == []


def _persons_of(settings: Settings) -> set[str]:
    """Return identity numbers of the city's persons: any of them is a canary."""
    with psycopg.connect(settings.database_url) as connection:
        rows = connection.execute("select aac002 from landing.production__ac01 where length(aac002) = 18")
        return {number for (number,) in rows}


def _tells(text: str, needles: set[str]) -> bool:
    return not needles.isdisjoint(re.findall(r"[0-9]{17}[0-9Xx]", text))


def _files_that_tell(folder: Path, needles: set[str]) -> list[str]:
    texts = {path: path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()}
    assert texts
    return [path.name for path, text in texts.items() if _tells(text, needles)]


def _records_that_tell(url: str, needles: set[str]) -> list[str]:
    """Search XComs, rendered templates, events and logs that Airflow keeps in its database."""
    tables = []
    with psycopg.connect(url) as connection:
        for table in ("xcom", "rendered_task_instance_fields", "log", "asset_event", "dag_run"):
            rows = connection.execute(f"select to_jsonb(t) from {table} as t").fetchall()
            text = json.dumps(rows, ensure_ascii=False)
            tables += [table] if _tells(text, needles) else []
    return tables
