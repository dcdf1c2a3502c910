"""What a publication stores beside its content: each part against the same rows told in plain Python."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter

import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from reporting.publications.parts import PARTS
from reporting.publications.reader_parts import READER_PARTS
from reporting.snapshot.quality import masked
from tests.support import export_rows

JUNE = "2024-06"


@pytest.fixture(scope="module")
def city(cold_june: Settings) -> tuple[Settings, Warehouse, int]:
    warehouse = open_warehouse(cold_june)
    with warehouse.connect() as connection:
        ((number,),) = connection.execute(
            "select max(number) from ops.publications where month = %s", (JUNE,)
        )
    return cold_june, warehouse, number


def stored(warehouse: Warehouse, table: str, number: int) -> list[dict]:
    with warehouse.connect() as connection:
        rows = connection.execute(
            f"select to_jsonb(x) from ops.publication_{table} as x where number = %s", (number,)
        )
        return [row for (row,) in rows]


def test_planner_knows_the_rows_of_a_publication_once_it_is_stored(city: tuple) -> None:
    _, warehouse, _ = city
    with warehouse.connect() as connection:
        for table in PARTS.values():
            [(known, held)] = connection.execute(
                f"select reltuples, (select count(*) from ops.{table})"
                f" from pg_class where oid = 'ops.{table}'::regclass"
            ).fetchall()
            assert known == held, table


def test_publication_says_which_parts_it_was_stored_with(city: tuple) -> None:
    _, warehouse, number = city
    with warehouse.connect() as connection:
        row = connection.execute("select parts from ops.publications where number = %s", (number,)).fetchone()
    assert row == (list(READER_PARTS),)


def test_issues_are_those_of_the_export_with_their_keys_masked(city: tuple) -> None:
    settings, warehouse, number = city
    exported = {row["issue_id"]: row for row in export_rows("rectification", JUNE, settings=settings)}
    issues = {row["issue_id"]: row for row in stored(warehouse, "issues", number)}
    assert issues.keys() == exported.keys()
    assert len(issues) > 50
    for issue_id, row in issues.items():
        line = exported[issue_id]
        shown = {name: row[name] for name in ("division", "rule_id", "key", "state", "first_seen")}
        assert shown == {name: line[name] for name in shown}
        assert row["masked_key"] == masked(line["key"])


def test_evidence_is_every_line_of_every_case_with_what_landed_from_it(city: tuple) -> None:
    settings, warehouse, number = city
    lines = {(row["case_id"], row["line"]): row for row in stored(warehouse, "case_evidence", number)}
    cases = export_rows("cases", JUNE, settings=settings)
    entries = {
        (case["case_id"], place): entry
        for case in cases
        for place, entry in enumerate(json.loads(case["evidence"]), 1)
    }
    assert lines.keys() == entries.keys()
    assert len(entries) > 200
    with warehouse.connect() as connection:
        for (case_id, line), entry in entries.items():
            row = lines[case_id, line]
            assert (row["key"], row["source_row"]) == (str(entry["key"]), entry["source_row"])
            table = row["landed_table"].removeprefix("landing.")
            assert table, f"nothing landed of {entry}"
            landed = connection.execute(
                f"select to_jsonb(x) from landing.{table} as x where _file_id = %s and _row = %s",
                (entry["source_file_id"], entry["source_row"]),
            ).fetchall()
            values = {name: value for name, value in landed[0][0].items() if not name.startswith("_")}
            assert row["fields"] == values
    personal = {"aac001", "aac002", "aac003", "aac006", "id_number", "name", "birth_date", "payee_name",
                "account_no", "person_id_number", "aae010", "aaz257"}  # fmt: skip
    checked = 0
    for row in lines.values():
        for name, value in row["fields"].items():
            shown = row["masked_fields"][name]
            assert shown in (value, masked(value or "") if value is not None else None)
            if name in personal and value:
                assert shown == masked(value) != value
                checked += 1
    assert checked > 200


def test_persons_are_those_of_each_case_as_the_ledger_names_them_in_the_month(city: tuple) -> None:
    settings, warehouse, number = city
    persons = {(row["case_id"], row["place"]): row for row in stored(warehouse, "case_persons", number)}
    cases = export_rows("cases", JUNE, settings=settings)
    stated = {
        (case["case_id"], place): case[column]
        for case in cases
        for place, column in ((1, "person_id"), (2, "other_person_id"))
        if case[column]
    }
    assert {key: row["person_id"] for key, row in persons.items()} == stated
    with warehouse.connect() as connection:
        known = connection.execute(
            "select person_id, person_name, identity_number from business_ledger.persons"
            " where valid_from_batch <= %(m)s and (valid_to_batch is null or valid_to_batch > %(m)s)",
            {"m": JUNE},
        ).fetchall()
    names = {person: (name, identity) for person, name, identity in known}
    named = [row for row in persons.values() if row["is_person"] and row["person_id"] in names]
    assert len(named) > 50
    for row in named:
        name, identity = names[row["person_id"]]
        assert (row["name"], row["identity_number"]) == (name, identity)
        if identity:
            assert row["masked_identity_number"] == masked(identity) != identity


def test_cases_are_counted_by_division_rule_and_state(city: tuple) -> None:
    settings, warehouse, number = city
    cases = export_rows("cases", JUNE, settings=settings)
    counts = stored(warehouse, "case_counts", number)
    assert sum(row["cases"] for row in counts) == len(cases)
    names = ("division", "rule_id", "scheme", "state", "outcome")
    counted = Counter(tuple(case[name] or "" for name in names) for case in cases)
    assert Counter({tuple(row[name] or "" for name in names): row["cases"] for row in counts}) == counted


def test_reconciliation_is_that_of_the_export_in_its_order(city: tuple) -> None:
    settings, warehouse, number = city
    exported = export_rows("reconciliation", JUNE, settings=settings)
    rows = stored(warehouse, "reconciliation", number)
    names = ("division", "scheme", "subject", "for_month", "account_no", "party_a", "party_b", "status")
    as_text = io.StringIO()
    csv.writer(as_text).writerows(
        sorted([row["check_name"], *(row[name] or "" for name in names), row["items"]] for row in rows)
    )
    expected_text = io.StringIO()
    csv.writer(expected_text).writerows(
        sorted([line["check"], *(line[name] or "" for name in names), line["items"]] for line in exported)
    )
    assert as_text.getvalue() == expected_text.getvalue()
    for row in rows:
        for entry, shown in zip(json.loads(row["items"]), json.loads(row["masked_items"]), strict=True):
            reference = entry["reference"]
            assert shown["reference"] == (None if reference is None else masked(reference))
            assert shown["amount"] == entry["amount"]
