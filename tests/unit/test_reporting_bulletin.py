"""The quality bulletin: places, changes, issues, the checklist, and what it says of months not measured."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from fractions import Fraction

import pytest

from fundwatch.acts.checklist import ITEMS
from reporting.bulletin.layout import lay_out
from reporting.bulletin.ranking import places
from reporting.snapshot.bulletin_inputs import METRICS, BulletinInputs, DivisionRate
from reporting.snapshot.content import ScorecardRow
from tests.unit.bulletins import (
    ANOMALIES,
    CHANGES,
    CHECKLIST,
    CITY,
    INPUTS,
    ISSUES,
    JUNE,
    MARCH,
    MAY,
    NAMES,
    NORTH,
    RATES,
    RULES,
    SOUTH,
    WEST,
    content,
    made,
    tallies,
    texts,
)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [("fill_rate", {"a": (1, False), "b": (2, True), "c": (2, True), "d": (4, False)}),
     ("anomaly_rate", {"a": (4, False), "b": (2, True), "c": (2, True), "d": (1, False)})],
)  # fmt: skip
def test_places_share_ties_and_know_which_way_is_better(metric: str, expected: dict) -> None:
    rates = {"a": Fraction(3, 4), "b": Fraction(1, 2), "c": Fraction(2, 4), "d": Fraction(1, 3), "e": None}
    ranks = places(rates, metric=metric)
    assert {name: (place.number, place.is_shared) for name, place in ranks.items()} == expected


def test_places_tell_rates_apart_that_print_alike() -> None:
    ranks = places({"a": Fraction(99_999, 100_000), "b": Fraction(1)}, metric="fill_rate")
    assert (ranks["b"].number, ranks["a"].number) == (1, 2)


def test_bulletin_ranks_counties_and_leaves_the_city_without_a_place() -> None:
    rows = texts(made(), RATES)
    at = METRICS.index("anomaly_rate") * 2
    assert {name: row[at : at + 2] for name, row in rows.items()} == {
        "北区": ["1.00%", "1="], "南区": ["1.00%", "1="], "=西区": ["4.00%", "3"], "大庆市": ["2.00%", ""],
    }  # fmt: skip


def test_bulletin_compares_with_what_was_measured_and_says_of_the_rest_that_it_was_not() -> None:
    rows = texts(made("en"), CHANGES)
    at = METRICS.index("anomaly_rate") * 2
    assert [rows[name][at : at + 2] for name in ("North", "South", "=West")] == [
        ["-2.00", "not measured"], ["0.00", "not measured"], ["▲ +2.00", "not measured"],
    ]  # fmt: skip


def test_bulletin_of_a_quarter_compares_with_the_quarter_before() -> None:
    inputs = dataclasses.replace(
        INPUTS, measured=(MARCH, *INPUTS.measured), tallies=(*INPUTS.tallies, *tallies(MARCH, ANOMALIES[MAY]))
    )
    rows = texts(made("en", is_quarter=True, inputs=inputs), CHANGES)
    at = METRICS.index("anomaly_rate") * 2
    assert rows["=West"][at : at + 2] == ["▲ +2.00", "not measured"]
    assert texts(made("en", is_quarter=True), CHANGES)["=West"][at] == "not measured"


def test_bulletin_of_a_quarter_adds_issues_up_and_says_which_months_it_has() -> None:
    bulletin = made(is_quarter=True)
    assert texts(bulletin, ISSUES)["北区"][:3] == ["7", "4", "6"]
    assert bulletin.paragraphs[0].startswith("本季度监测了2个月（2024年5月、2024年6月）")
    assert texts(made(), ISSUES)["北区"][:7] == ["2", "3", "6", "2024-08-15", "1", "2024-06-15", "2"]


def test_bulletin_has_a_line_for_issues_of_no_county_and_the_city_is_the_sum_of_all_lines() -> None:
    inputs = dataclasses.replace(
        INPUTS,
        tallies=(
            *INPUTS.tallies,
            DivisionRate(JUNE, NORTH, "error_correction_rate", Decimal(1), Decimal(2)),
        ),
    )
    rows = texts(made(inputs=inputs), ISSUES)
    assert rows["大庆市"] == [
        "3", "3", "7", "2024-07-15", "1", "2024-06-15", "2", "4", "3", "75.00%",
    ]  # fmt: skip
    assert rows["市本级／未归属"] == ["1", "0", "1", "2024-07-15", "0", "—", "0", "2", "2", "100.00%"]
    assert rows["南区"] == ["0", "0", "0", "—", "0", "—", "0", "0", "0", "—"]
    for column in (0, 1, 2, 4, 6, 7, 8):
        *lines, whole = (int(row[column]) for row in rows.values())
        assert sum(lines) == whole


def test_bulletin_of_a_month_that_ends_no_quarter_has_no_quarterly() -> None:
    assert lay_out(content(MAY), language="zh", is_quarter=True) is None
    assert lay_out(content(MAY), language="zh") is not None


def test_bulletin_is_not_made_of_a_month_that_was_not_measured() -> None:
    assert lay_out(content(inputs=None), language="zh") is None


def test_bulletin_lists_the_worst_rules_with_change_and_worst_division() -> None:
    rows = [[entry.text for entry in row] for row in made("en").tables[RULES].rows]
    assert [row[2] for row in rows] == ["AC01-1", "AC43-4"]
    assert rows[0][3:] == ["Bad number.", "3,000", "40", "1.33%", "▲ +1.00", "=West"]
    assert rows[1][-2:] == ["—", "City itself / no county"]


def test_bulletin_says_in_words_what_its_figures_say() -> None:
    text = " ".join(made("en").paragraphs)
    assert (
        "Anomaly rate of Daqing is 2.00%: unchanged on last month; the same period of last year was not"
        in text
    )
    assert "Best is North, South (1.00%), worst =West (4.00%), 3.00 percentage points apart." in text
    assert "Every division has 100.00%." in text
    assert "Most rows fail rule AC01-1 (Bad number): 40, 66.67% of all failures." in text
    assert "Of 4 errors that have fallen due 3 were corrected in time: 75.00%." in text
    assert "Tables graded D or F: 1 (=West AC01 Persons)." in text


def test_bulletin_says_that_nothing_fell_due_and_nothing_failed() -> None:
    inputs = dataclasses.replace(INPUTS, tallies=INPUTS.tallies[:-1], rules=())
    bulletin = made("zh", inputs=inputs)
    text = "".join(bulletin.paragraphs)
    assert "截至本期末尚无到期的错误。" in text
    assert "本期没有问题记录。" in text
    assert bulletin.tables[RULES].rows == ()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_checklist_answers_every_item_by_data_by_declaration_or_not_at_all(language: str) -> None:
    bulletin = lay_out(content(), language=language)
    rows = {row[1].text: [entry.text for entry in row[2:]] for row in bulletin.tables[CHECKLIST].rows}
    item = {question.name: rows[question.text(language)] for question in ITEMS}
    assert len(item) == len(rows) == len(ITEMS)
    if language == "en":
        assert item["joint_review"] == ["declared", "partly", "=会审一次　declared by 李"]
        assert item["backup"] == ["declared", "not declared", ""]
        assert item["corrected"] == ["data", "partly", "3 of 4 corrected in time"]
        assert item["overdue"] == ["data", "NO", "1 overdue"]
        assert item["extract"] == ["data", "partly", "missing tables: 0, missing columns: 1"]
        assert item["senders"] == ["data", "partly", "2 of 4 feeds have a named sender"]
        assert item["continuity"] == ["data", "yes", "the month before was measured"]
        assert item["usable"] == ["data", "partly", "1 graded F"]
        assert item["loaded"] == ["data", "yes", "Load rate 100.00%, no threshold set"]
        assert item["fund_files"] == ["data", "not measured", ""]


def test_checklist_does_not_answer_from_data_that_are_not_there() -> None:
    inputs = dataclasses.replace(
        INPUTS, measured=(JUNE,), listed=(), tallies=(), missing_tables=None, missing_columns=None,
        rows_loaded=0,
    )  # fmt: skip
    rows = {row[1].text: row[3].text for row in made("en", inputs=inputs).tables[CHECKLIST].rows}
    item = {question.name: rows[question.text_en] for question in ITEMS}
    for name in ("codes", "loaded", "filled", "extract", "overdue", "refused_rows"):
        assert item[name] == "not measured", name
    assert item["corrected"] == "not applicable"
    assert item["continuity"] == "NO"


def rates_of(metric: str, **rates: str) -> BulletinInputs:
    """Return inputs with one rate: of each county, in per cent."""
    whole = Decimal(10) ** 9
    named = {"north": NORTH, "south": SOUTH, "west": WEST}
    tallied = tuple(
        DivisionRate(JUNE, named[name], metric, Decimal(rate) / 100 * whole, whole)
        for name, rate in rates.items()
    )
    return dataclasses.replace(INPUTS, tallies=tallied)


def test_rates_that_differ_are_written_differently_and_their_gap_is_that_of_what_is_written() -> None:
    inputs = rates_of("fill_rate", north="99.9987", south="99.99912", west="100")
    bulletin = made("en", inputs=inputs)
    at = METRICS.index("fill_rate") * 2
    assert {name: row[at : at + 2] for name, row in texts(bulletin, RATES).items()} == {
        "North": ["99.9987%", "3"], "South": ["99.9991%", "2"], "=West": ["100.0000%", "1"],
        "Daqing": ["—", ""],
    }  # fmt: skip
    assert "worst North (99.9987%), 0.0013 percentage points apart." in " ".join(bulletin.paragraphs)


def test_rates_that_cannot_be_told_apart_share_a_place_and_no_rate_below_the_whole_is_the_whole() -> None:
    inputs = rates_of("fill_rate", north="99.999999", south="99.999998", west="50")
    bulletin = made("en", inputs=inputs)
    at = METRICS.index("fill_rate") * 2
    assert texts(bulletin, RATES)["North"][at : at + 2] == [">99.9999%", "1="]
    assert texts(bulletin, RATES)["South"][at : at + 2] == [">99.9999%", "1="]


def test_gap_is_the_difference_of_the_two_rates_beside_it() -> None:
    inputs = rates_of("anomaly_rate", north="0.0649", south="0.2250", west="0.1")
    text = " ".join(made("zh", inputs=inputs).paragraphs)
    assert "北区最好（0.06%），南区最差（0.23%），相差0.17个百分点。" in text


def test_bulletin_lists_counties_from_the_worst_and_names_every_table_graded_d_or_f() -> None:
    scorecard = (
        *content().scorecard,
        *(
            ScorecardRow(
                division, *NAMES[division], "city" if division == CITY else "county", table, "load_rate",
                Decimal(1), Decimal(2), Decimal("0.5"), Decimal(1), "fail", grade, Decimal(1), None,
                "critical",
            )
            for division, table, grade in ((SOUTH, "mt940/1", "D"), (CITY, "camt.053/1", "D"))
        ),
    )  # fmt: skip
    bulletin = lay_out(dataclasses.replace(content(), scorecard=scorecard), language="zh")
    assert bulletin is not None
    assert list(texts(bulletin, RATES)) == ["=西区", "南区", "北区", "大庆市"]
    text = "".join(bulletin.paragraphs)
    assert "等级为 D 或 F 的数据表共3个：=西区 AC01 个人基本信息、南区 mt940/1" in text
    assert "大庆市 camt.053/1" in text
    assert [row[0].text for row in bulletin.tables[RULES].rows] == list(texts(bulletin, RATES))
