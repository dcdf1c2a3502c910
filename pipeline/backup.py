"""Back up and restore what a site cannot get again: the warehouse, the vault, what was published, the site.

A backup is a folder: ``warehouse.dump``, ``home/`` (files below ``FUNDWATCH_HOME``), ``site/``, and
``backup.json``, written last, with the hash of every file.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from fundwatch import __version__, audit
from fundwatch.database import dump
from fundwatch.database.warehouse import Warehouse, open_warehouse, server_url
from fundwatch.errors import AuditBroken, BackupUnusable
from fundwatch.host import file_sha256
from fundwatch.settings import EXAMPLE_SITE, Settings

DUMP, HOME, SITE, CONTENTS = "warehouse.dump", "home", "site", "backup.json"
# Written before the warehouse names them, and changed by nobody since: copied after the dump, none lacks.
FOLDERS = ("vault", "reports", "rectification", "work-lists")
# The files of a signed edition took the place of the draft's.
_PUBLISHED = """
    select number::text, name, coalesce(signed.sha256, drafted.sha256)
    from ops.publication_files as drafted
    full outer join ops.publication_signed_files as signed using (number, name)
    order by number, name
"""
_IN_THE_MAKING = ("partial", ".")


@dataclass(frozen=True)
class BackupSummary:
    """What a backup holds: files beside the dump, and bytes of all."""

    folder: str
    taken_at: str
    files: int
    bytes: int

    def counts(self) -> dict[str, int | str]:
        """Return the figures to print."""
        return asdict(self)


@dataclass(frozen=True)
class RestoreSummary:
    """What was restored and verified; ``site`` is the folder its parameters are in now."""

    files: int
    publications: int
    audit_entries: int
    site: str

    def counts(self) -> dict[str, int | str]:
        """Return the figures to print."""
        return asdict(self)


def backup(
    settings: Settings, folder: Path, *, on_progress: Callable[[str], None] = lambda _: None
) -> BackupSummary:
    """Back everything up into a folder that is new or empty, whatever runs meanwhile.

    A step that builds is waited for, and the next one waits until the warehouse is dumped; landing goes on.
    Raises: BackupUnusable (the folder holds something, or nothing could be written), WarehouseUnavailable.
    """
    _make_empty(folder)
    warehouse, taken_at = open_warehouse(settings), datetime.now(UTC).isoformat(timespec="seconds")
    try:
        on_progress("dumping the warehouse, between two steps")
        with dump.between_steps(warehouse.url):
            dump.dump(warehouse.url, folder / DUMP)
        on_progress("copying files")
        for path in _kept(settings.home):
            _copy(path, folder / HOME / path.relative_to(settings.home))
        if settings.site_folder != EXAMPLE_SITE:
            for path in settings.site_folder.glob("*.csv"):
                _copy(path, folder / SITE / path.name)
        return _list_contents(folder, taken_at)
    except OSError as error:
        raise BackupUnusable(
            f"the backup could not be written to {folder} ({error.strerror})",
            state="The warehouse is as it was, the folder is incomplete",
            next_step="Make room, or name another folder, then run the command again",
        ) from None


def restore(
    settings: Settings, folder: Path, *, on_progress: Callable[[str], None] = lambda _: None
) -> RestoreSummary:
    """Restore a backup into an empty database and home, upgrade it to this version, and verify it.

    Again:  after a restore that was killed: files that are there already are left. A database that holds a
            warehouse is refused.
    Raises: BackupUnusable, AuditBroken, WarehouseUnavailable.
    """
    contents = _checked_contents(folder, on_progress)
    url = server_url(settings)
    if not dump.is_empty(url):
        raise BackupUnusable(
            "the database holds a warehouse already",
            next_step="Restore into an empty database: another FUNDWATCH_HOME, or FUNDWATCH_DATABASE_URL",
        )
    targets = dict(_targets(settings, folder, contents))
    for source, target in targets.items():
        if target.exists() and file_sha256(target) != file_sha256(source):
            raise BackupUnusable(
                f"{target} is there already and holds something else",
                next_step="Restore into a FUNDWATCH_HOME, and a FUNDWATCH_SITE, that are empty",
            )
    on_progress(f"copying {len(targets)} files")
    for source, target in targets.items():
        _copy(source, target)
    on_progress("restoring the warehouse")
    dump.restore(folder / DUMP, url)
    return _verified(open_warehouse(settings), settings, files=len(targets))


def _make_empty(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        holds_something = any(folder.iterdir())
    except OSError as error:
        raise BackupUnusable(
            f"the folder {folder} cannot be used ({error.strerror})",
            next_step="Name a folder you may write to",
        ) from None
    if holds_something:
        raise BackupUnusable(
            f"the folder {folder} is not empty", next_step="Name a new folder for each backup"
        )


def _kept(home: Path) -> Iterator[Path]:
    for name in FOLDERS:
        for path in sorted((home / name).rglob("*")):
            if path.is_file() and not any(
                part.startswith(_IN_THE_MAKING) for part in path.relative_to(home).parts
            ):
                yield path


def _copy(source: Path, target: Path) -> None:
    """Copy a file, complete or not at all; one that is there already is left."""
    if target.exists():
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.draft")
    shutil.copy2(source, draft)
    draft.replace(target)


def _list_contents(folder: Path, taken_at: str) -> BackupSummary:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    hashes = {path.relative_to(folder).as_posix(): file_sha256(path) for path in files}
    about = {"fundwatch": __version__, "taken_at": taken_at, "files": hashes}
    text = json.dumps(about, ensure_ascii=False, indent=1)
    with os.fdopen(os.open(folder / CONTENTS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.write(text)
    return BackupSummary(str(folder), taken_at, len(files) - 1, sum(path.stat().st_size for path in files))


def _checked_contents(folder: Path, on_progress: Callable[[str], None]) -> Mapping[str, str]:
    """Return file -> hash of a backup that is whole."""
    try:
        hashes: dict[str, str] = json.loads((folder / CONTENTS).read_text())["files"]
    except (OSError, ValueError, KeyError, TypeError):
        raise BackupUnusable(
            f"{folder} holds no complete backup: {CONTENTS} is missing or damaged",
            next_step="Name the folder of a backup that ended without an error",
        ) from None
    on_progress(f"checking {len(hashes)} files")
    damaged = [name for name, sha256 in hashes.items() if file_sha256(folder / name) != sha256]
    if damaged or DUMP not in hashes:
        raise BackupUnusable(
            f"of the backup in {folder}, {len(damaged)} of {len(hashes)} files are missing or changed"
            f" ({', '.join(damaged[:3])})",
            next_step="Take another copy of the backup, or an older one",
        )
    return hashes


def _targets(settings: Settings, folder: Path, contents: Mapping[str, str]) -> Iterator[tuple[Path, Path]]:
    site = _site_of(settings)
    for name in contents:
        part, _, rest = name.partition("/")
        if part == HOME and rest.partition("/")[0] in FOLDERS:
            yield folder / name, _within(settings.home, rest)
        elif part == SITE:
            yield folder / name, _within(site, rest)


def _site_of(settings: Settings) -> Path:
    return (settings.site or settings.city / "site").absolute()


def _within(folder: Path, name: str) -> Path:
    path = Path(os.path.normpath(folder / name))
    if not path.is_relative_to(folder):
        raise BackupUnusable("the backup names a file outside its folders", next_step="Use another backup")
    return path


def _verified(warehouse: Warehouse, settings: Settings, *, files: int) -> RestoreSummary:
    with warehouse.connect() as connection:
        verdicts = audit.verify(connection, anchors={})
        published = connection.execute(_PUBLISHED).fetchall()
        broken = [verdict for verdict in verdicts if verdict.fault]
    if broken:
        raise AuditBroken(
            f"the audit log that was restored is not what was entered: {broken[0].fault}",
            state="Everything is restored",
            next_step="Compare it with another backup before you go on",
        )
    lost = [
        f"{number}/{name}"
        for number, name, sha256 in published
        if file_sha256(settings.home / "reports" / number / name) != sha256
    ]
    if lost:
        raise BackupUnusable(
            f"of the published files, {len(lost)} are missing or changed ({', '.join(lost[:3])})",
            state="Everything is restored",
            next_step="Take them from another backup, or publish the months again",
        )
    return RestoreSummary(
        files=files,
        publications=len({number for number, _, _ in published}),
        audit_entries=sum(verdict.entries for verdict in verdicts),
        site=str(_site_of(settings)),
    )
