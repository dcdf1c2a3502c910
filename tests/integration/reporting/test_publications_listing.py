"""The list of publications: the version each is of its month, and what it waits for."""

from __future__ import annotations

import json

from fundwatch.acts.signoff import approve, review
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from tests.support import run_fundwatch

PREPARE = (
    "insert into ops.publications (number, month, state, content_sha256, code_version, site_version, as_of,"
    " batches, preparer, replaces) values (%s, %s, 'draft', 'x', '1', '1', '2024-05-31', '{}', 'me', %s)"
)


def test_publications_are_listed_with_version_state_and_what_they_wait_for(settings: Settings) -> None:
    warehouse = open_warehouse(settings)
    with warehouse.connect() as connection:
        connection.execute(PREPARE, (1, "2024-05", None))
    review(warehouse, number=1, name="Reviewer")
    approve(warehouse, number=1, name="Approver", note="checked")
    with warehouse.connect() as connection:
        for number, month, replaces in ((2, "2024-05", 1), (3, "2024-05", 1), (4, "2042-06", None)):
            connection.execute(PREPARE, (number, month, replaces))
        connection.execute(
            "insert into ops.publication_cells"
            " values (3, 'R1', '230602', '110', '', 'r1c1', '数', 'n', 5, 'persons', 'x')"
        )
        connection.execute("insert into ops.forgotten_months values ('2042-06', 'me', '')")
    listed = json.loads(run_fundwatch("publications", "--json", settings=settings).stdout)
    rows = [
        (
            publication["number"],
            publication["version"],
            publication["state"],
            publication["waits_for"],
            publication["changed"],
        )
        for publication in listed
    ]
    assert rows == [
        (4, 1, "draft", "", None),
        (3, 3, "draft", "review", 1),
        (2, 2, "draft", "", 0),
        (1, 1, "approved", "", None),
    ]
    assert "review" in run_fundwatch("publications", settings=settings).stdout.decode()
