"""Airflow's configuration for one machine: a file only its owner can read, and the processes' environment."""

from __future__ import annotations

import base64
import configparser
import hashlib
import io
import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from fundwatch.host import read_note, write_private
from fundwatch.settings import Settings

ADMIN = "admin"
POOL = "warehouse"
PARALLEL_TASKS = 3
PROCESSES = ("api-server", "scheduler", "dag-processor", "triggerer")
_LOCAL_SETTINGS = "import dags.preload\n"
_PLUGIN = "from dags.notes import Fundwatch\n"
_DAGS = Path(__file__).resolve().parents[2] / "dags"


@dataclass(frozen=True)
class AirflowHome:
    """Airflow's folder under ``FUNDWATCH_HOME``: configuration, secrets, notes of processes, logs."""

    folder: Path

    @property
    def logs(self) -> Path:
        """Folder of the logs of processes and tasks."""
        return self.folder / "logs"

    @property
    def password_file(self) -> Path:
        """JSON file with the password of the user ``admin``."""
        return self.folder / "passwords.json"

    @property
    def configuration_file(self) -> Path:
        """Airflow's own configuration file; it holds the database's password."""
        return self.folder / "airflow.cfg"

    def log_of(self, process: str) -> Path:
        """Return the log of one process."""
        return self.logs / f"{process}.log"

    def password(self) -> str:
        """Return the password of ``admin``, empty where none is noted."""
        noted = read_note(self.password_file).get(ADMIN)
        return noted if isinstance(noted, str) else ""


def prepare(settings: Settings, *, database_url: str) -> tuple[AirflowHome, str]:
    """Write folders, secrets and configuration; return the home and a digest of the configuration.

    Again: existing secrets stay valid; the configuration is replaced in one step.
    """
    home = AirflowHome(settings.home / "airflow")
    for folder in (home.folder, home.logs, home.folder / "plugins", home.folder / "config"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(home.folder / "config" / "airflow_local_settings.py", _LOCAL_SETTINGS)
    write_private(home.folder / "plugins" / "month_notes.py", _PLUGIN)
    if not home.password():
        write_private(home.password_file, json.dumps({ADMIN: secrets.token_urlsafe(12)}))
    text = _rendered(_options(settings, home, database_url))
    write_private(home.configuration_file, text)
    described = text + json.dumps(own_settings(settings), sort_keys=True)
    return home, hashlib.sha256(described.encode()).hexdigest()


def environment(settings: Settings, home: AirflowHome) -> dict[str, str]:
    """Return the environment of Airflow's processes: ours, with our settings for foreign Airflow ones."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "FUNDWATCH_", "_AIRFLOW"))
    }
    return inherited | own_settings(settings) | {
        "AIRFLOW_HOME": str(home.folder),
        "AIRFLOW_CONFIG": str(home.configuration_file),
        "PATH": _joined(Path(sys.executable).parent, os.environ.get("PATH", os.defpath)),
        "PYTHONPATH": _joined(_DAGS.parent, os.environ.get("PYTHONPATH", "")),
        "NO_COLOR": "1",
        **_reached_directly(inherited),
    }  # fmt: skip


def _reached_directly(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the hosts reached without a proxy, in both spellings: the operator's, and this machine."""
    given = [inherited.get(name, "") for name in ("no_proxy", "NO_PROXY")]
    hosts = [host for text in given for part in text.split(",") if (host := part.strip())]
    return dict.fromkeys(
        ("no_proxy", "NO_PROXY"), ",".join(dict.fromkeys((*hosts, "127.0.0.1", "localhost")))
    )


def program() -> str:
    """Return Airflow's command, of the environment we run in ourselves."""
    return str(Path(sys.executable).with_name("airflow"))


def _joined(first: Path, others: str) -> str:
    return os.pathsep.join(part for part in (str(first), others) if part)


def own_settings(settings: Settings) -> dict[str, str]:
    """Return our own settings as environment variables; folders are made absolute."""
    return {
        f"FUNDWATCH_{name.upper()}": str(value.absolute() if isinstance(value, Path) else value)
        for name, value in vars(settings).items()
        if value is not None
    }


def _options(settings: Settings, home: AirflowHome, database_url: str) -> dict[str, dict[str, str]]:
    url = make_url(database_url)
    bundle = {
        "name": "fundwatch",
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(_DAGS), "refresh_interval": 60},
    }
    server = f"http://127.0.0.1:{settings.airflow_port}"
    return {
        "core": {
            "executor": "LocalExecutor",
            "default_timezone": settings.timezone,
            "parallelism": str(PARALLEL_TASKS),
            "load_examples": "False",
            "dags_folder": str(_DAGS),
            "plugins_folder": str(home.folder / "plugins"),
            "dags_are_paused_at_creation": "False",
            "simple_auth_manager_users": f"{ADMIN}:admin",
            "simple_auth_manager_passwords_file": str(home.password_file),
            "fernet_key": _secret(home, "fernet", size=32),
            "execution_api_server_url": f"{server}/execution/",
            "hostname_callable": "socket.gethostname",
        },
        "database": {
            "sql_alchemy_conn": _with_driver(url, "postgresql+psycopg2"),
            "sql_alchemy_conn_async": _with_driver(url, "postgresql+asyncpg"),
        },
        "api": {
            "host": "127.0.0.1",
            "port": str(settings.airflow_port),
            "base_url": server,
            "workers": "1",
            "secret_key": _secret(home, "api"),
        },
        "api_auth": {"jwt_secret": _secret(home, "jwt"), "jwt_issuer": "fundwatch"},
        "scheduler": {"scheduler_idle_sleep_time": "0.5", "catchup_by_default": "False"},
        "dag_processor": {
            "dag_bundle_config_list": json.dumps([bundle]),
            "parsing_processes": "1",
            "min_file_process_interval": "60",
            "refresh_interval": "60",
            "stale_dag_threshold": "120",
            "print_stats_interval": "0",
        },
        # Airflow may miss the end of a task until its next heartbeat.
        "workers": {"min_heartbeat_interval": "1", "execution_api_timeout": "30"},
        "logging": {
            "base_log_folder": str(home.logs),
            "colored_console_log": "False",
            "namespace_levels": "http.access=WARNING",
        },
        "usage_data_collection": {"enabled": "False"},
    }


def _with_driver(url: URL, driver: str) -> str:
    return url.set(drivername=driver).render_as_string(hide_password=False)


def _secret(home: AirflowHome, name: str, *, size: int = 64) -> str:
    """Return a secret of ``size`` random bytes, generated once and stored in a file of its own."""
    path = home.folder / f"{name}.secret"
    if not path.exists() or not path.read_bytes().strip():
        write_private(path, base64.urlsafe_b64encode(secrets.token_bytes(size)).decode())
    return path.read_text()


def _rendered(options: dict[str, dict[str, str]]) -> str:
    parser = configparser.RawConfigParser()
    for section, values in options.items():
        parser[section] = {name: value.replace("%", "%%") for name, value in values.items()}
    text = io.StringIO()
    parser.write(text)
    return text.getvalue()
