"""The parsed dbt project, cached once per version of the project and of the installed packages.

The cache is a file named by a hash of everything that decides how the project parses, so it is never stale;
it is written to a temporary name and renamed, so that processes may share it. It holds a placeholder where
dbt writes the name of the warehouse's database, and so serves every warehouse.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgpack

from pipeline.code_version import environment_hash, hash_of_folder

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

DATABASE = "FUNDWATCH_DBT_DATABASE"
_PLACEHOLDER = "name_of_the_warehouse_database"
# Checkouts of several versions may share a user's cache folder.
_VERSIONS_CACHED = 3


@cache
def manifest_of(project: Path, database: str, *, parse: Callable[[Path], Manifest]) -> Manifest:
    """Return a parsed project for a database, from the cache where it is there, else parsed by ``parse``.

    Again:  the same object within a process.
    Raises: InvariantBroken when the project cannot be parsed.
    """
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_dict(_with_database(_document(project, parse), database))
    manifest.build_flat_graph()
    return manifest


@cache
def _document(project: Path, parse: Callable[[Path], Manifest]) -> Any:
    """Return the manifest as plain values."""
    version = _version(project)
    name = f"dbt-manifest-{version}.msgpack"
    for folder in _cache_folders():
        with suppress(OSError, ValueError):
            return msgpack.unpackb((folder / name).read_bytes(), strict_map_key=False)
    data = _parsed(project, parse).to_msgpack()
    for folder in _cache_folders() if _version(project) == version else ():  # it may have changed meanwhile
        with suppress(OSError):
            _write(folder, name, data)
            break
    return msgpack.unpackb(data, strict_map_key=False)


def _version(project: Path) -> str:
    return hashlib.sha256((hash_of_folder(project) + environment_hash()).encode()).hexdigest()[:16]


def _parsed(project: Path, parse: Callable[[Path], Manifest]) -> Manifest:
    known = os.environ.get(DATABASE)
    os.environ[DATABASE] = _PLACEHOLDER
    try:
        return parse(project)
    finally:
        del os.environ[DATABASE]
        if known is not None:
            os.environ[DATABASE] = known


def _cache_folders() -> Iterator[Path]:
    """Yield where the cache may be: the virtual environment, else the user's cache folder."""
    if sys.prefix != sys.base_prefix:
        yield Path(sys.prefix) / "cache" / "fundwatch"
    given = os.environ.get("XDG_CACHE_HOME")
    with suppress(RuntimeError):  # a user without a home folder
        yield (Path(given) if given else Path.home() / ".cache") / "fundwatch"


def _write(folder: Path, name: str, data: bytes) -> None:
    """Write a cache file that appears whole or not at all, and remove the oldest ones."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=f".{name}-", delete=False) as target:
        target.write(data)
    Path(target.name).rename(folder / name)
    cached = sorted(folder.glob("dbt-manifest-*.msgpack"), key=lambda path: path.stat().st_mtime)
    for path in cached[:-_VERSIONS_CACHED]:
        path.unlink(missing_ok=True)


def _with_database(value: Any, database: str) -> Any:
    """Return a document with the placeholder replaced in every text."""
    if isinstance(value, str):
        return value.replace(_PLACEHOLDER, database)
    if isinstance(value, dict):
        return {key: _with_database(entry, database) for key, entry in value.items()}
    if isinstance(value, list):
        return [_with_database(entry, database) for entry in value]
    return value
