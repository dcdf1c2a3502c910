"""R6 and R7 of a publication state what the export of reconciliation does; the same on demand."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import openpyxl
import pypdf
import pytest

from tests.support import MONTHS, BuiltCity, run_fundwatch

LAST = MONTHS[-1]
# A kind of item -> the column its amount stands in, and its sign there.
COLUMNS = {
    "bank_received_not_booked": ("books", 1),
    "bank_paid_not_booked": ("books", -1),
    "booked_received_not_banked": ("bank", -1),
    "booked_paid_not_banked": ("bank", 1),
}


def money(value: object) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


@pytest.fixture(scope="module")
def folder(built_city: BuiltCity) -> Path:
    reports = built_city.settings.home / "reports"
    return max(reports.iterdir(), key=lambda path: int(path.name))


@pytest.fixture(scope="module")
def results(built_city: BuiltCity) -> dict[str, list[dict[str, str]]]:
    by_check = defaultdict(list)
    for row in built_city.export("reconciliation", LAST):
        by_check[row["check"]].append(row)
    return by_check


def test_balance_statements_state_the_exported_balances_items_and_one_adjusted_balance(
    folder: Path, results: dict[str, list[dict[str, str]]]
) -> None:
    book = openpyxl.load_workbook(folder / "R6.zh.xlsx")
    sheets = {sheet.title: sheet for sheet in book.worksheets[1:]}
    rows = results["balance_statement"]
    assert rows
    assert set(sheets) == {row["account_no"] for row in rows}
    for row in rows:
        lines = list(sheets[row["account_no"]].iter_rows(values_only=True))
        by_label = {line[0]: line for line in lines if isinstance(line[0], str)}
        balances = by_label["银行存款日记账余额"]
        for column, amount in ((4, row["amount_b"]), (9, row["amount_a"])):
            assert (
                balances[column] == "未收到" if amount == "" else money(balances[column]) == Decimal(amount)
            )
        adjusted = by_label["调节后余额"]
        if row["status"] == "not_received":
            assert adjusted[4] == adjusted[9] == "—"
            continue
        assert (money(adjusted[4]) == money(adjusted[9])) is (row["status"] != "unbalanced")
        stated = defaultdict(list)
        for line in lines:
            for side, first in (("books", 0), ("bank", 5)):
                if str(line[first] or "").removesuffix(" ※").isdigit():
                    stated[side].append(money(line[first + 4]))
        expected = defaultdict(list)
        for item in json.loads(row["items"]):
            side, sign = COLUMNS[item["kind"]]
            expected[side].append(sign * Decimal(item["amount"]))
        assert {side: sorted(amounts) for side, amounts in stated.items()} == {
            side: sorted(amounts) for side, amounts in expected.items()
        }


def test_every_account_has_a_page(folder: Path, results: dict[str, list[dict[str, str]]]) -> None:
    pages = [page.extract_text() for page in pypdf.PdfReader(folder / "R6.zh.pdf").pages]
    assert len(pages) == len(results["balance_statement"])


def test_four_way_statements_state_the_exported_amounts_differences_and_items(
    built_city: BuiltCity, folder: Path, results: dict[str, list[dict[str, str]]]
) -> None:
    names = {}
    for line in (built_city.folder / "site" / "divisions.csv").read_text(encoding="utf-8").splitlines()[1:]:
        division, name = line.split(",")[:2]
        names[division] = name
    book = openpyxl.load_workbook(folder / "R7.zh.xlsx")
    by_division = defaultdict(list)
    for row in results["four_way"]:
        by_division[row["division"]].append(row)
    assert by_division
    assert {sheet.title for sheet in book.worksheets} == {names[division] for division in by_division}
    for division, rows in by_division.items():
        lines = list(book[names[division]].iter_rows(values_only=True))
        whole = next(line for line in lines if line[0] == "合计")
        sums = {
            (row["party_a"], row["party_b"]): [money(0), money(0), money(0)] for row in rows
        }  # fmt: skip
        for row in rows:
            for place, column in enumerate(("amount_a", "amount_b", "difference")):
                sums[row["party_a"], row["party_b"]][place] += Decimal(row[column])
        tax, agency, over_agency = sums["tax", "agency"]
        _, treasury, over_treasury = sums["tax", "treasury"]
        _, fiscal, over_fiscal = sums["treasury", "fiscal_account"]
        assert [money(value) for value in whole[1:5]] == [agency, tax, treasury, fiscal]
        assert [money(whole[at]) for at in (5, 8, 10)] == [over_agency, over_treasury, over_fiscal]
        items = [item for row in rows for item in json.loads(row["items"])]
        in_transit = sum(Decimal(item["amount"]) for item in items if item["kind"] == "timing")
        late_fees = sum(Decimal(item["amount"]) for item in items if item["kind"] == "late_fee")
        assert sum(money(whole[at]) for at in (6, 9, 11)) == in_transit
        assert money(whole[7]) == late_fees
        unexplained = over_agency + over_treasury + over_fiscal - in_transit - late_fees
        assert money(whole[12]) == unexplained
        start = next(at for at, line in enumerate(lines) if line[0] == "未达账项明细")
        listed = [line for line in lines[start:] if str(line[0] or "").isdigit()]
        assert sorted(money(line[10]) for line in listed) == sorted(Decimal(item["amount"]) for item in items)


def test_statement_on_demand_states_what_the_publication_does(built_city: BuiltCity, tmp_path: Path) -> None:
    row = next(
        row for row in built_city.export("reconciliation", LAST) if row["check"] == "balance_statement"
    )
    account, division = row["account_no"], row["division"]
    for subject, more in ((account, ()), (division, ("--four-way",))):
        run_fundwatch(
            "statement", subject, "--month", LAST, "--out", str(tmp_path), *more, settings=built_city.settings
        )
    names = {f"{account}.R6", f"{division}.R7"}
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{name}.{language}.{kind}"
        for name in names
        for language in ("zh", "en")
        for kind in ("xlsx", "pdf", "html")
    }
    text = (
        pypdf.PdfReader(io.BytesIO((tmp_path / f"{account}.R6.zh.pdf").read_bytes())).pages[0].extract_text()
    )
    assert account in text
    assert "草案" in text


@pytest.mark.parametrize("more", [(), ("--four-way",)])
def test_statement_of_no_account_is_not_found(
    built_city: BuiltCity, tmp_path: Path, more: tuple[str, ...]
) -> None:
    done = run_fundwatch(
        "statement", "nobody", "--month", LAST, "--out", str(tmp_path), *more,
        settings=built_city.settings, check=False,
    )  # fmt: skip
    assert done.returncode
    assert done.stderr.startswith(b"error:")
    assert not list(tmp_path.iterdir())
