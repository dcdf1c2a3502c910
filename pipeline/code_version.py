"""Identify the code that computes figures: hashes of source files and of the installed packages.

A hash is computed once per process. Airflow's scheduler computes it before it forks its tasks, so that a task
never records newer code than the modules it inherited.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
import sysconfig
from functools import cache
from pathlib import Path

# Written by tools at run time, not by developers.
_GENERATED = frozenset({"__pycache__", "target", "logs"})


def package_folder(name: str) -> Path:
    """Return the folder of one of the product's packages, wherever it is installed.

    Raises: ModuleNotFoundError.
    """
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"No package named {name!r}", name=name)
    return Path(next(iter(spec.submodule_search_locations)))


@cache
def package_hash(name: str) -> str:
    """Return a hash of the names and contents of all files of a package."""
    return hash_of_folder(package_folder(name))


@cache
def environment_hash() -> str:
    """Return a hash of the Python version and of the names and versions of the installed packages."""
    folders = {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    installed = sorted({path.name for folder in folders for path in folder.glob("*.dist-info")})
    return hashlib.sha256(repr((sys.version, installed)).encode()).hexdigest()


def code_hash(*packages: str) -> str:
    """Return one hash of several packages and of the environment they run in."""
    parts = [(name, package_hash(name)) for name in sorted(packages)]
    return hashlib.sha256(repr((parts, environment_hash())).encode()).hexdigest()[:16]


def hash_of_folder(folder: Path) -> str:
    """Return a hash of the names and contents of all files below a folder, generated ones aside."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if _GENERATED.isdisjoint(name.parts) and path.is_file():
            content = path.read_bytes()
            digest.update(f"{name.as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
