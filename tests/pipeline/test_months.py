"""A month after another gives what it gives on an empty warehouse."""

from __future__ import annotations

from fundwatch.settings import Settings
from tests.support import (
    COMPARED_WITH_EARLIER_MONTHS,
    FIGURES,
    NEEDS_THE_MONTH_BEFORE,
    PROVENANCE,
    BuiltCity,
    differing,
    exports,
    run_program,
)

MONTH = "2024-06"


def test_june_after_may_equals_june_on_an_empty_warehouse(built_city: BuiltCity, cold_june: Settings) -> None:
    aside = PROVENANCE | COMPARED_WITH_EARLIER_MONTHS
    warm, cold = (
        exports(each, MONTH, FIGURES, without=aside, but_for=NEEDS_THE_MONTH_BEFORE)
        for each in (built_city.settings, cold_june)
    )
    assert all(cold.values()), {what: len(rows) for what, rows in cold.items()}
    assert differing(warm, cold) == {}


def test_run_of_an_unknown_option_is_refused_without_a_traceback(settings: Settings) -> None:
    done = run_program("run", "--moonth", "2024-06", settings=settings)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
