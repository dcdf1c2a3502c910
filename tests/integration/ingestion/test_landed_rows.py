"""A landed row of any feed can be shown, also where no figure counts it."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from cli import app
from fundwatch.errors import NotFound
from ingestion import land
from reporting.tracing import landed_rows
from tests.integration.ingestion.support import (
    file_of,
    rows_of,
    voucher,
    vouchers,
    write_file,
    write_production,
    write_site,
)
from tests.integration.ingestion.test_ingestion_formats import CREMATION

DEATH = ("c1", "create", "张三", "1", "", "", "20240601", "2024-06-03", "", "230602")


@pytest.fixture
def landed(warehouse, settings):
    """A death event, a quarantined voucher beside good ones, and a person of the production database."""
    write_site(settings)
    good = [voucher(), voucher()]
    bad = voucher(amount="x")
    write_file(
        settings, "civil_registry", "c.csv", **file_of(CREMATION, [DEATH]), format="cremation-csv/1"
    )  # fmt: skip
    write_file(settings, "tax", "v.csv", **vouchers(*good, *(voucher() for _ in range(200)), bad))
    write_production(settings, "2024-06", {"AC01": ("AAC001 AAC003", [("p1", "甲"), ("p2", "乙")])})
    land(warehouse, settings, month="2024-06")
    return warehouse


def test_row_of_each_feed_is_shown_as_it_landed(landed):
    (death,) = landed_rows(landed, file_id=_id_of(landed, "c.csv"), line=2)
    assert (death.table, death.values["name"], death.values["source_event_id"]) == (
        "landing.civil_registry__death_event", "张三", "c1"
    )  # fmt: skip
    (person,) = landed_rows(landed, file_id=_id_of(landed, "AC01"), line=2)
    assert (person.table, person.values["aac003"]) == ("landing.production__ac01", "乙")


def test_quarantined_row_is_shown_raw_with_its_reasons(landed):
    ((line,),) = rows_of(landed, "select line from quarantine.rows")
    (row,) = landed_rows(landed, file_id=_id_of(landed, "v.csv"), line=line)
    assert (row.table, row.reasons) == ("quarantine.rows", ("BAD_AMOUNT",))
    assert ",x," in row.values["raw"]


def test_line_that_nothing_landed_from_is_an_error_that_says_so(landed):
    with pytest.raises(NotFound, match=r"line 9 of c\.csv \(loaded\) is neither landed nor in quarantine"):
        landed_rows(landed, file_id=_id_of(landed, "c.csv"), line=9)


def test_command_shows_the_row_where_no_figure_counts_it_and_enters_that(landed, settings, monkeypatch):
    monkeypatch.setenv("FUNDWATCH_HOME", str(settings.home))
    monkeypatch.setenv("FUNDWATCH_DATABASE_URL", settings.database_url)
    asked = ["trace", "row", "--file", "c.csv", "--line", "2"]
    shown = CliRunner().invoke(app, asked, catch_exceptions=False).output
    assert "张三" in shown
    assert "no figure counts this row" in shown
    document = json.loads(CliRunner().invoke(app, [*asked, "--json"], catch_exceptions=False).output)
    assert (document["rows"][0]["values"]["name"], document["figures"]) == ("张三", [])
    assert len(rows_of(landed, "select from ops.audit where action = 'trace'")) == 2


def _id_of(warehouse, name: str) -> str:
    ((file_id,),) = rows_of(warehouse, f"select file_id from ops.files where name = '{name}'")
    return file_id
