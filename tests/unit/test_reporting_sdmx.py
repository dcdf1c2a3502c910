"""SDMX: what pysdmx wrote, read back by another library."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
import sdmx as reader

from reporting.forms import sdmx
from reporting.snapshot.content import Cell

AS_OF = date(2024, 6, 30)


def cell(
    form: str, place: str, value: str | None, *, indicator: str, unit: str = "yuan", breakdown: str = ""
) -> Cell:
    middle = " · 正常退休" if breakdown else (" · 小计" if form == "R3" else "")
    return Cell(
        form=form, division="230602", scheme="110", breakdown=breakdown, cell=place,
        label_zh=f"萨尔图区 · 养老{middle} · {indicator}", label_en=f"Sartu · Pension{middle} · {indicator}",
        value=None if value is None else Decimal(value), unit=unit, indicator=indicator,
    )  # fmt: skip


def target(place: str, value: str, *, indicator: str = "", unit: str = "%") -> Cell:
    return Cell(
        form="R4", division="230602", scheme="110", breakdown="", cell=place,
        label_zh="萨尔图区 · 养老 · 参保人数 · 列", label_en="Sartu · Pension · Insured · Column",
        value=Decimal(value), unit=unit, indicator=indicator,
    )  # fmt: skip


CELLS = (
    cell("R2", "r1c1", "9007199254740993.01", indicator="contributions_due"),
    cell("R2", "r1c8", None, indicator="collection_rate", unit="%"),
    cell("R3", "r1c3", "12.50", indicator="benefits_paid"),
    cell("R3", "r2c3", "7.50", indicator="benefits_paid", breakdown="kind=01"),
    target("r1c1", "1020", indicator="insured_persons", unit="persons"),
    target("r1c2", "1077", unit="persons"),
    target("r1c3", "94.71"),
    target("r2c1", "1020", indicator="insured_persons", unit="persons"),
    target("r2c2", "1200", unit="persons"),
)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return dict(sdmx.files(CELLS, month="2024-06", as_of=AS_OF))


@pytest.fixture(scope="module")
def structure(files: dict[str, bytes]):
    return reader.read_sdmx(io.BytesIO(files[sdmx.STRUCTURE_FILE]))


def read_back(files: dict[str, bytes], structure, form: str) -> dict[tuple[str, ...], str]:
    message = reader.read_sdmx(
        io.BytesIO(files[f"{form}.sdmx.csv"]), format="csv", structure=structure.dataflow[sdmx.DATAFLOW]
    )
    keys = ("INDICATOR", "ITEM", "BREAKDOWN")
    return {
        tuple(str(observation.key[key].value) for key in keys): str(observation.value)
        for data in message.data
        for observation in data.obs
    }


def test_sdmx_figures_come_back_exactly_from_another_reader(files, structure) -> None:
    assert read_back(files, structure, "R2") == {
        ("contributions_due", "VALUE", "_T"): "9007199254740993.01",
    }


@pytest.mark.parametrize("form", ["R2", "R3", "R4"])
def test_sdmx_figures_read_into_pandas_by_a_second_library(files, structure, form: str) -> None:
    message = reader.read_sdmx(
        io.BytesIO(files[f"{form}.sdmx.csv"]), format="csv", structure=structure.dataflow[sdmx.DATAFLOW]
    )
    figures = reader.to_pandas(message.data[0])
    assert figures.notna().all()
    frame = pd.read_csv(io.BytesIO(files[f"{form}.sdmx.csv"]))
    assert frame["OBS_VALUE"].dtype == "float64" or frame["OBS_VALUE"].dtype == "int64"
    assert len(frame) == len(figures) == sum(cell.form == form and cell.value is not None for cell in CELLS)


def test_sdmx_says_in_what_a_figure_is_counted_and_how_reliable_it_is() -> None:
    target_in_wan = Cell(
        form="R4", division="230602", scheme="110", breakdown="", cell="r1c1",
        label_zh="县 · 养老 · 保费 · 实际", label_en="County · Pension · Premiums · Actual",
        value=Decimal("233.12"), unit="10 000 yuan", indicator="contributions_received_ytd",
    )  # fmt: skip
    for is_usable, status in ((True, "A"), (False, "U")):
        (row,) = sdmx.observations((target_in_wan,), month="2024-06", is_usable=is_usable)
        attributes = [row[name] for name in ("UNIT_MEASURE", "UNIT_MULT", "DECIMALS", "OBS_STATUS")]
        assert attributes == ["CNY", "4", "2", status]


def test_sdmx_tells_kinds_and_items_of_targets_apart(files, structure) -> None:
    assert read_back(files, structure, "R3") == {
        ("benefits_paid", "VALUE", "_T"): "12.50",
        ("benefits_paid", "VALUE", "KIND-01"): "7.50",
    }
    assert read_back(files, structure, "R4") == {
        ("insured_persons", "ACTUAL", "_T"): "1020",
        ("insured_persons", "TARGET", "_T"): "1077",
        ("insured_persons", "COMPLETION", "_T"): "94.71",
        ("insured_persons", "ACTUAL_2", "_T"): "1020",
        ("insured_persons", "TARGET_2", "_T"): "1200",
    }


def test_sdmx_structure_lists_every_code_that_the_figures_use(files, structure) -> None:
    coded = ("FREQ", "REF_AREA", "SCHEME", "BREAKDOWN", "INDICATOR", "ITEM", "UNIT_MEASURE", "UNIT_MULT",
             "OBS_STATUS")  # fmt: skip
    rows = [
        row
        for name, data in files.items()
        if name.endswith(".csv")
        for row in csv.DictReader(io.StringIO(data.decode()))
    ]
    assert len(rows) == len(CELLS) - 1  # a ratio without denominator
    for concept in coded:
        codes = set(structure.codelist[f"CL_{concept}"].items)
        assert {row[concept] for row in rows} <= codes


def test_sdmx_structure_names_codes_in_both_languages(structure) -> None:
    named = structure.codelist["CL_REF_AREA"]["230602"].name.localizations
    assert named == {"zh": "萨尔图区", "en": "Sartu"}


def test_sdmx_files_are_the_same_each_time(files) -> None:
    assert dict(sdmx.files(CELLS, month="2024-06", as_of=AS_OF)) == files
