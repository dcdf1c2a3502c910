"""Whatever of a publication, its files, the vault or the audit log is tampered with, one command names it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from fundwatch.acts.signoff import approve, review
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.errors import AuditBroken
from fundwatch.settings import Settings
from ingestion.files.arrival.vault import Vault
from pipeline.verification import last_verification, verify
from reporting.publications import verifying
from reporting.publications.verifying import EXPECTED_TRIGGERS
from tests.integration.reporting.support import BASES, CASES, CELLS, FAILURE, RULE, SCORECARD, publish_june
from tests.support import Databases, put_off_guards, run_fundwatch

# Table of each part -> a column that a forger would change, and one that tells its rows apart.
FORGED = {
    "publication_cells": ("value", "cell"), "publication_scorecard": ("rate", "table_name"),
    "publication_rules": ("failed", "rule_id"), "publication_failures": ("division", "source_row"),
    "publication_cases": ("amount", "case_id"), "publication_files": ("sha256", "name"),
    "publication_issues": ("state", "issue_id"), "publication_divisions": ("parent", "division"),
    "publication_reconciliation": ("difference", "place"), "publication_case_counts": ("amount", "rule_id"),
    "publication_case_evidence": ("source_row", "line"), "publication_case_persons": ("name", "case_id"),
    "publication_declarations": ("note", "item"), "publication_bases": ("applied_base", "place"),
    "publication_base_exceptions": ("amount", "place"), "publication_base_units": ("wage_bill", "unit_id"),
    "publication_base_documents": ("name_zh", "unit_id"),
}  # fmt: skip
MORE = """
    insert into crosschecks.cases (month, case_id, rule_id, person_id, evidence) values
        ('2024-06', 'c2', 'r2', 'p', '[{"table": "AC01", "key": "p", "source_file_id": "f", "source_row": 1},
            {"table": "AC02", "key": "p|110", "source_file_id": "f", "source_row": 2}]'),
        ('2024-06', 'c3', 'r3', 'q', null);
    insert into site.versions (site_version) values ('v1');
    insert into site.divisions (_site_version, _row, division, name_zh, level, parent) values
        ('v1', 1, '230600', '市', 'city', null), ('v1', 2, '230601', '区', 'county', '230600');
    insert into quality.rectification (month, issue_id, division, table_name, rule_id, key, source_file_id,
        source_row, first_seen, issued_month, state) values
        ('2024-06', 'i', '230600', 'AC01', 'AC01-1', 'k', 'file-1', 17, '2024-06', '2024-06', 'open'),
        ('2024-06', 'j', '230601', 'AC01', 'AC01-1', 'k', 'file-1', 18, '2024-06', '2024-06', 'overdue');
    create table reconciliation.results (month text, check_name text, division text, scheme text,
        subject text, for_month text, account_no text, party_a text, party_b text, amount_a numeric,
        amount_b numeric, difference numeric, status text, items text);
    insert into reconciliation.results values
        ('2024-06', 'four_way', '230600', '110', null, null, '350', 'a', 'b', 1, 2, -1, 'open', '[]'),
        ('2024-06', 'four_way', '230601', '110', null, null, '351', 'a', 'b', 1, 1, 0, 'matched', '[]');
    create table business_ledger.persons (person_id text, person_name text, identity_number text,
        birth_on date, row_key text, valid_from_batch text, valid_to_batch text);
    create table business_ledger.employers (employer_id text, employer_name text, tax_number text,
        division text, row_key text, valid_from_batch text, valid_to_batch text);
    insert into business_ledger.persons values
        ('p', '王小明', '230621193903109842', '1939-03-10', 'p', '2024-06', null),
        ('q', '李丽', null, null, 'q', '2024-06', null);
    insert into bases.bases (month, division, scheme, wage_year, level, unit_id, applied_base, status) values
        ('2024-06', '230601', '110', '2023', 'unit', 'u', 1, 'ok'),
        ('2024-06', '230601', '110', '2023', 'unit', 'v', 2, 'differs');
    insert into bases.base_exceptions (month, exception_id, exception, division, wage_year, unit_id, amount,
        evidence) values
        ('2024-06', 'x', 'not_declared', '230601', '2023', 'u', 1, '[]'),
        ('2024-06', 'y', 'not_declared', '230601', '2023', 'v', 2, '[]');
    insert into bases.unit_declarations (month, unit_id, wage_year, wage_bill) values
        ('2024-06', 'u', '2023', 1), ('2024-06', 'v', '2023', 2);
    insert into bases.unit_documents values
        ('2024-06', 'u', '2023', 'd', '甲', 'a', '2024-03-31', null),
        ('2024-06', 'v', '2023', 'd', '乙', 'b', '2024-03-31', '2024-03-01');
    insert into ops.declarations (month, item, answer, note, actor) values
        ('2024-06', 'a', 'yes', 'said', 'x'), ('2024-06', 'b', 'no', '', 'x');
    insert into quality.failures values
        ('2024-06', '230601', 'AC01', 'AC01-1', '640301198002290015', 'file-1', 18, 'j');
    insert into quality.scorecard (month, division, table_name, metric, status, rule_version)
    values ('2024-06', '230600', 'AC02', 'fill_rate', 'na', '1');
    insert into quality.rules values ('1', 'AC01-2', 'AC01', 'info', 'a', 'a', '');
    insert into quality.rule_results values ('2024-06', '230600', 'AC01', 'AC01-2', 4, 0, '1')
"""
FORGED_VIEW = """
    drop view published.cells;
    create view published.cells as
    select p.month, x.number, x.form, x.division, x.scheme, x.breakdown, x.cell, x.label_zh, x.label_en,
        x.value + 1 as value, x.unit, x.indicator
    from ops.publication_cells as x inner join ops.publications as p on p.number = x.number
    where p.is_current
"""
OTHER_VIEW = """
    create or replace view published.cells as
    select p.month, x.* from ops.publication_cells as x
    inner join ops.publications as p on p.number = x.number where p.number = 1
"""


@pytest.fixture(scope="module")
def published(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two publications, the second approved in the first one's place; no test changes them for good."""
    home = tmp_path_factory.mktemp("published")
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    warehouse = open_warehouse(settings)
    with warehouse.connect() as connection:
        for statement in (CELLS, SCORECARD % "'A'", RULE, FAILURE, CASES, BASES, MORE):
            connection.execute(statement)
    # The tables go to the roles of their layers.
    warehouse = open_warehouse(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "reporting.publications.drafting.render", lambda *_: iter([("R1.txt", b"1"), ("R2.txt", b"2")])
        )
        for number in (1, 2):
            publish_june(warehouse, settings)
            review(warehouse, number=number, name="李复核", note="looked at")
            approve(warehouse, number=number, name="张负责", note="good")
            with warehouse.connect() as connection:
                connection.execute("update reports.cells set value = value + 1")
    return settings


def faults_after(published: Settings, *tampering: str, home: Path | None = None) -> list[tuple[str, str]]:
    """Return what is found after statements that changed what is guarded, all of it in one transaction."""
    with open_warehouse(published).connect() as connection:
        put_off_guards(connection)
        for statement in tampering:
            connection.execute(statement)
        for trigger in EXPECTED_TRIGGERS:
            table, name = trigger.partition(" ")[0].split(".")
            connection.execute(f"alter table ops.{table} enable always trigger {name}")
        verdicts = faults(connection, home or published.home)
        connection.rollback()
        return verdicts


def faults(connection: psycopg.Connection, home: Path) -> list[tuple[str, str]]:
    return [
        (verdict.subject, verdict.fault) for verdict in verifying.verify(connection, home) if verdict.fault
    ]


def test_verify_finds_nothing_in_what_was_published(published: Settings) -> None:
    assert faults_after(published) == []


def plain_columns(published: Settings, table: str) -> list[str]:
    """Return the columns of a part that the database does not compute from others."""
    with open_warehouse(published).connect() as connection:
        rows = connection.execute(
            "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0"
            " and attgenerated = ''",
            (f"ops.{table}",),
        )
        return [name for (name,) in rows]


@pytest.mark.parametrize("table", FORGED)
@pytest.mark.parametrize("way", ["insert", "change", "delete", "swap"])
def test_verify_names_a_part_of_a_publication_that_was_tampered_with(
    published: Settings, table: str, way: str
) -> None:
    column, key = FORGED[table]
    first = f"ctid = (select ctid from ops.{table} where number = 1 order by ctid limit 1)"
    columns = ", ".join(plain_columns(published, table))
    statements = {
        "insert": (
            f"create temporary table copied as select {columns} from ops.{table} where {first};"
            f" update copied set {key} = '99'; insert into ops.{table} ({columns}) table copied"
        ),
        "change": f"update ops.{table} set {column} = '9' where {first}",
        "delete": f"delete from ops.{table} where {first}",
        "swap": (
            f"update ops.{table} as held set {column} = other.{column} from ops.{table} as other"
            f" where held.number = 1 and other.number = 1 and held.{key} <> other.{key}"
        ),
    }
    verdicts = faults_after(published, statements[way])
    part = f"its {table.removeprefix('publication_')} is not what was prepared"
    assert {subject for subject, _ in verdicts} == {"publication 1"}
    assert any(fault.startswith(part) for _, fault in verdicts)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("approver = 'somebody'", "its approver is not the one entered"),
        ("reviewer = 'somebody'", "its reviewer is not the one entered"),
        ("preparer = 'somebody'", "its preparer is not the one entered"),
        ("state = 'draft'", "it is draft, and approved by its entries"),
        ("note = 'bad'", "its note is not what the signers wrote"),
        ("approved_at = approved_at - interval '1 day'", "the time it was approved is not the one entered"),
        ("prepared_at = prepared_at - interval '1 day'", "its record is not what was prepared"),
        ("as_of = '2024-06-29'", "its record is not what was prepared"),
        ("batches = '{}'", "its record is not what was prepared"),
        ("not_usable = '{x}'", "its record is not what was prepared"),
        ("month = '2024-05'", "its month is not the one entered"),
        ("sha256 = 'x'", "its hash is not the one entered"),
        ("replaces = 2", "its predecessor is not the one entered"),
        ("number = 3", "its preparation was entered 0 times"),
        ("is_current = not is_current", "readers"),
    ],
)
def test_verify_names_a_publication_that_was_tampered_with(
    published: Settings, change: str, fault: str
) -> None:
    # Only one may be the current one of its month.
    where = "number = 2" if "is_current" in change else "number = 1"
    verdicts = faults_after(published, f"update ops.publications set {change} where {where}")
    assert any(subject.startswith("publication ") and named.startswith(fault) for subject, named in verdicts)


def test_verify_names_a_publication_that_is_gone_and_one_slipped_in(published: Settings) -> None:
    columns = "month, state, content_sha256, code_version, site_version, as_of, batches, preparer"
    verdicts = faults_after(
        published,
        f"insert into ops.publications (number, {columns}) select 7, {columns} from ops.publications where"
        " number = 1",
        *(f"delete from ops.{table} where number = 1" for table in FORGED),
        "delete from ops.publications where number = 1",
    )
    assert ("publication 1", "it is gone, though it was entered") in verdicts
    assert ("publication 7", "its preparation was entered 0 times") in verdicts


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        (lambda folder: (folder / "R1.txt").write_bytes(b"9"), "its file R1.txt is altered on disk"),
        (lambda folder: (folder / "R1.txt").unlink(), "its file R1.txt is missing on disk"),
        (lambda folder: (folder / "R9.txt").touch(), "a file R9.txt lies among its files"),
        (lambda folder: folder.rename(folder.with_name("9")), "its files are not in"),
    ],
)
def test_verify_names_a_published_file_that_was_tampered_with(
    published: Settings, tmp_path: Path, tampering: Callable, fault: str
) -> None:
    home = Path(shutil.copytree(published.home, tmp_path / "home"))
    tampering(home / "reports" / "1")
    verdicts = faults_after(published, home=home)
    assert [(subject, named[: len(fault)]) for subject, named in verdicts] == [("publication 1", fault)]


def test_verify_names_published_files_that_were_swapped(published: Settings, tmp_path: Path) -> None:
    home = Path(shutil.copytree(published.home, tmp_path / "home"))
    folder = home / "reports" / "1"
    (folder / "R1.txt").rename(folder / "R3.txt")
    (folder / "R2.txt").rename(folder / "R1.txt")
    (folder / "R3.txt").rename(folder / "R2.txt")
    assert faults_after(published, home=home) == [
        ("publication 1", f"its file {name} is altered on disk") for name in ("R1.txt", "R2.txt")
    ]


@pytest.mark.parametrize("view", [FORGED_VIEW, OTHER_VIEW], ids=["other figures", "another number"])
def test_verify_names_a_view_of_readers_that_was_redefined(published: Settings, view: str) -> None:
    assert faults_after(published, view) == [("published", "the view cells was redefined")]


@pytest.mark.parametrize(
    ("opening", "fault"),
    [
        ("alter table ops.publication_cells disable trigger closed", "the trigger publication_cells.closed"),
        ("drop trigger signed_in_order on ops.publications", "the trigger publications.signed_in_order"),
        (
            (
                "create or replace function ops.refuse_change() returns trigger language plpgsql as"
                " 'begin return null; end'"
            ),
            "the function refuse_change is another one",
        ),
    ],
)
def test_verify_names_a_guard_that_was_put_off(published: Settings, opening: str, fault: str) -> None:
    with open_warehouse(published).connect() as connection:
        connection.execute(opening)
        verdicts = faults(connection, published.home)
        connection.rollback()
    assert [(subject, named[: len(fault)]) for subject, named in verdicts] == [("guards", fault)]


def test_verify_names_each_object_of_the_vault_that_was_tampered_with_and_says_when(
    warehouse: Warehouse, settings: Settings
) -> None:
    def vault_faults() -> list[tuple[str, str]]:
        return [(line.stream, line.fault) for line in verify(settings) if line.fault]

    vault, paths = Vault(settings.vault_folder), {}
    for name in ("cut", "gone", "swapped", "other"):
        sha256 = hashlib.sha256(name.encode()).hexdigest()
        paths[name] = vault.path_of(sha256)
        paths[name].parent.mkdir(parents=True, exist_ok=True)
        paths[name].write_bytes(name.encode())
        with warehouse.connect() as connection:
            connection.execute(
                "insert into ops.files (file_id, feed, name, month, state, sha256, manifest_sha256,"
                " byte_count)"
                " values (%(name)s, 'tax', %(name)s, '2024-06', 'loaded', %(sha256)s, %(sha256)s, %(size)s)",
                {"name": name, "sha256": sha256, "size": len(name)},
            )
            assert last_verification(connection) is None
    assert vault_faults() == []
    paths["cut"].write_bytes(b"cu")
    paths["gone"].unlink()
    swapped = paths["swapped"].read_bytes()
    paths["swapped"].write_bytes(paths["other"].read_bytes())
    paths["other"].write_bytes(swapped)
    faults = vault_faults()
    assert {subject for subject, _ in faults} == {"vault"}
    named = " ".join(fault for _, fault in faults)
    assert [name for name, path in paths.items() if str(path) not in named] == []
    with warehouse.connect() as connection:
        assert last_verification(connection).faults == len(paths)


def test_audit_command_prints_each_fault_and_fails(published: Settings, tmp_path: Path) -> None:
    home = Path(shutil.copytree(published.home, tmp_path / "home"))
    (home / "reports" / "1" / "R1.txt").unlink()
    (home / "reports" / "2" / "R2.txt").write_bytes(b"9")
    settings = replace(published, home=home)
    done = run_fundwatch("audit", "verify", "--json", settings=settings, check=False)
    assert done.returncode == AuditBroken.exit_code
    assert [(line["stream"], line["fault"]) for line in json.loads(done.stdout) if line["fault"]] == [
        ("publication 1", "its file R1.txt is missing on disk"),
        ("publication 2", "its file R2.txt is altered on disk"),
    ]
    approved = ("--kind", "publications", "--actor", "张负责")
    listed = run_fundwatch("audit", "list", *approved, "--json", settings=settings)
    assert [(entry["action"], entry["object"]) for entry in json.loads(listed.stdout)] == [
        ("publication approved", f"publication {number}") for number in (1, 2)
    ]
    later = run_fundwatch("audit", "list", "--since", "2999-01-01", "--json", settings=settings)
    assert json.loads(later.stdout) == []
    assert "张负责" in run_fundwatch("audit", "list", settings=settings).stdout.decode()
    assert run_fundwatch("audit", "list", "--kind", "x", settings=settings, check=False).returncode == 2
