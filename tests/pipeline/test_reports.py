"""Every cell of the forms R1 to R4 of the built city equals what an independent computation puts there."""

from __future__ import annotations

from tests import oracle
from tests.oracle.compare import differences, number
from tests.support import BuiltCity


def test_report_cells_equal_the_oracle(built_city: BuiltCity, month: str) -> None:
    rows = built_city.export("reports", month)
    built = {
        tuple(row[column] for column in ("form", "division", "scheme", "breakdown", "cell")): (
            row["indicator"],
            number(row["value"]),
        )
        for row in rows
    }
    assert len(built) == len(rows)
    assert {row["form"] for row in rows} == {"R1", "R2", "R3", "R4"}
    report = differences(oracle.report_cells(built_city.folder, month), built)
    assert not report, report
