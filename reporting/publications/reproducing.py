"""Comparing a publication, bit for bit, with its month rebuilt from its inputs."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from pathlib import Path

import psycopg

from fundwatch import __version__, audit
from fundwatch.actors import current_user
from fundwatch.acts import publications
from fundwatch.database.warehouse import Warehouse
from fundwatch.host import file_sha256
from reporting.publications import store
from reporting.publications.corrections import CellChange, all_changes, changes
from reporting.publications.drafting import imprint_of, publication_files
from reporting.publications.reader_parts import differing_rows
from reporting.publications.stored import Stated, failing_rows_of, stated_in
from reporting.snapshot.content import Content, collect
from reporting.snapshot.inputs import Batches


@dataclass(frozen=True)
class Reproduction:
    """The differences between a publication and the rebuilt month; none when they are equal.

    ``files`` differ from the rebuilt ones by their stored hash; ``files_on_disk`` are not there any more as
    they were stored; ``reader_rows`` are rows stored for readers beside the content.
    """

    number: int
    code_version: str
    cells_compared: int
    files_compared: int
    cells: tuple[CellChange, ...]
    files: tuple[str, ...]
    files_on_disk: tuple[str, ...]
    scorecard_rows: int
    rule_results: int
    failing_rows: int
    cases: int
    reader_rows: int = 0

    @property
    def is_equal(self) -> bool:
        """Whether content and files are equal to the bit."""
        return not (
            self.cells or self.files or self.files_on_disk or self.scorecard_rows or self.rule_results
            or self.failing_rows or self.cases or self.reader_rows
        )  # fmt: skip

    def counts(self) -> dict[str, object]:
        """Return a summary for people."""
        shown = dataclasses.asdict(self) | {
            "cells": len(self.cells), "files": ", ".join(self.files) or 0,
            "files_on_disk": ", ".join(self.files_on_disk) or 0,
        }  # fmt: skip
        return {"equal": "yes" if self.is_equal else "no"} | shown


def compare_rebuilt(source: Warehouse, scratch: Warehouse, *, number: int) -> Reproduction:
    """Compare a publication with the month rebuilt in the scratch warehouse; log the outcome.

    Its files are compared with the stored hashes twice: drawn anew, and as they lie on this machine.

    Raises: NotFound.
    """
    with source.connect() as here, scratch.connect() as there:
        publication = publications.find(here, number)
        ((site_version, code_version, batches, parts),) = here.execute(
            "select site_version, code_version, batches, parts from ops.publications where number = %s",
            (number,),
        )
        rebuilt = collect(there, month=publication.month, site_version=site_version, as_of=publication.as_of)
        # The scratch warehouse has no files of its own, and the code version is reported, not compared.
        published = Batches(**{feed: tuple(ids) for feed, ids in batches.items()})
        content = dataclasses.replace(rebuilt, batches=published, code_version=code_version)
        stored = store.hashes_of(here, number)
        stated = stated_in(here, number)
        outcome = Reproduction(
            number=number,
            code_version=code_version
            if code_version == __version__
            else f"{code_version}, now {__version__}",
            cells_compared=len(stated.cells),
            files_compared=len(stored),
            cells=tuple(changes(stated.cells, content.cells)),
            files=_differing_files(stored, _rendered_again(here, publication, content)),
            files_on_disk=_differing_files(stored, _on_disk(publications.folder_of(source.home, number))),
            scorecard_rows=len(set(stated.scorecard) ^ set(content.scorecard)),
            rule_results=len(set(stated.rule_results) ^ set(content.rule_results)),
            failing_rows=len(set(failing_rows_of(here, number)) ^ set(content.failing_rows)),
            cases=len(set(stated.cases) ^ set(content.cases)),
            reader_rows=sum(
                differing_rows(
                    here, there, number, month=publication.month, site_version=site_version, parts=parts
                ).values()
            ),
        )
        audit.append(
            here,
            stream=audit.PUBLICATIONS,
            actor=current_user(),
            action="publication reproduced",
            about=f"publication {number}",
            details={
                "equal": outcome.is_equal,
                "cells": len(outcome.cells),
                "files": len(outcome.files),
                "files_on_disk": len(outcome.files_on_disk),
            },
        )
        return outcome


def _rendered_again(
    here: psycopg.Connection, publication: publications.Publication, content: Content
) -> dict[str, str]:
    former = publication.replaces
    changed = None if former is None else all_changes(stated_in(here, former), Stated.of(content))
    files = publication_files(content, imprint_of(here, publication), changed)
    return {name: hashlib.sha256(data).hexdigest() for name, data in files}


def _on_disk(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if not path.is_dir())
    return {path.relative_to(folder).as_posix(): file_sha256(path) for path in files}


def _differing_files(stored: dict[str, str], again: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in stored.keys() | again.keys() if stored.get(name) != again.get(name)))
