"""Invariants of a feed whatever arrived: nothing lost, nothing double, no personal data in any output."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from ingestion import land
from tests.badinput.catalogue import TABLES
from tests.badinput.checking import Landed, leaks, outcomes
from tests.badinput.model import MONTH
from tests.integration.ingestion.support import rows_of

Land = Callable[[str], Landed]
_KEPT = ("state", "reason", "message", "rows_loaded", "rows_quarantined", "rows_repeated", "amount_loaded")


class WholeFeed:
    """Tests of everything a feed landed together; ``feed`` names it."""

    feed: str

    def test_every_file_that_arrived_is_known_and_no_other(self, land_catalogue: Land) -> None:
        landed = land_catalogue(self.feed)
        arrived = {piece.name for case in landed.cases for piece in case.pieces}
        assert arrived
        assert set(landed.outcomes) == arrived

    def test_no_personal_data_are_in_logs_output_or_the_ledger(self, land_catalogue: Land) -> None:
        landed = land_catalogue(self.feed)
        assert "rejected" in landed.output
        assert leaks(landed.output) == []
        kept = [str(outcome.file) for outcome in landed.outcomes.values()]
        assert kept
        assert [line for line in kept if leaks(line)] == []
        events = rows_of(landed.warehouse, "select to_jsonb(e)::text from ops.file_events as e")
        assert [line for (line,) in events if leaks(line)] == []

    def test_rows_and_amounts_add_up_over_the_whole_feed(self, land_catalogue: Land) -> None:
        landed = land_catalogue(self.feed)
        files = [
            outcome.file
            for outcome in landed.outcomes.values()
            if outcome.file["state"] in ("loaded", "superseded")
        ]
        assert files
        declared, parts = sum(file["rows_declared"] for file in files), 0
        for which in ("loaded", "quarantined", "repeated"):
            parts += sum(file[f"rows_{which}"] for file in files)
        assert declared == parts
        money = [file for file in files if file["amount_declared"] is not None]
        declared_amount = sum((file["amount_declared"] for file in money), Decimal(0))
        amounts = (
            file[f"amount_{which}"] for file in money for which in ("loaded", "quarantined", "repeated")
        )
        assert declared_amount == sum(amounts, Decimal(0))

    def test_rows_belong_to_files_that_loaded(self, land_catalogue: Land) -> None:
        landed = land_catalogue(self.feed)
        loaded = {
            outcome.file["file_id"]
            for outcome in landed.outcomes.values()
            if outcome.file["state"] in ("loaded", "superseded")
        }
        tables = [f"landing.{table}" for table in TABLES[self.feed]]
        owners = {
            owner
            for column, table in [("file_id", "quarantine.rows"), *(("_file_id", table) for table in tables)]
            for (owner,) in rows_of(landed.warehouse, f"select distinct {column} from {table}")
        }
        assert owners
        assert owners <= loaded

    def test_landing_again_changes_nothing(self, land_catalogue: Land) -> None:
        landed = land_catalogue(self.feed)
        land(landed.warehouse, landed.settings, month=MONTH, feeds=[self.feed])
        again = outcomes(landed.warehouse, self.feed, TABLES[self.feed])
        assert {name: _state(outcome) for name, outcome in again.items()} == {
            name: _state(outcome) for name, outcome in landed.outcomes.items()
        }


def _state(outcome: object) -> tuple:
    return (
        *(outcome.file[column] for column in _KEPT),
        outcome.lines,
        len(outcome.landed),
        len(outcome.refused),
    )
