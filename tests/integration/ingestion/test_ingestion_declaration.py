"""Base declarations: what lands, what is refused, and what one bad wage does to a small and a large file."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from expectations.uncounted import uncounted
from ingestion import land
from tests.integration.ingestion.support import file_of, rows_of, write_file, write_site

FORMATS = {
    "declaration": (
        "unit_id", "credit_code", "wage_year", "months", "employees", "wage_bill", "declared_on", "division",
    ),
    "person": (
        "unit_id", "id_number", "name", "wage_year", "months", "wage_total", "status", "proof_no", "division",
    ),
    "application": (
        "application_no", "unit_id", "id_number", "scheme", "wage_year", "kind", "applied_on",
        "effective_month", "new_base", "decision", "decided_on", "division",
    ),
}  # fmt: skip
MANY = 200


@pytest.fixture(autouse=True)
def _site(settings):
    write_site(settings)


@pytest.fixture
def send(warehouse, settings):
    """Land one file as June and return its state, reason and the reasons of its quarantined lines."""

    def sent(what: str, rows: Sequence[Sequence[str]], total: str | None, **stated: object):
        name = f"{what}{stated.get('sequence', 1)}.csv"
        form = {"format": f"base-{what}-csv/1", "amount_total": total, **stated}
        write_file(settings, "declaration", name, **file_of(FORMATS[what], rows), **form)
        land(warehouse, settings, month="2024-06", feeds=["declaration"])
        [state] = rows_of(warehouse, "select state, reason from ops.files where name = %s", name)
        return (*state, dict(rows_of(warehouse, "select line, reasons from quarantine.rows")))

    return sent


def unit(number: int, *, months: str = "12", bill: str = "100.00") -> tuple[str, ...]:
    return (f"U{number}", "", "2023", months, "3", bill, "2024-06-03", "640301")


def person(number: str, *, unit_id: str = "U1", wage: str = "100.00", status: str = "insured"):
    return (unit_id, number, "张三", "2023", "12", wage, status, "", "640301")


def application(number: int, *, kind: str = "correction", decision: str = "approved") -> tuple[str, ...]:
    return (
        f"A{number}", "U1", "", "", "2023", kind, "2024-06-03", "202406", "", decision, "", "640301",
    )  # fmt: skip


@pytest.mark.parametrize("months", ["0", "13"])
def test_months_outside_the_year_are_no_code(send, months):
    rows = [unit(number) for number in range(MANY)]
    rows[10], rows[11], rows[12] = unit(10, months="1"), unit(11, months="12"), unit(12, months="03")
    rows[20] = unit(20, months=months, bill="0.01")
    state, reason, lines = send("declaration", rows, "19900.01")
    assert (state, reason, lines) == ("loaded", "", {22: ["BAD_CODE"]})


@pytest.mark.parametrize(
    ("what", "bad"),
    [
        ("person", person("B1", status="retired")),
        ("application", application(900, kind="other")),
        ("application", application(900, decision="yes")),
    ],
)
def test_status_kind_and_decision_are_closed_lists(send, what, bad):
    good = [person(f"N{n}") if what == "person" else application(n) for n in range(MANY)]
    total = f"{(MANY + 1) * 100}.00" if what == "person" else None
    state, reason, lines = send(what, [*good, bad], total)
    assert (state, reason, lines) == ("loaded", "", {MANY + 2: ["BAD_CODE"]})


@pytest.mark.parametrize(("count", "outcome"), [(5, ("held", "TOO_MANY_REFUSED")), (MANY, ("loaded", ""))])
def test_wage_bill_with_a_separator_holds_a_small_file_and_costs_a_large_one_its_row(send, count, outcome):
    rows = [unit(number, bill="10000.00") for number in range(count)]
    state, reason, lines = send("declaration", [*rows, unit(900, bill="1,000")], f"{count * 10000 + 1000}.00")
    assert (state, reason) == outcome
    assert lines == ({count + 2: ["BAD_AMOUNT"]} if state == "loaded" else {})


def test_person_twice_with_different_wages_is_quarantined_and_alike_is_loaded_once(send, warehouse):
    rows = [person(f"N{number}") for number in range(2 * MANY)]
    rows[5] = person("N4", wage="1.00")
    rows[9] = rows[8]
    rows[11] = person("N10", unit_id="U2", wage="1.00")
    state, reason, lines = send("person", rows, f"{(2 * MANY - 2) * 100 + 2}.00")
    assert (state, reason) == ("loaded", "")
    assert lines == {6: ["DUPLICATE_IN_FILE"], 7: ["DUPLICATE_IN_FILE"]}
    counts = rows_of(
        warehouse,
        "select rows_loaded, rows_quarantined, rows_repeated, amount_loaded, amount_quarantined,"
        " amount_repeated from ops.files",
    )
    assert [tuple(map(float, row)) for row in counts] == [(397, 2, 1, 39601, 101, 100)]


def test_wage_that_cannot_be_determined_is_worth_nothing(send, warehouse):
    rows = [person(f"N{number}") for number in range(10)]
    rows[2], rows[3], rows[4] = person("N2", wage=""), person("N3", wage="NULL"), person("N2", wage="")
    assert send("person", rows, "700.00") == ("loaded", "", {})
    [counts] = rows_of(warehouse, "select rows_loaded, rows_repeated, amount_loaded from ops.files")
    assert (counts[0], counts[1], float(counts[2])) == (9, 1, 700)


def test_row_that_a_later_file_replaces_is_listed(send, warehouse):
    send("person", [person("640301500101002"), person("H1 ")], "200.00")
    send("person", [person("64030119500101002X", wage="90.00")], "90.00", sequence=2)
    with warehouse.connect() as connection:
        listed = list(uncounted(connection, month="2024-06", tables=["declaration__person"]))
    assert [(row.reason, row.source_row) for row in listed] == [("superseded", 2)]
