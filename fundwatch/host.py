"""This machine: private files, file hashes, file locks, ports and processes."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fundwatch.errors import FolderUnusable, SettingInvalid

# Measured: the library that draws charts ends the process below 66 GiB.
_LEAST_ADDRESS_SPACE = 72 * 2**30


def write_private(path: Path, text: str) -> None:
    """Replace ``path`` in one step with a file only its owner can read."""
    draft = path.with_suffix(f".draft-{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)
    draft.replace(path)


def read_note(path: Path) -> dict[str, Any]:
    """Return what a JSON file of our own notes; nothing when it is gone, empty or damaged."""
    try:
        noted = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def within(folder: Path, name: str) -> Path:
    """Return the path of ``name`` directly in ``folder``: writers of named files take their paths from here.

    Raises: FolderUnusable when it would lie anywhere else.
    """
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise FolderUnusable(
            f"a file to be written in {folder} has a name that leads out of it",
            next_step="Look for a code with a slash in the site's files and correct it",
        )
    return folder / name


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal, empty when there is no such file."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


@contextmanager
def exclusive_folder(folder: Path, *, mode: int) -> Iterator[None]:
    """Hold the lock file of ``folder``, one process at a time; the folder is created with ``mode``.

    Raises: FolderUnusable.
    """
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise FolderUnusable(
            f"the folder {folder} cannot be used ({error.strerror})",
            next_step="Set FUNDWATCH_HOME to a folder you may write to",
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def require_address_space() -> None:
    """Refuse to begin where the process may not reserve what drawing a chart reserves: it would be killed.

    Raises: SettingInvalid.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < _LEAST_ADDRESS_SPACE:
        raise SettingInvalid(
            f"the address space of this process is limited to {limit // 2**20} MiB, and drawing a chart needs"
            f" {_LEAST_ADDRESS_SPACE // 2**30} GiB of addresses, not of memory",
            next_step="Run ulimit -v unlimited, or lift the limit of the service, and run the command again",
        )


def is_free(port: int) -> bool:
    """Return whether nobody listens on ``port`` of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port of 127.0.0.1 that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def is_alive(process: int) -> bool:
    """Return whether a process of this number runs, whoever owns it."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
