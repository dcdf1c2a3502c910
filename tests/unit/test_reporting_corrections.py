"""What a correction says it changed: cells told apart by what they state, not by where they stand."""

from __future__ import annotations

from decimal import Decimal

from reporting.publications.corrections import all_changes, as_csv, changes, count_cells
from reporting.publications.stored import Stated
from reporting.snapshot.cases import Case
from reporting.snapshot.content import Cell
from reporting.snapshot.quality import RuleResult, ScorecardRow
from reporting.snapshot.statements import BalanceStatement, FourWayStep, Statements


def cell(place: str, value: str | None, *, indicator: str = "insured_persons", form: str = "R1") -> Cell:
    figure = None if value is None else Decimal(value)
    return Cell(form, "230602", "110", "", place, "区 · 险 · 项", "d · s · i", figure, "persons", indicator)


def target(line: int, indicator: str, actual: str, wanted: str, completion: str) -> list[Cell]:
    """Cells of one line of form R4: only the actual figure names an indicator."""
    return [
        cell(f"r{line}c1", actual, indicator=indicator, form="R4"),
        cell(f"r{line}c2", wanted, indicator="", form="R4"),
        cell(f"r{line}c3", completion, indicator="", form="R4"),
    ]


def test_corrections_name_old_and_new_value_of_a_cell_that_changed() -> None:
    (change,) = changes([cell("r1c3", "5")], [cell("r1c3", "6")])
    assert (change.kind, change.cell, change.old_value, change.new_value) == ("changed", "r1c3", 5, 6)


def test_corrections_are_none_when_a_line_moved() -> None:
    assert changes([cell("r1c3", "5")], [cell("r4c3", "5")]) == []


def test_corrections_tell_a_cell_without_a_value_from_one_that_is_gone() -> None:
    kinds = [changes([cell("r1c3", "5")], now)[0].kind for now in ([cell("r1c3", None)], [])]
    assert kinds == ["changed", "dropped"]
    assert changes([], [cell("r1c3", None)])[0].kind == "added"


def test_corrections_tell_targets_of_one_division_and_scheme_apart() -> None:
    premiums = target(2, "contributions_received_ytd", "300", "400", "75.00")
    before = [*target(1, "insured_persons", "5", "10", "50.00"), *premiums]
    after = [*target(1, "insured_persons", "6", "10", "60.00"), *premiums]
    values = [(change.cell, change.old_value, change.new_value) for change in changes(before, after)]
    assert values == [("r1c1", 5, 6), ("r1c3", 50, 60)]


def test_corrections_tell_two_targets_of_one_indicator_apart() -> None:
    second = target(2, "insured_persons", "5", "20", "25.00")
    before = [*target(1, "insured_persons", "5", "10", "50.00"), *second]
    after = [*target(1, "insured_persons", "5", "8", "62.50"), *second]
    assert [change.cell for change in changes(before, after)] == ["r1c2", "r1c3"]


def test_corrections_list_the_dropped_target_before_the_added_one_in_its_place() -> None:
    before, after = target(1, "insured_persons", "5", "9", "55.56"), target(1, "left", "5", "9", "55.56")
    listed = [(change.cell, change.kind) for change in changes(before, after)]
    assert listed == [(f"r1c{column}", kind) for column in (1, 2, 3) for kind in ("dropped", "added")]


def rate(grade: str, value: str = "0.5") -> ScorecardRow:
    names = ("230602", "区", "District", "county", "AC01", "fill_rate")
    return ScorecardRow(*names, Decimal(1), Decimal(2), Decimal(value), Decimal(1), "fail", grade)


def rule(failed: int) -> RuleResult:
    return RuleResult("230602", "AC01", "AC01-1", "error", "中", "text", 10, failed, failed)


def case(case_id: str, *, state: str = "open", evidence: str = "{}") -> Case:
    return Case(
        case_id, "paid_after_death", "230602", "110", "p", None, "A", None, "2024-05", "2024-06", 2,
        Decimal("9000.00"), state, None, evidence,
    )  # fmt: skip


def test_corrections_name_what_changed_of_quality_and_cases_when_no_cell_did() -> None:
    cells = (cell("r1c3", "5"),)
    former = Stated(cells, (rate("A"),), (rule(1),), (case("1"), case("2"), case("3")))
    now = Stated(
        cells, (rate("B"),), (rule(2),), (case("1", state="closed"), case("2", evidence="[]"), case("4"))
    )
    corrections = all_changes(former, now)
    rows = [
        (change.form, change.cell, change.indicator, change.kind, change.old_value, change.new_value)
        for change in corrections
    ]
    amount = Decimal("9000.00")
    assert rows == [
        ("scorecard", "AC01", "fill_rate", "changed", Decimal("0.5"), Decimal("0.5")),
        ("rules", "AC01-1", "failed", "changed", 1, 2),
        ("cases", "1", "paid_after_death", "changed", amount, amount),
        ("cases", "3", "paid_after_death", "dropped", amount, None),
        ("cases", "4", "paid_after_death", "added", None, amount),
    ]
    assert count_cells(corrections) == 0
    assert as_csv(corrections).count(b"\n") == 6


def account(number: str, bank: str, status: str = "balanced") -> BalanceStatement:
    amounts = (Decimal(bank), Decimal(5), Decimal(bank) - 5)
    return BalanceStatement(number, "230602", "110", "income", "行", *amounts, status, ())


def step(amount: str | None, status: str = "agrees") -> FourWayStep:
    figure = None if amount is None else Decimal(amount)
    difference = None if figure is None else figure - 3
    return FourWayStep("230602", "110", "tax", "agency", figure, Decimal(3), difference, status, ())


def stating(*, accounts: tuple[BalanceStatement, ...] = (), steps: tuple[FourWayStep, ...] = ()) -> Stated:
    return Stated(statements=Statements(accounts, steps, (), ()))


def test_corrections_name_both_amounts_and_the_difference_of_statements_that_changed() -> None:
    former = stating(accounts=(account("A", "5"), account("B", "5"), account("C", "5")), steps=(step(None),))
    now = stating(accounts=(account("A", "7"), account("B", "5", "old_items")), steps=(step("4"),))
    corrections = all_changes(former, now)
    rows = [
        (change.form, change.cell, change.indicator, change.kind, change.old_value, change.new_value)
        for change in corrections
    ]
    assert rows == [
        ("R6", "A", "bank_amount", "changed", 5, 7),
        ("R6", "A", "difference", "changed", 0, 2),
        ("R6", "B", "difference", "changed", 0, 0),
        ("R6", "C", "bank_amount", "dropped", 5, None),
        ("R6", "C", "book_amount", "dropped", 5, None),
        ("R6", "C", "difference", "dropped", 0, None),
        ("R7", "tax/agency", "amount_a", "changed", None, 4),
        ("R7", "tax/agency", "difference", "changed", None, 1),
    ]
    assert count_cells(corrections) == 0


def test_corrections_say_nothing_of_statements_that_an_older_version_did_not_store() -> None:
    assert all_changes(Stated(), stating(accounts=(account("A", "5"),))) == []


def test_corrections_are_none_when_two_publications_state_the_same() -> None:
    statements = Statements((account("A", "5"),), (step("4"),), (), ())
    stated = Stated((cell("r1c3", "5"),), (rate("A"),), (rule(1),), (case("1"),), statements)
    assert all_changes(stated, stated) == []
