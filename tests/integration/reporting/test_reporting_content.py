"""The content of a publication: rules and masked failing rows, earlier rates, the runs behind it."""

from __future__ import annotations

import pytest

from fundwatch.database.warehouse import Warehouse
from fundwatch.settings import Settings
from reporting.imprint import Imprint
from reporting.scorecard import page as scorecard
from reporting.scorecard.texts import MAIN_METRICS
from reporting.snapshot.content import collect
from reporting.snapshot.inputs import replay_of
from reporting.snapshot.quality import ROWS_PER_RULE, RuleResult
from tests.integration.reporting.support import AS_OF, FAILURE, MONTH, RULE, SCORECARD, publish_june


def test_scorecard_page_has_a_chart_and_the_same_figures_beside_it(built: Warehouse) -> None:
    with built.connect() as connection:
        connection.execute(SCORECARD, ("F",))
        content = collect(connection, month=MONTH, site_version="v1", as_of=AS_OF)
    imprint = Imprint(number=1, preparer="x", as_of=AS_OF)
    page = scorecard.draw(content, imprint, language="zh").decode()
    assert page.count("<figure") == page.count("</figure>") == len(MAIN_METRICS)
    assert page.count("25.00%</") > 2
    assert "✗ 未达标" in page
    assert content.not_usable == ("230600 AC01",)


def test_publication_holds_what_rules_found_and_masks_the_keys_of_failing_rows(
    built: Warehouse, settings: Settings
) -> None:
    with built.connect() as connection:
        connection.execute(SCORECARD, ("F",))
        connection.execute(RULE)
        connection.execute(FAILURE)
    publish_june(built, settings)
    with built.connect() as connection:
        rules = connection.execute("select * from ops.publication_rules").fetchall()
        rows = connection.execute("select * from ops.publication_failures").fetchall()
    assert rules == [
        (1, "230600", "AC01", "AC01-1", "critical", "号码无效", "No valid number", 4, 1, 1),
    ]
    assert rows == [(1, "230600", "AC01", "AC01-1", "••0015", "file-1", 17)]
    page = (settings.home / "reports" / "1" / "scorecard.en.html").read_text("utf-8")
    assert "640301198002290015" not in page
    assert all(text in page for text in ("No valid number", "file-1", "row 17 ••0015"))


def test_content_holds_the_first_failing_rows_of_each_rule_and_counts_them_all(built: Warehouse) -> None:
    many = ROWS_PER_RULE + 5
    with built.connect() as connection:
        connection.execute(RULE)
        connection.execute(
            "insert into quality.failures"
            " select '2024-06', '230600', 'AC01', 'AC01-1', n::text, 'file', n, n::text"
            " from generate_series(%s, 1, -1) as n",
            (many,),
        )
        content = collect(connection, month=MONTH, site_version="v1", as_of=AS_OF)
    assert [row.source_row for row in content.failing_rows] == list(range(1, ROWS_PER_RULE + 1))
    assert [rule.own_failed for rule in content.rule_results] == [many]


def test_rule_result_without_a_noted_text_is_kept(built: Warehouse) -> None:
    with built.connect() as connection:
        connection.execute(RULE.partition(";")[2])
        results = collect(connection, month=MONTH, site_version="v1", as_of=AS_OF).rule_results
    assert results == (RuleResult("230600", "AC01", "AC01-1", None, None, None, 4, 1, 0),)


def test_earlier_rates_reach_back_a_year(built: Warehouse) -> None:
    with built.connect() as connection:
        for month in ("2023-06", "2023-07", "2024-05", MONTH, "2024-07"):
            connection.execute(SCORECARD.replace("2024-06", month), ("A",))
        rates = collect(connection, month=MONTH, site_version="v1", as_of=AS_OF).earlier_rates
    assert [rate.month for rate in rates] == ["2023-07", "2024-05"]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        pytest.param(
            [("build", "2024-05"), ("build", "2024-05"), ("build", MONTH), ("crosscheck", MONTH),
             ("build", MONTH), ("build", MONTH), ("measure", MONTH), ("build", "2024-07")],
            [2, 3, 4, 6, 7],
            id="the build an older step ran on",
        ),
        pytest.param(
            [("build", MONTH), ("reconcile", MONTH), ("build", MONTH), ("measure", MONTH),
             ("build", MONTH), ("reconcile", MONTH)],
            [1, 2, 3, 4, 5, 6],
            id="the reconciliation an older measurement read, and its build",
        ),
    ],
)  # fmt: skip
def test_publication_notes_the_runs_that_made_it_and_those_they_rest_on(
    warehouse: Warehouse, runs: list[tuple[str, str]], expected: list[int]
) -> None:
    with warehouse.connect() as connection:
        for number, (step, month) in enumerate(runs, start=1):
            connection.execute(
                "insert into ops.runs (step, month, as_of, site_version, outcome)"
                " values (%s, %s, %s, %s, 'done')",
                (step, month, AS_OF, str(number)),
            )
        versions = [int(run["site_version"]) for run in replay_of(connection, MONTH)]
    assert versions == expected
