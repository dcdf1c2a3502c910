"""One publication in full: signatures, files as they lie on this machine, cells that changed."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path
from typing import Any

from portal.lists.catalogue import LISTS
from portal.lists.reading import one_of
from portal.problems import not_found
from portal.visits import Visit

CHANGES = "changes.csv"
_NUMBER = re.compile("[0-9]{1,9}")
_FILES = """
    select name, sha256 from published.files where publication = %(number)s
    union all
    select name, sha256 from published.draft_files where publication = %(number)s
    order by name
"""
_NOTE = """
    select note, statement_faults from (
        select number, note, statement_faults from published.publications
        union all select number, note, statement_faults from published.draft_publications
    ) as every where number = %(number)s
"""


def number_of(text: str) -> int:
    """Return the number that names a publication in an address.

    Raises: Problem (404: none has such a number).
    """
    if not _NUMBER.fullmatch(text):
        raise not_found()
    return int(text)


def current_of(visit: Visit, number: int) -> dict[str, Any]:
    """Return the row of a publication that readers see, or of a draft.

    Raises: Problem (404; 410 it was replaced).
    """
    publication = one_of(visit, LISTS["publications"], str(number))
    visit.publication(None, number)
    return publication


def edition_of(visit: Visit, number: int, home: Path) -> dict[str, Any]:
    """Return a publication or draft with what is attached, its signers' words, faults of its statements.

    Raises: Problem (404; 410 it was replaced).
    """
    edition = current_of(visit, number) | attached_to(visit, number, home)
    return edition | visit.rows(_NOTE, {"number": number})[0]


def attached_to(visit: Visit, number: int, home: Path) -> dict[str, list[dict[str, Any]]]:
    """Return ``files`` and ``changes`` of a publication.

    A file's ``bytes`` are None where it does not lie on this machine; changes are the cells that differ from
    the publication it corrects, none where it corrects none.
    """
    files, folder = files_of(visit, number), folder_of(home, number)
    return {
        "files": [file | {"bytes": _size(folder / file["name"])} for file in files],
        "changes": _changes(folder, files),
    }


def folder_of(home: Path, number: int) -> Path:
    """Return the folder of a publication's files."""
    return home / "reports" / str(number)


def files_of(visit: Visit, number: int) -> list[dict[str, Any]]:
    """Return name and hash of each file of a publication that readers see, or of a draft."""
    return visit.rows(_FILES, {"number": number})


def checked(path: Path, sha256: str) -> bytes | None:
    """Return the bytes of a file that has the hash; None when it is gone or another."""
    if not path.is_file():
        return None
    content = path.read_bytes()
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _changes(folder: Path, files: list[dict[str, Any]]) -> list[dict[str, str]]:
    sha256 = {file["name"]: file["sha256"] for file in files}.get(CHANGES)
    content = None if sha256 is None else checked(folder / CHANGES, sha256)
    return [] if content is None else list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None
