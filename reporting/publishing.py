"""Publishing: a month's forms and scorecard become one numbered draft."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import tempfile
from datetime import date
from pathlib import Path

from fundwatch.errors import FolderUnusable, ReproductionDiffers
from fundwatch.settings import Settings
from fundwatch.warehouse import Warehouse
from reporting import publications
from reporting.content import Content, collect
from reporting.publications import Publication
from reporting.rendering import Imprint, render


def publish(
    warehouse: Warehouse,
    settings: Settings,
    *,
    month: str,
    as_of: date,
    site_version: str,
    preparer: str,
) -> Publication:
    """Render the month's forms and scorecard into a draft publication.

    Source: reports.cells, quality.scorecard, ops.files (production extracts).
    Shape:  one row in ops.publications with its cells and files; the files lie in ``home/reports/<number>``.
    Again:  content equal to that of the month's latest publication returns it, restoring files that are
            gone; anything else gets the next number. A publish that was killed leaves no publication.
    Raises: NotFound (the month is not built), FolderUnusable.
    """
    with warehouse.connect() as connection:
        content = collect(connection, month=month, site_version=site_version)
        latest = publications.latest(connection, month)
        if latest is not None and latest.content_sha256 == content.sha256:
            _restore(settings.home, latest, content)
            found = latest
        else:
            number = publications.next_number(connection)
            imprint = Imprint(number=number, preparer=preparer, as_of=as_of)
            files = _render_into(publications.folder_of(settings.home, number), content, imprint)
            publications.store(
                connection, number=number, content=content, as_of=as_of, preparer=preparer, files=files
            )
            connection.commit()
            found = publications.find(connection, number)
    return dataclasses.replace(found, folder=str(publications.folder_of(settings.home, found.number)))


def _restore(home: Path, publication: Publication, content: Content) -> None:
    """Render a publication's files again when they are not where they should be."""
    folder = publications.folder_of(home, publication.number)
    if all((folder / name).is_file() for name in publication.files):
        return
    imprint = Imprint(number=publication.number, preparer=publication.preparer, as_of=publication.as_of)
    if tuple(sorted(_render_into(folder, content, imprint))) != publication.files:
        raise ReproductionDiffers(
            f"publication {publication.number}, rendered again, does not consist of the same files",
            state=f"They were written to {folder}",
            next_step="Restore the folder from a backup",
        )


def _render_into(folder: Path, content: Content, imprint: Imprint) -> dict[str, str]:
    """Render into a folder that appears whole or not at all; return name -> SHA-256."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        for left_behind in folder.parent.glob(f".{folder.name}-*"):
            shutil.rmtree(left_behind)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        draft.chmod(0o755)
        files = {}
        for name, data in render(content, imprint):
            (draft / name).write_bytes(data)
            files[name] = hashlib.sha256(data).hexdigest()
        # A folder without a publication is what a killed attempt left behind.
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)
    except OSError as error:
        raise FolderUnusable(
            f"reports cannot be written to {folder.parent} ({error.strerror})",
            next_step="Set FUNDWATCH_HOME to a folder you may write to, with space left",
        ) from None
    return files
