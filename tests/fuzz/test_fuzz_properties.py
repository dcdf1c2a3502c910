"""Files of random valid records land exactly; files changed at random end in a defined state and add up."""

from __future__ import annotations

import itertools
import os
import random
import unicodedata
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from ingestion import land
from tests.badinput.checking import complaints, outcomes
from tests.badinput.layouts import BY_NAME
from tests.badinput.model import MONTH, Line, Piece, yuan
from tests.badinput.registry import FIRST_DIVISION
from tests.badinput.writing import Sample, cell
from tests.fuzz.growing import change
from tests.integration.ingestion.support import CITY, DIVISIONS, write_site
from tests.support import Databases

LAYOUT = BY_NAME["tax-voucher-csv/1"]
SLOTS = range(FIRST_DIVISION, FIRST_DIVISION + 600)
EXAMPLES = 20 if float(os.environ.get("FUNDWATCH_TEST_FUZZ_SECONDS", "1")) > 5 else 5
FEW = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


def _is_given(text: str) -> bool:
    """Return whether a text is surely not missing: it has a letter or digit, and is no NULL of any width."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return any(sign.isalnum() for sign in text) and plain not in ("NULL", "N/A")


# Whether a lone carriage return inside quotes ends a line is open, and with it the number of the next one.
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=60),
    st.text('",\n 甲乙\\N.\t', max_size=30),
    st.sampled_from(
        ["", "NULL", "\r\n", "\\N", "\\.", '"', '""', "\ufeff", "𠮷", "=1+1", "\u2028", "\x85", "\x1c"]
    ),
)
days = st.dates().map(lambda day: day.isoformat()) | st.dates().map(
    lambda day: day.strftime("%Y%m%d").zfill(8)
)
cents = st.integers(-(10**13), 10**13)
records = st.fixed_dictionaries(
    {
        "taxpayer_no": texts.filter(_is_given),
        "taxpayer_name": texts, "person_id_number": texts, "collected_on": days, "treasury_on": days,
        "base": st.decimals(0, 10**6, places=6).map(str), "amount": cents,
    }
)  # fmt: skip
shapes = st.fixed_dictionaries(
    {
        "encoding": st.sampled_from(["utf-8", "gb18030"]), "quoted": st.booleans(),
        "eol": st.sampled_from(["\n", "\r\n"]), "ends": st.booleans(), "bom": st.booleans(),
        "order": st.permutations(range(len(LAYOUT.columns) + 1)),
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def land_files(
    databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[list[Piece]], list[list[str]]]:
    """Return a function that lands files of the tax feed and says what is wrong with each outcome."""
    made = Settings(home=tmp_path_factory.mktemp("home"), database_url=databases.create(template=migrated))
    warehouse = open_warehouse(made)
    divisions = [*DIVISIONS, *((str(slot), "县", "County", "county", CITY) for slot in SLOTS)]
    write_site(made, divisions=divisions)
    folder = made.inbox_folder / "tax"
    folder.mkdir(parents=True)

    def land_them(pieces: list[Piece]) -> list[list[str]]:
        for piece in pieces:
            (folder / piece.name).write_bytes(piece.content)
            (folder / f"{piece.name}.manifest.json").write_bytes(piece.manifest_bytes())
        land(warehouse, made, month=MONTH, feeds=["tax"])
        by_name = outcomes(warehouse, "tax", ["tax__voucher"])
        for path in folder.iterdir():
            path.unlink()
        return [complaints(piece, by_name.get(piece.name)) for piece in pieces]

    return land_them


@pytest.fixture(scope="module")
def samples() -> Iterator[Sample]:
    """Formats in slots of their own, one after the other."""
    return (Sample(LAYOUT, str(slot)) for slot in SLOTS)


def _line(of: Sample, number: int, record: dict) -> Line:
    given_cells = {**record, "amount": yuan(record["amount"])}
    return of.line(number, record["amount"]).given(**given_cells)


def _arranged(of: Sample, lines: list[Line], shape: dict) -> Piece:
    """Return the file of the lines with its columns, and an unknown one, in the order of the shape."""
    names = [*of.layout.columns, "remark"]
    header = ",".join(names[place] for place in shape["order"])

    def written(line: Line) -> Line:
        values = [*(value or "" for value in line.cells.values()), "x"]
        return line.written(",".join(cell(values[at], always=shape["quoted"]) for at in shape["order"]))

    bom = "\ufeff".encode(shape["encoding"]) if shape["bom"] and shape["encoding"] == "utf-8" else b""
    return of.file(
        [written(line) for line in lines], header=header, eol=shape["eol"], bom=bom,
        ends=shape["ends"], encoding=shape["encoding"], normalised=True, name=f"{of.division}.csv",
    )  # fmt: skip


@FEW
@given(st.lists(st.tuples(st.lists(records, max_size=6), shapes), min_size=8, max_size=8))
def test_file_of_random_valid_records_lands_exactly(land_files, samples, files):
    pieces = []
    for of, (records, shape) in zip(itertools.islice(samples, len(files)), files, strict=True):
        lines = [_line(of, number, record) for number, record in enumerate(records, start=1)]
        pieces.append(_arranged(of, lines, shape))
    assert land_files(pieces) == [[] for _ in pieces]


@FEW
@given(st.integers(0, 2**32), st.booleans())
def test_file_changed_at_random_ends_in_a_defined_state_and_adds_up(land_files, samples, seed, says_so):
    chance = random.Random(seed)  # noqa: S311 (no secret)
    pieces = []
    for of in itertools.islice(samples, 20):
        good = of.file(of.good(120), name=f"{of.division}.csv")
        words = (b'"', b",", b"\n", b"\r\n", b"\x00", b"\xff", b"NaN", b"1,00", b"2024-02-30")
        content = change([good.content], words, chance)
        changed = good.holds(content) if says_so else Piece(good.name, content, good.manifest, good.expected)
        pieces.append(changed.ends("*", "*"))
    assert land_files(pieces) == [[] for _ in pieces]
