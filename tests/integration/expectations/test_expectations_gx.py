"""Our expectations on an unrelated table, through Great Expectations itself."""

from __future__ import annotations

import json

import psycopg
import pytest

from expectations.gx import conditions
from expectations.gx.expectations import (
    OURS,
    ExpectColumnsToCompare,
    ExpectColumnValuesToBeCreditCodes,
    ExpectColumnValuesToBeIdentityNumbers,
    ExpectColumnValuesToReferToTable,
    ExpectColumnValuesWhereTheyApply,
    ExpectNoRowToFail,
    ExpectRowsToMeetAll,
)

# place, paid, due, "Kind Of", closed_on
_ROWS = [
    ("11010519491231002X", "5.00", "5.00", "open", None),
    ("110105491231002", "5.01", "5.00", "open", None),
    ("110105194912310021", "5.02", "5.00", "closed", None),
    ("91350100M000100Y43", None, "5.00", "closed", "2024-01-01"),
    (None, "9.00", "5.00", "open", "2024-01-01"),
]
_KINDS = {"expectation": "ExpectColumnValuesToReferToTable", "column": "Kind Of", "to_table": "public.kinds"}
_CASES = {
    "identity numbers, missing ones skipped": (
        ExpectColumnValuesToBeIdentityNumbers(column="number"), (4, 2),
    ),
    "identity numbers, only where asked": (
        ExpectColumnValuesToBeIdentityNumbers(column="number", when="\"Kind Of\" = 'open'"), (4, 0),
    ),
    "identity numbers, where another column is given": (
        ExpectColumnValuesToBeIdentityNumbers(column="number", needs=["paid"]), (3, 1),
    ),
    "credit codes": (ExpectColumnValuesToBeCreditCodes(column="number"), (4, 3)),
    "reference": (
        ExpectColumnValuesToReferToTable(column="Kind Of", to_table="public.kinds", to_column="Kind Of"),
        (5, 2),
    ),
    "reference to some rows": (
        ExpectColumnValuesToReferToTable(
            column="Kind Of", to_table="public.kinds", to_column="Kind Of", among="is_old"
        ),
        (5, 5),
    ),
    "arithmetic within a cent": (
        ExpectColumnsToCompare(left=["paid"], operator="<=", right=["due"], tolerance=0.01), (4, 2),
    ),
    "arithmetic of sums and numbers": (
        ExpectColumnsToCompare(left=["paid", "due"], operator="=", right=[10]), (4, 3),
    ),
    "arithmetic, equal within a cent": (
        ExpectColumnsToCompare(left=["paid"], operator="=", right=["due"], tolerance=0.01), (4, 2),
    ),
    "applicability": (
        ExpectColumnValuesWhereTheyApply(
            column="closed_on", required_when="\"Kind Of\" = 'closed'", forbidden_when="\"Kind Of\" = 'open'"
        ),
        (5, 2),
    ),
    "several, a row counted once": (
        ExpectRowsToMeetAll(
            parts=[
                {"expectation": "ExpectColumnValuesToBeIdentityNumbers", "column": "number"},
                {**_KINDS, "to_column": "Kind Of"},
                {
                    "expectation": "ExpectColumnsToCompare",
                    "left": ["paid"], "operator": "<=", "right": ["due"],
                    "when": "number <> '110105491231002'", "beside": ["due"],
                },
            ]
        ),
        (3, 1),
    ),
    "beside what is looked at": (
        ExpectColumnsToCompare(
            left=["paid"], operator=">", right=["due"], when="\"Kind Of\" = 'open'", beside=["closed_on"]
        ),
        (3, 0),
    ),
    "anything in SQL": (ExpectNoRowToFail(applies="paid > 5", fails="paid > 6"), (3, 1)),
}  # fmt: skip


@pytest.fixture(scope="module")
def results(databases):
    """Every case over one table: claim -> result, and how often the table was read."""
    import great_expectations as gx
    import sqlalchemy as sa

    url = databases.create()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            'create table payments (number text, paid numeric, due numeric, "Kind Of" text, closed_on date)'
        )
        connection.cursor().executemany("insert into payments values (%s, %s, %s, %s, %s)", _ROWS)
        connection.execute(
            "create table kinds as select 'open' as \"Kind Of\", false as is_old"
            " union all select 'lapsed', true union all select null, true"
        )
    context = gx.get_context(mode="ephemeral")
    source = context.data_sources.add_postgres("any", connection_string=url.replace("://", "+psycopg2://"))
    batch = source.add_table_asset("payments").add_batch_definition_whole_table("whole").get_batch()
    suite = gx.ExpectationSuite("any")
    for claim, (expectation, _) in _CASES.items():
        expectation.meta = {"claim": claim}
        suite.add_expectation(expectation)
    statements = []
    sa.event.listen(
        source.get_execution_engine().engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_more: statements.append(statement),
    )
    results = batch.validate(suite, result_format={"result_format": "BASIC", "partial_unexpected_count": 0})
    source.get_execution_engine().engine.dispose()
    return results, statements


@pytest.mark.parametrize("claim", _CASES)
def test_expectation_counts_rows_checked_and_rows_failing(results, claim: str):
    (counted,) = (result for result in results[0].results if result.expectation_config.meta["claim"] == claim)
    expected = _CASES[claim][1]
    assert (counted.result["element_count"], counted.result["unexpected_count"]) == expected
    assert counted.success == (expected[1] == 0)


def test_all_counts_of_a_table_come_from_one_query(results):
    counting = [statement for statement in results[1] if "FILTER" in statement.upper()]
    assert len(counting) == 1


def test_references_are_looked_up_in_a_hash(server: str):
    is_known = conditions.refers("given.number", table="pg_roles", column="rolname")
    counted = f"select count(*) filter (where {is_known}) from (values ('postgres')) as given (number)"
    with psycopg.connect(server) as connection:
        plan = connection.execute(f"explain (verbose) {counted}").fetchall()
    assert "hashed SubPlan" in "\n".join(line for (line,) in plan)


def test_results_hold_no_value_of_a_row(results):
    stored = json.dumps(results[0].to_json_dict(), ensure_ascii=False)
    assert "11010519491231002X" not in stored
    assert "910" not in stored


def test_every_expectation_is_described_and_tried():
    assert OURS
    assert all(kind.__doc__ and kind.__doc__.startswith("Expect ") for kind in OURS.values())
    assert {type(expectation) for expectation, _ in _CASES.values()} == set(OURS.values())
