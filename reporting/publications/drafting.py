"""Preparing a publication: a month's forms and scorecard become one numbered draft."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import psycopg

from fundwatch import audit
from fundwatch.actors import current_user
from fundwatch.acts import publications
from fundwatch.acts.publications import Publication
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import FolderUnusable, ReproductionDiffers
from fundwatch.host import file_sha256, within
from fundwatch.settings import Settings
from reporting.imprint import Imprint
from reporting.publications import store
from reporting.publications.corrections import CellChange, all_changes, as_csv, count_cells
from reporting.publications.parts import hash_parts
from reporting.publications.reader_parts import is_as_stored
from reporting.publications.stored import Stated, stated_in
from reporting.rendering import render
from reporting.snapshot.content import Content, collect
from reporting.snapshot.inputs import replay_of
from reporting.tracing import indexes, statements

CHANGES = "changes.csv"


def publish(
    warehouse: Warehouse,
    settings: Settings,
    *,
    month: str,
    as_of: date,
    site_version: str,
    preparer: str,
    display: str | None = None,
) -> Publication:
    """Render the month's forms and scorecard into a draft publication.

    ``display`` is the preparer's name as printed; by default that of the preparer, empty for none.

    Source: reports.cells, quality.scorecard, crosschecks.cases, and their inputs in ops.files and ops.runs.
    Shape:  one row in ops.publications with its cells, scorecard, cases and files; the files are in
            ``home/reports/<number>``. Where the month is published already, the draft is its correction and
            has changes.csv: the cells, rates, rules, cases and statements that differ.
    Again:  content equal to that of the month's latest publication, and what readers see beside it, returns
            it, restoring files that are missing or altered; else it gets the next number. A killed publish
            leaves none.
    Raises: NotFound (the month is not built), FolderUnusable, ReproductionDiffers.
    """
    indexes.prepare(warehouse)
    statements.store(warehouse)
    with warehouse.connect() as connection:
        content = collect(connection, month=month, site_version=site_version, as_of=as_of)
        current = publications.current_number(connection, month)
        latest = publications.latest(connection, month)
        if (
            latest
            and latest.content_sha256 == content.sha256
            and current in (latest.number, latest.replaces)
            and is_as_stored(connection, latest.number, month=month, site_version=site_version)
        ):
            _restore_files(connection, settings.home, latest, content)
            publication = latest
        else:
            shown = preparer if display is None else display
            publication = _prepare(
                connection, settings.home, content, preparer=preparer, display=shown, current=current
            )
        changed = (
            count_cells(_changes(connection, content, publication.replaces)) if publication.replaces else None
        )
    folder = str(publications.folder_of(settings.home, publication.number))
    return dataclasses.replace(publication, folder=folder, changed_cells=changed)


def _prepare(
    connection: psycopg.Connection,
    home: Path,
    content: Content,
    *,
    preparer: str,
    display: str,
    current: int | None,
) -> Publication:
    number = store.next_number(connection)
    head = audit.head(connection, audit.PUBLICATIONS)
    imprint = Imprint(number, display, content.as_of, content.sha256, head)
    changed = _changes(connection, content, current)
    files = render_into(
        publications.folder_of(home, number),
        publication_files(content, imprint, None if current is None else changed),
    )
    store.store(
        connection,
        number=number, content=content, as_of=content.as_of, preparer=preparer, files=files,
        preparer_display=display, audit_head=head, replaces=current,
        replay=replay_of(connection, content.month),
    )  # fmt: skip
    publications.record(
        connection,
        actor=preparer,
        action="publication prepared and rendered",
        number=number,
        details={
            "month": content.month, "sha256": store.seal(content.sha256, files),
            "files": len(files), "corrects": current,
            "changed_cells": count_cells(changed) if current else None,
            "parts": hash_parts(connection, number),
        },
    )  # fmt: skip
    connection.commit()
    return publications.find(connection, number)


def publication_files(
    content: Content, imprint: Imprint, changed: list[CellChange] | None
) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file of a publication; ``changed`` are the cells a correction changed."""
    yield from render(content, imprint)
    if changed is not None:
        yield CHANGES, as_csv(changed)


def imprint_of(connection: psycopg.Connection, publication: Publication) -> Imprint:
    """Return the imprint printed in a publication's files."""
    return Imprint(
        publication.number, publication.preparer_display, publication.as_of, publication.content_sha256,
        publication.audit_head, store.signatures_of(connection, publication.number),
    )  # fmt: skip


def _changes(connection: psycopg.Connection, content: Content, former: int | None) -> list[CellChange]:
    return [] if former is None else all_changes(stated_in(connection, former), Stated.of(content))


def _restore_files(
    connection: psycopg.Connection, home: Path, publication: Publication, content: Content
) -> None:
    """Render a publication's files again where any is missing or altered."""
    folder = publications.folder_of(home, publication.number)
    stored = store.hashes_of(connection, publication.number)
    if all(file_sha256(within(folder, name)) == sha256 for name, sha256 in stored.items()):
        return
    former = publication.replaces
    changed = None if former is None else _changes(connection, content, former)
    rendered = publication_files(content, imprint_of(connection, publication), changed)
    if render_into(folder, rendered, is_published=publication.state == "approved") != stored:
        raise ReproductionDiffers(
            f"publication {publication.number}, rendered again, does not consist of the same files",
            state=f"They were written to {folder}",
            next_step="Restore the folder from a backup",
        )
    publications.record(
        connection, actor=current_user(), action="publication rendered again",
        number=publication.number, details={"files": len(stored)},
    )  # fmt: skip


def _set_aside(folder: Path) -> None:
    """Rename a folder of reports to the first free name beside it."""
    if folder.exists():
        names = (folder.with_name(f"{folder.name}.set-aside-{number}") for number in itertools.count(1))
        folder.rename(next(path for path in names if not path.exists()))


def render_into(
    folder: Path, rendered: Iterable[tuple[str, bytes]], *, is_published: bool = False
) -> dict[str, str]:
    """Write files into a folder that appears whole or not at all; return name -> SHA-256.

    What stood there is set aside: it may be altered, or the reports of a warehouse before this one. A
    draft is its owner's alone to read.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        for left_behind in folder.parent.glob(f".{folder.name}-*"):
            shutil.rmtree(left_behind)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        files = {}
        for name, data in rendered:
            within(draft, name).write_bytes(data)
            files[name] = hashlib.sha256(data).hexdigest()
        publications.allow_reading(draft, everybody=is_published)
        if {path.name: file_sha256(path) for path in folder.glob("*")} == files:
            shutil.rmtree(draft)
            publications.allow_reading(folder, everybody=is_published)
        else:
            _set_aside(folder)
            draft.rename(folder)
    except OSError as error:
        raise FolderUnusable(
            f"reports cannot be written to {folder.parent} ({error.strerror})",
            next_step="Set FUNDWATCH_HOME to a folder you may write to, with space left",
        ) from None
    return files
