"""Dumps of the warehouse: one consistent snapshot into a file, and back into an empty database.

The programs are those of the embedded PostgreSQL, the newest version we know: they dump every server from 15
on, and what they write is read back by them alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg

from fundwatch.database.embedded.account import wheel_binaries
from fundwatch.errors import BackupUnusable
from fundwatch.queries import lock_key, one_row

# What a server before 17 does not know, and a restored database does not need.
_NOT_KNOWN_TO_ALL = b"SET transaction_timeout = 0;"
# Up to here a script only sets; then come objects and rows, which are passed on as they are.
_SETTINGS_END = 100


@contextmanager
def between_steps(url: str) -> Iterator[None]:
    """Wait for the step that builds, if any, and let the next one wait until the end."""
    with psycopg.connect(url, autocommit=True, application_name="fundwatch") as connection:
        connection.execute("select pg_advisory_lock(%s)", (lock_key("dump"),))
        yield


def dump(url: str, target: Path) -> None:
    """Write the whole database, as it is at one moment, to a file that only its owner can read.

    Raises: BackupUnusable.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    # An owner of tables with forced row security is refused without; its policy shows it every row.
    options = [
        "--format=custom", "--compress=1", "--no-owner", "--no-privileges", "--enable-row-security",
        f"--file={target}",
    ]  # fmt: skip
    with _started("pg_dump", *options, f"--dbname={_without_password(url)}", password_of=url) as program:
        errors = program.communicate()[1]
    if program.returncode:
        raise BackupUnusable(
            f"the warehouse could not be dumped ({_first_line(errors)})",
            state=f"The warehouse is as it was, the folder {target.parent} is incomplete",
            next_step="Remove the folder, then run the same command again",
        )


def restore(source: Path, url: str) -> None:
    """Bring a dump back into an empty database, wholly or not at all; everything belongs to our user.

    Raises: BackupUnusable.
    """
    reading = ["--no-owner", "--no-privileges", "--file=-", str(source)]
    writing = [
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
    ]
    with (
        _started("pg_restore", *reading, password_of=url) as reader,
        _started("psql", *writing, f"--dbname={_without_password(url)}", password_of=url) as writer,
    ):
        if reader.stdout and writer.stdin:
            _pass_on(reader.stdout, writer.stdin)
        refused = writer.communicate()[1]
        reader.kill()
        unread = reader.communicate()[1]
    if writer.returncode or unread:
        raise BackupUnusable(
            f"the dump could not be restored ({_first_line(refused or unread)})",
            next_step="Check that the database is empty and belongs to the user, then run the command again",
        )


def is_empty(url: str) -> bool:
    """Return whether a database holds no warehouse."""
    with psycopg.connect(url, application_name="fundwatch") as connection:
        query = "select not exists (select from pg_namespace where nspname in ('ops', 'landing', 'site'))"
        (empty,) = one_row(connection.execute(query))
        return bool(empty)


def _pass_on(script: IO[bytes], into: IO[bytes]) -> None:
    try:
        for _ in range(_SETTINGS_END):
            line = script.readline()
            if line.rstrip() != _NOT_KNOWN_TO_ALL:
                into.write(line)
        shutil.copyfileobj(script, into)
    except BrokenPipeError:  # psql has said why
        return


def _started(program: str, *arguments: str, password_of: str) -> subprocess.Popen[bytes]:
    """Start a program; the password goes by its environment, which other users cannot read."""
    password = unquote(urlsplit(password_of).password or "")
    return subprocess.Popen(
        [str(wheel_binaries() / program), *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={"PATH": os.defpath, "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C", "PGPASSWORD": password},
    )  # fmt: skip


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    user, _, place = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{name}@{place}" if name else place))


def _first_line(errors: bytes) -> str:
    """Return the first line of what a program said; it may quote names, and no rows are among them."""
    lines = [line.strip() for line in errors.decode(errors="replace").splitlines() if "rror:" in line]
    return (lines or ["no reason was given"])[0][:200].rstrip(".")
