"""Who may sign, and the signed edition: names and days on the files, the draft's mark gone."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest

from fundwatch.acts import publications
from fundwatch.acts.signoff import approve, review
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import SignOffRefused
from fundwatch.operators import display_of_user, operator_of
from fundwatch.settings import Settings
from pipeline import steps
from reporting.publications import store
from reporting.publications.drafting import publish
from reporting.publications.reproducing import compare_rebuilt
from reporting.publications.signed_edition import write_signed
from reporting.snapshot.content import collect
from reporting.snapshot.stored import stored_content
from tests.integration.reporting.support import (
    AS_OF,
    CASES,
    FAILURE,
    MONTH,
    RULE,
    SCORECARD,
    hashes,
    publish_june,
    sign,
    stored_hashes,
)
from tests.support import run_fundwatch

OPERATORS = "name,display,division\nwang,王小明,230600\nli,李复核,230600\nzhang,张负责,230600\n"


@pytest.fixture
def staffed(settings: Settings, tmp_path: Path) -> Settings:
    """Settings with a site that lists three operators."""
    site = tmp_path / "staffed"
    site.mkdir()
    (site / "operators.csv").write_text(OPERATORS, encoding="utf-8")
    return dataclasses.replace(settings, site=site)


def test_operator_signs_with_a_listed_name_and_is_printed_as_displayed(staffed: Settings) -> None:
    assert (operator_of(staffed, " Li ").name, operator_of(staffed, "li").display) == ("li", "李复核")


def test_operator_that_the_site_does_not_list_is_refused_naming_the_file(staffed: Settings) -> None:
    with pytest.raises(SignOffRefused, match=r"root is no operator in .*operators\.csv"):
        operator_of(staffed, "root")


def test_any_name_signs_where_the_site_lists_no_operators(settings: Settings) -> None:
    assert operator_of(settings, "李 复核").display == "李 复核"


def test_user_of_the_machine_is_printed_only_as_an_operator(staffed: Settings, settings: Settings) -> None:
    assert (display_of_user(staffed, "wang"), display_of_user(staffed, "root")) == ("王小明", "")
    assert display_of_user(settings, "root") == ""


@pytest.mark.parametrize(
    "command",
    [
        ("review", "1"),
        ("approve", "1", "--note", "x"),
        ("publish", "--month", MONTH),
        ("declare", "joint_review", "--month", MONTH, "--answer", "yes"),
        ("waive", "i", "--until", MONTH, "--reason", "x"),
        ("release", "f", "--reason", "x"),
    ],
    ids=lambda command: command[0],
)
def test_every_command_refuses_who_is_no_operator(
    warehouse: Warehouse, staffed: Settings, command: tuple[str, ...]
) -> None:
    done = run_fundwatch(
        *command, "--as", "nobody", settings=staffed, check=False, env={"FUNDWATCH_SITE": str(staffed.site)}
    )
    assert done.returncode == SignOffRefused.exit_code
    assert done.stderr.decode().count("\n") == 1
    assert "operators.csv" in done.stderr.decode()


def test_content_is_stored_whole_and_read_back_equal(built: Warehouse, settings: Settings) -> None:
    with built.connect() as connection:
        for part in (SCORECARD % "'A'", RULE, FAILURE, CASES):
            connection.execute(part)
        content = collect(connection, month=MONTH, site_version="v1", as_of=AS_OF)
    assert content.bulletin
    assert content.failing_rows
    assert content.cases
    with built.connect() as connection:
        store.store(connection, number=1, content=content, as_of=AS_OF, preparer="王小明", files={})
        assert stored_content(connection, 1) == content


def test_signed_edition_carries_names_and_days_in_place_of_the_drafts_mark(
    built: Warehouse, settings: Settings
) -> None:
    publish_june(built, settings)
    page = settings.home / "reports" / "1" / "R1.zh.html"
    drafted = page.read_text(encoding="utf-8")
    assert "草案" in drafted
    sign(built, 1)
    write_signed(built, settings, number=1)
    signed = page.read_text(encoding="utf-8")
    assert "草案" not in signed
    with built.connect() as connection:
        signatures = store.signatures_of(connection, 1)
        ((drafts,),) = connection.execute("select count(*) from ops.publication_files where number = 1")
        assert hashes(page.parent) == store.hashes_of(connection, 1)
    assert drafts == len(stored_hashes(built, 1))
    assert [signature.name for signature in signatures] == ["王小明", "李复核", "张负责"]
    for signature in signatures:
        assert f"{signature.name}　{signature.day.isoformat()}" in signed


def test_signed_edition_is_drawn_once_and_restored_equal(built: Warehouse, settings: Settings) -> None:
    publish_june(built, settings)
    sign(built, 1)
    write_signed(built, settings, number=1)
    folder = settings.home / "reports" / "1"
    before = hashes(folder)
    assert compare_rebuilt(built, built, number=1).is_equal
    write_signed(built, settings, number=1)
    (folder / "R1.zh.pdf").unlink()
    publish_june(built, settings)
    assert hashes(folder) == before


def test_commands_sign_as_operators_and_print_their_names(built: Warehouse, staffed: Settings) -> None:
    publish_june(built, staffed, preparer="wang")
    env = {"FUNDWATCH_SITE": str(staffed.site)}
    run_fundwatch("review", "1", "--as", "li", settings=staffed, env=env)
    run_fundwatch("approve", "1", "--as", "zhang", "--note", "known", settings=staffed, env=env)
    page = (staffed.home / "reports" / "1" / "R1.zh.html").read_text(encoding="utf-8")
    for name in ("李复核", "张负责"):
        assert name in page
    with built.connect() as connection:
        publication = publications.find(connection, 1)
    assert (publication.reviewer, publication.approver) == ("li", "zhang")


def test_draft_is_not_drawn_signed(built: Warehouse, settings: Settings) -> None:
    publish_june(built, settings)
    write_signed(built, settings, number=1)
    with built.connect() as connection:
        assert store.signatures_of(connection, 1) == ()


def test_preparer_is_never_printed_as_the_user_of_the_machine(built: Warehouse, settings: Settings) -> None:
    publish(
        built, settings, month=MONTH, as_of=date(2024, 6, 30), site_version="v1", preparer="root", display=""
    )
    review(built, number=1, name="李复核")
    approve(built, number=1, name="张负责")
    write_signed(built, settings, number=1)
    for path in (settings.home / "reports" / "1").glob("*.html"):
        assert "root" not in path.read_text(encoding="utf-8").replace(":root", "")


def test_edition_of_what_was_approved_at_the_portal_is_drawn_afterwards(
    built: Warehouse, staffed: Settings
) -> None:
    publish_june(built, staffed, preparer="wang")
    review(built, number=1, name="li")
    with built.connect() as connection:
        connection.execute("select ops.approve_publication('zhang', 1, '', 'portal')")
    with built.connect() as connection:
        assert not store.signatures_of(connection, 1)
    assert steps.write_editions(staffed) == (1,)
    with built.connect() as connection:
        assert [signature.name for signature in store.signatures_of(connection, 1)][1:] == [
            "李复核",
            "张负责",
        ]
    assert steps.write_editions(staffed) == ()
