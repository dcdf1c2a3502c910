"""What a file holds is loaded, quarantined or repeated, to the row and to the cent; what is loaded counts.

Files of every format with random values of every kind, odd ones among them; new ones in every run.
"""

from __future__ import annotations

import csv
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from fundwatch.cleaning import MISSING
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from ingestion import land
from ingestion.files import grammar
from ingestion.files.contract import Field, Format
from ingestion.files.formats import FORMATS
from pipeline.dbt_runner import project_folder
from tests.badinput import camt, mt940
from tests.badinput.layouts import BY_NAME
from tests.badinput.model import Line, Piece
from tests.badinput.writing import Sample
from tests.conventions import lineage
from tests.grammar_cases import CAMT_AMOUNTS, CASES
from tests.integration.ingestion.support import CITY, DIVISIONS, rows_of, write_site
from tests.support import Databases

ROWS, FILES = 60, 5
STAGED = ("tax", "bank", "civil_registry", "finance", "declaration")
# Landed column -> staged column, where staging names it otherwise; None where staging reads
# it not at all, or (sex) by a list.
RENAMED = {
    "month_from": "from_month", "month_to": "to_month", "base": "base_amount", "rate": "contribution_rate",
    "taxpayer_name": None, "sex": None, "debit": "debit_amount", "credit": "credit_amount",
    "month": "book_month", "months": "month_count", "document": "document_code",
    "balance_after": "balance_after_amount", "name": "person_name", "birth_date": "birth_on",
    "death_date": "latest_death_on", "death_date_precision": "death_precision",
    "opening_balance": "opening_amount", "closing_balance": "closing_amount",
}  # fmt: skip
_OF_FINANCE = {"opening": "opening_amount", "closing": "closing_amount"}
_KINDS = {"code": "id", "dashed_date": "date", "partial_date": "date", "lenient_date": "date"}
_LIFE_DATES = ("1950", "1950-02", "19500200", "19500000", "1950-02-30", "195002", "0000", "2024-06-01")


@dataclass(frozen=True)
class Landed:
    """A warehouse in which random files have landed; ``staging`` maps landing tables to staging's SELECT."""

    warehouse: Warehouse
    staging: dict[str, str]
    seed: int


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the staging models of the feeds of files select, as dbt compiles it for PostgreSQL."""
    work, real = tmp_path_factory.mktemp("staging"), project_folder()
    project = work / "dbt_project"
    ignored = shutil.ignore_patterns("*__unit_tests.yml", "_exposures.yml", "production")
    for folder in ("macros", "seeds", "models/staging"):
        shutil.copytree(real / folder, project / folder, ignore=ignored)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(real / name, project)
    shutil.copy(real / "models" / "_groups.yml", project / "models")
    nodes = lineage.compiled(project, work).nodes
    with (real / "seeds" / "standard_codes.csv").open(encoding="utf-8") as handle:
        codes = [(row["class"], row["code"]) for row in csv.DictReader(handle) if row["class"] == "AAE140"]
    known = {"standard_codes": f"(select * from (values {', '.join(map(str, codes))}) as seed (class, code))"}
    for name in (
        "stg_site__code_map",
        "stg_tax__file",
        "stg_tax__scheme",
        "stg_declaration__file",
        "stg_declaration__scheme",
    ):
        known[name] = f"({_resolved(nodes[f'model.fundwatch.{name}'].compiled_code, known)})"
    return {
        name.removeprefix("stg_"): _resolved(node.compiled_code, known)
        for node in nodes.values()
        if node.resource_type == "model" and (name := node.name).split("__")[0][4:] in STAGED
    }


def _resolved(compiled: str, known: dict[str, str]) -> str:
    """Return a compiled SELECT with the models and seeds it reads put in their places."""
    inside = re.sub(
        r'"\w+"\."\w+"\."(\w+)"', lambda match: known.get(match[1], match[0].split(".", 1)[1]), compiled
    )
    return inside.replace("'lineage'", "(select max(site_version) from site.versions)")


def _texts(field: Field, form: Format, chance: random.Random) -> str:
    """Return a text for a field: as the table of the grammar has them, or of a list of its own."""
    kind = _KINDS.get(field.kind, field.kind)
    own: list[str] = sorted(field.codes)
    if field.kind in ("dashed_date", "partial_date", "lenient_date"):
        own = [*own, *_LIFE_DATES]
    if own and (chance.random() < 0.8 or field.kind == "code"):
        return chance.choice([*own, *(f"{value}\u200b\u00a0" for value in own if not form.record_bytes)])
    accepted = [case.text for case in CASES if case.kind == kind and case.is_accepted]
    refused = [case.text for case in CASES if case.kind == kind and not case.is_accepted]
    return chance.choice(refused if chance.random() < 0.1 else accepted)


def _line(form: Format, sample: Sample, number: int, chance: random.Random) -> Line:
    """Return a record with about two random values, worth what it is declared with."""
    line = sample.line(number)
    for field in chance.sample(form.fields, 2):
        text = _texts(field, form, chance)
        if field.name in form.key:  # the one before it, written otherwise: no two files share one
            text = f"\u200b{sample.line(number - 1).cells[field.name]}\u00a0"
        if field.name in line.cells and _fits(sample, field, text):
            line = line.given(**{field.name: text})
    return line


def _fits(sample: Sample, field: Field, text: str) -> bool:
    if sample.layout.widths:
        return len(text.encode("gb18030", "replace")) <= sample.layout.widths[field.name] and not (
            set(text) & set("\r\n")
        )
    # Balances must follow from one another, which is tested elsewhere.
    return "\0" not in text and field.name not in ("balance_after",)


def _file(name: str, division: str, chance: random.Random) -> Piece:
    if name == "camt.053/1":
        return _camt(division, chance)
    if name == "mt940/1":
        return _mt940(division, chance)
    form, sample = FORMATS[name], Sample(BY_NAME[name], division)
    lines = [_line(form, sample, number, chance) for number in range(1, ROWS + 1)]
    lines += [chance.choice(lines) for _ in range(3)]  # the same record again
    piece = sample.file(lines, chained=False)
    if form.cents_of is None:
        return piece
    cents = [form.cents(line.cells) for line in lines]
    total = _yuan(sum(amount or 0 for amount in cents) + (12_345 if None in cents else 0))
    # A total has no more digits than an amount.
    return (
        _file(name, division, chance) if grammar.cents(total) is None else piece.declares(amount_total=total)
    )


def _camt(division: str, chance: random.Random) -> Piece:
    cases = [case for case in CAMT_AMOUNTS if len(case.text) <= 10]
    writer = camt.Camt(division)
    drawn = [chance.choice(cases) for _ in range(ROWS)]
    entries = tuple(
        camt.Entry(
            number, int(Decimal(case.value or 0) * 100), amount=case.text,
            mark=chance.choice(("CRDT", "DBIT")) if case.value else None,
            booked=chance.choice(("<Dt>2024-06-20</Dt>", "", "<Dt>2024-06-31</Dt>", "<Dt>2024-06-20</Dt>")),
        )
        for number, case in enumerate(drawn, start=1)
    )  # fmt: skip
    signs = [-1 if entry.mark == "DBIT" else 1 for entry in entries]
    total = sum(sign * entry.cents for sign, entry in zip(signs, entries, strict=True))
    unread = 500 if any(case.value is None for case in drawn) else 0
    return writer.file(writer.stmt(*entries, opening=0, closing=total), amount_total=_yuan(total + unread))


def _mt940(division: str, chance: random.Random) -> Piece:
    writer = mt940.Mt940(division)
    texts = ("YANGLAO\r\n:26:37", "a\r\n-\r\nb", "166?20x?32张三", ":20:\r\n{", "x" * 300, "\u200b甲", "-")
    entries = [
        mt940.Entry(number, chance.choice((-1, 1)) * chance.randrange(10**6), details=chance.choice(texts))
        for number in range(1, ROWS + 1)
    ]
    odd = mt940.Entry(ROWS + 1, 0, line=":61:2406310620C0,00NTRFX")
    return writer.file(entries=[*entries, odd])


def _yuan(cents: int) -> str:
    return str(Decimal(cents).scaleb(-2))


@pytest.fixture(scope="module")
def landed(
    databases: Databases, migrated: str, staging: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Landed:
    """Land random files of every format; those held for their refused rows are released."""
    seed = random.SystemRandom().randrange(10**9)
    chance = random.Random(seed)  # noqa: S311 (no secret)
    settings = Settings(
        home=tmp_path_factory.mktemp("conserved"), database_url=databases.create(template=migrated)
    )
    pieces = [
        (name, str(300_000 + 100 * place + count))
        for place, name in enumerate(FORMATS)
        for count in range(FILES)
    ]
    divisions = [*DIVISIONS, *((division, "县", "County", "county", CITY) for _, division in pieces)]
    write_site(settings, divisions=divisions)
    for name, division in pieces:
        piece = _file(name, division, chance)
        folder = settings.inbox_folder / FORMATS[name].feed
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{division}.txt").write_bytes(piece.content or b"")
        (folder / f"{division}.txt.manifest.json").write_bytes(piece.manifest_bytes() or b"")
    warehouse = open_warehouse(settings)
    land(warehouse, settings, month="2024-06", feeds=STAGED)
    with warehouse.connect() as connection:
        connection.execute(
            "insert into ops.releases (file_id, held_by, released_by, reason)"
            " select file_id, 'a', 'b', 'looked at' from ops.files where reason = 'TOO_MANY_REFUSED'"
        )
    land(warehouse, settings, month="2024-06", feeds=STAGED)
    return Landed(warehouse, staging, seed)


def _dicts(warehouse: Warehouse, query: str) -> Iterator[dict[str, Any]]:
    with warehouse.connect() as connection:
        cursor = connection.execute(query)
        names = [column.name for column in cursor.description or ()]
        yield from (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def test_every_file_loads(landed: Landed) -> None:
    query = "select name, format, state, reason, message from ops.files where state <> 'loaded'"
    assert rows_of(landed.warehouse, query) == [], landed.seed
    ((files,),) = rows_of(landed.warehouse, "select count(*) from ops.files")
    assert files == len(FORMATS) * FILES


def test_rows_and_amounts_are_loaded_quarantined_or_repeated(landed: Landed) -> None:
    seen = 0
    for file in _dicts(landed.warehouse, "select * from ops.files"):
        rows = [file[f"rows_{what}"] for what in ("loaded", "quarantined", "repeated")]
        amounts = [file[f"amount_{what}"] or 0 for what in ("loaded", "quarantined", "repeated")]
        assert sum(rows) == file["rows_declared"], (landed.seed, file["format"])
        assert sum(amounts) == (file["amount_declared"] or 0), (landed.seed, file["format"])
        form = FORMATS[file["format"]]
        table, name = form.lands([]).table, file["file_id"]
        (counted,) = rows_of(
            landed.warehouse,
            f"select (select count(*) from landing.{table} where _file_id = %s),"
            " (select count(*) from quarantine.rows where file_id = %s)",
            name, name,
        )  # fmt: skip
        assert counted == (rows[0], rows[1]), (landed.seed, file["format"])
        seen += rows[1]
    assert seen


@pytest.mark.parametrize(
    "table", sorted({form.lands([]).table for form in FORMATS.values()} | {"bank__statement"})
)
def test_no_landed_value_is_null_in_staging(landed: Landed, table: str) -> None:
    kinds = {
        field.name: field.kind
        for form in FORMATS.values()
        for field in form.fields
        if form.lands([]).table == table
    }
    staged = {
        (row["source_file_id"], row["source_row"]): row
        for row in _dicts(landed.warehouse, landed.staging[table])
    }
    rows = list(_dicts(landed.warehouse, f"select * from landing.{table}"))
    assert rows
    renamed = RENAMED | (_OF_FINANCE if table == "finance__trial_balance" else {})
    vanished = [
        (column, value)
        for row in rows
        for column, value in row.items()
        if not column.startswith("_") and renamed.get(column, column) is not None and value is not None
        if grammar.cleaned(value, kinds.get(column, "text")) not in MISSING
        if staged[row["_file_id"], row["_row"]][renamed.get(column, column)] is None
    ]
    assert vanished == [], landed.seed


@pytest.mark.parametrize(
    ("table", "amount"),
    [("tax__voucher", "amount"), ("tax__treasury_receipt", "amount"), ("bank__payment_return", "amount"),
     ("bank__statement_entry", "case direction when 'C' then amount else -amount end"),
     ("finance__deposit_journal", "coalesce(debit_amount, 0) - coalesce(credit_amount, 0)"),
     ("finance__trial_balance", "closing_amount")],
)  # fmt: skip
def test_amounts_in_staging_are_those_loaded(landed: Landed, table: str, amount: str) -> None:
    sums = dict(
        rows_of(
            landed.warehouse,
            f"select source_file_id, sum({amount}) from ({landed.staging[table]}) as staged group by 1",
        )
    )
    loaded = dict(
        rows_of(
            landed.warehouse,
            "select file_id, amount_loaded from ops.files where file_id = any(%s)", list(sums),
        )
    )  # fmt: skip
    assert sums
    assert sums == loaded, landed.seed
