"""A publication is reproduced bit for bit, although its month's data have been corrected since."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from fundwatch.settings import Settings
from tests.support import BuiltCity, Databases, run_fundwatch

APRIL = "2024-04"
CORRECTION = "update ac43 set aae080 = aae080 + 1 where rowid % 20 = 0"


@pytest.fixture
def corrected(built_city: BuiltCity, databases: Databases, tmp_path: Path) -> tuple[Settings, dict[str, str]]:
    """A copy of the built city whose April was corrected at the source, and landed again, after all."""
    template = make_url(built_city.settings.database_url).database
    settings = Settings(home=tmp_path / "home", database_url=databases.create(template=template))
    settings.home.mkdir()
    (settings.home / "city").symlink_to(built_city.folder)
    source = tmp_path / f"production-{APRIL}.db"
    shutil.copy(built_city.folder / source.name, source)
    with sqlite3.connect(source) as production:
        assert production.execute(CORRECTION).rowcount > 50
        production.execute("delete from ac43 where rowid % 97 = 0")
    production.close()
    env = {"FUNDWATCH_PRODUCTION_URL": f"sqlite:///{tmp_path}/production-{{month}}.db"}
    run_fundwatch("ingest", "--month", APRIL, "--feed", "production", "--verify", settings=settings, env=env)
    # What is declared once a publication is prepared is none of it.
    answer = ("--month", APRIL, "--as", "李", "--answer", "yes")
    run_fundwatch("declare", "backup", *answer, settings=settings)
    return settings, env


@pytest.fixture
def publication(corrected: tuple[Settings, dict[str, str]]) -> int:
    with psycopg.connect(corrected[0].database_url) as connection:
        return connection.execute(
            "select min(number) from ops.publications where month = %s", (APRIL,)
        ).fetchone()[0]


def test_reproduce_is_equal_bit_for_bit_although_the_month_was_landed_again(
    corrected: tuple[Settings, dict[str, str]], publication: int
) -> None:
    settings, _ = corrected
    with psycopg.connect(settings.database_url) as connection:
        withdrawn = connection.execute("select count(*) from ops.landing_withdrawals").fetchone()[0]
    assert withdrawn > 50
    # The signed edition is drawn from what is stored: the month itself has been landed anew.
    run_fundwatch("review", str(publication), "--as", "李复核", settings=settings)
    run_fundwatch("approve", str(publication), "--as", "张负责", "--note", "known", settings=settings)
    page = (settings.home / "reports" / str(publication) / "R2.zh.html").read_text(encoding="utf-8")
    assert "张负责" in page
    assert "本年累计" in page
    assert "草案" not in page
    done = run_fundwatch("reproduce", str(publication), "--json", settings=settings)
    comparison = json.loads(done.stdout)
    assert comparison["is_equal"]
    assert comparison["cells_compared"] > 500
    assert comparison["files_compared"] > 10
