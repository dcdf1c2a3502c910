"""Start, watch and stop Airflow's processes on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fundwatch.database.embedded import EmbeddedPostgres
from fundwatch.errors import PortTaken, ServiceFailed, SettingInvalid
from fundwatch.feeds import FEEDS
from fundwatch.host import exclusive_folder, is_free
from fundwatch.settings import Settings
from pipeline.inputs import UPSTREAM
from pipeline.services import airflow_database, configuration, processes
from pipeline.services.api import AirflowApi, ApiUnreachable
from pipeline.services.configuration import ADMIN, POOL, PROCESSES, AirflowHome
from pipeline.services.processes import Child

_HEALTHY_SECONDS = 600.0
_REPORT_SECONDS = 15.0
_POLL_SECONDS = 0.5
_DAG_COUNT = len(FEEDS) + len(UPSTREAM) + 1  # the last one delivers alerts
# No process but the API server listens on a port: logs of tasks are read from files.
_ARGUMENTS = {"scheduler": ["--skip-serve-logs"], "triggerer": ["--skip-serve-logs"]}


@dataclass(frozen=True)
class ServicesStatus:
    """What the services are doing; ``processes`` gives a word for each of Airflow's, ``portal`` its lines."""

    database: str
    processes: dict[str, str]
    url: str
    user: str
    password_file: Path
    logs: Path
    portal: dict[str, str] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        """Whether all of Airflow's processes run."""
        return all(word != "stopped" for word in self.processes.values())

    def described(self) -> dict[str, str]:
        """Return names and short texts to print; the password itself is not among them."""
        is_ours = self.password_file.exists()
        sign_in = f"{self.user}, password in {self.password_file}" if is_ours else self.user
        entry = {"airflow": self.url, "sign in as": sign_in}
        return {
            "database": self.database,
            **self.processes,
            **self.portal,
            **(entry if self.is_running else {}),
            **({"logs": str(self.logs)} if self.logs.exists() else {}),
        }


def up(settings: Settings, *, on_progress: Callable[[str], None] = lambda _: None) -> ServicesStatus:
    """Start the database and Airflow, and return once they are healthy and know every DAG.

    ``on_progress`` gets a line whenever something begins, and while it is waited for.
    Again:  what runs as configured is left alone; what runs otherwise configured is restarted.
    Raises: PortTaken, WarehouseUnavailable, DatabaseUrlInvalid, FolderUnusable, ServiceFailed,
    SettingInvalid (Airflow runs elsewhere).
    """
    _refuse_elsewhere(settings)
    with exclusive_folder(_home(settings).folder, mode=0o700):
        _refuse_taken_port(settings)
        on_progress("starting PostgreSQL")
        url = airflow_database.start(settings)
        home, digest = configuration.prepare(settings, database_url=url)
        environment = configuration.environment(settings, home)
        _stop_all(home, keep=digest)
        on_progress("checking the tables of Airflow; making them takes a minute the first time")
        airflow_database.migrate(home, url, environment=environment)
        for name in PROCESSES:
            child = processes.noted(home.folder, name)
            if child is None or child.process() is None:
                on_progress(f"starting Airflow's {name}")
                processes.start(
                    name,
                    [configuration.program(), name, *_ARGUMENTS.get(name, [])],
                    environment=environment,
                    configuration=digest,
                    folder=home.folder,
                    log=home.log_of(name),
                )
        _wait_until_healthy(settings, home, on_progress)
    return status(settings)


def down(settings: Settings) -> ServicesStatus:
    """Stop Airflow, then the embedded database; only what ``up`` started.

    Again:  nothing runs, nothing happens.
    Raises: ServiceFailed, FolderUnusable, SettingInvalid.
    """
    _refuse_elsewhere(settings)
    with exclusive_folder(_home(settings).folder, mode=0o700):
        _stop_all(_home(settings), keep=None)
        airflow_database.stop(settings)
    return status(settings)


def status(settings: Settings) -> ServicesStatus:
    """Say what the services are doing, without starting or changing anything."""
    if settings.airflow_url:
        return _status_elsewhere(settings)
    home = _home(settings)
    running = {child.name for child in _children(home) if child.process()}
    try:
        health = api_of(settings).health() if running else {}
    except ApiUnreachable:
        health = {}
    return ServicesStatus(
        database=_database_word(settings),
        processes={name: _word(name, running, health) for name in PROCESSES},
        url=_server(settings),
        user=ADMIN,
        password_file=home.password_file,
        logs=home.logs,
    )


def api_of(settings: Settings) -> AirflowApi:
    """Return a client of Airflow's API server, this machine's or the configured one; it signs in itself."""
    if settings.airflow_url:
        return AirflowApi(
            settings.airflow_url.rstrip("/"), settings.airflow_user, settings.airflow_password or ""
        )
    home = _home(settings)
    password = home.password()
    return AirflowApi(_server(settings), ADMIN, password)


def _status_elsewhere(settings: Settings) -> ServicesStatus:
    """Say what an Airflow that others run says of itself."""
    try:
        health = api_of(settings).health()
    except ServiceFailed:
        health = {}
    home = _home(settings)
    return ServicesStatus(
        database=_database_word(settings),
        processes={name: _word(name, set(PROCESSES) if health else set(), health) for name in PROCESSES},
        url=settings.airflow_url or "",
        user=settings.airflow_user,
        password_file=home.password_file,
        logs=home.logs,
    )


def _word(name: str, running: set[str], health: dict[str, str]) -> str:
    if name not in running:
        return "stopped"
    component = "metadatabase" if name == "api-server" else name.replace("-", "_")
    return "running" if health.get(component) == "healthy" else "starting or not healthy"


def _database_word(settings: Settings) -> str:
    if settings.database_url:
        return "configured by FUNDWATCH_DATABASE_URL"
    server = EmbeddedPostgres(settings.home / "postgres").status()
    return f"running on port {server.port}" if server.running else "stopped"


def _wait_until_healthy(settings: Settings, home: AirflowHome, on_progress: Callable[[str], None]) -> None:
    """Wait for four healthy processes that know every DAG, then make sure of the pool.

    Raises: ServiceFailed after stopping what was started.
    """
    deadline = time.monotonic() + _HEALTHY_SECONDS
    last_report = time.monotonic()
    api, is_warm = api_of(settings), False
    while True:
        dead = [child.name for child in _children(home) if not child.process()]
        if dead:
            break
        try:
            if not is_warm:
                api.warm()
                is_warm = True
            if set(api.health().values()) == {"healthy"} and _all_dags_known(api):
                _ensure_pool(api)
                return
        except ApiUnreachable:
            pass
        if time.monotonic() > deadline:
            break
        if time.monotonic() - last_report > _REPORT_SECONDS:
            last_report = time.monotonic()
            on_progress("waiting until Airflow is healthy and has read the DAGs")
        time.sleep(_POLL_SECONDS)
    what = f"Airflow's {dead[0]} ended" if dead else f"Airflow was not healthy in {_HEALTHY_SECONDS:.0f} s"
    _stop_all(home, keep=None)
    raise ServiceFailed(
        what,
        state="Its processes were stopped; the database runs on",
        next_step=f"Read {home.log_of(dead[0]) if dead else home.logs}",
    )


def _all_dags_known(api: AirflowApi) -> bool:
    broken = api.get("importErrors", limit=1)["import_errors"]
    if broken:
        raise ServiceFailed(
            f"Airflow cannot read {Path(broken[0]['filename']).name}",
            state="Airflow runs on",
            next_step="Open the import errors on the first page of its web interface",
        )
    return api.get("dags", limit=1)["total_entries"] >= _DAG_COUNT


def _ensure_pool(api: AirflowApi) -> None:
    if POOL not in {pool["name"] for pool in api.get("pools", limit=100)["pools"]}:
        body = {
            "name": POOL,
            "slots": 1,
            "description": "Steps that hold the one lock of the warehouse",
            "include_deferred": True,
        }
        api.post("pools", body)


def _refuse_elsewhere(settings: Settings) -> None:
    if settings.airflow_url:
        raise SettingInvalid(
            f"Airflow runs elsewhere: FUNDWATCH_AIRFLOW_URL is {settings.airflow_url}",
            next_step="Start and stop it where it runs, or leave the setting empty",
        )


def _refuse_taken_port(settings: Settings) -> None:
    """Refuse a port somebody else listens on; our own API server may hold it.

    Raises: PortTaken.
    """
    ours = processes.noted(_home(settings).folder, "api-server")
    if ours is not None and ours.process() is not None:
        return
    if not is_free(settings.airflow_port):
        raise PortTaken(
            f"port {settings.airflow_port} on 127.0.0.1 is in use by another program",
            next_step="Set FUNDWATCH_AIRFLOW_PORT to a free port, then run fundwatch up again",
        )


def _stop_all(home: AirflowHome, *, keep: str | None) -> None:
    """Stop our processes; when all of them have the configuration ``keep``, leave them."""
    children = _children(home)
    if keep is None or any(child.configuration != keep for child in children):
        processes.stop(children, folder=home.folder)


def _children(home: AirflowHome) -> list[Child]:
    noted = (processes.noted(home.folder, name) for name in PROCESSES)
    return [child for child in noted if child is not None]


def _home(settings: Settings) -> AirflowHome:
    return AirflowHome(settings.home / "airflow")


def _server(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.airflow_port}"
