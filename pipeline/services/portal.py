"""The portal as a process of this machine: started with Airflow, known by its pid, stopped with it."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import ssl
import sys
import time
from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus
from pathlib import Path

from fundwatch.errors import PortTaken, ServiceFailed
from fundwatch.host import exclusive_folder, is_free
from fundwatch.settings import Settings
from pipeline.services import processes
from pipeline.services.configuration import own_settings
from portal.settings import PREFIX, PortalSettings

NAME = "portal"
_READY_SECONDS, _POLL_SECONDS = 90.0, 0.5
_PROBE_SECONDS = 5.0
_LAST_LINES = 400


def start(settings: Settings, *, on_progress: Callable[[str], None]) -> None:
    """Start the portal and return once it is ready.

    Again:  one that runs as configured is left alone; one configured otherwise is restarted.
    Raises: PortTaken, ServiceFailed (it ended, or is not ready in time), SettingInvalid, FolderUnusable.
    """
    ours, folder = PortalSettings.read(), folder_of(settings)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("FUNDWATCH_")},
        **{name: value for name, value in os.environ.items() if name.startswith(PREFIX)},
        **own_settings(settings),
        "NO_COLOR": "1",
    }
    digest = hashlib.sha256(json.dumps(_configuration(environment), sort_keys=True).encode()).hexdigest()
    with exclusive_folder(folder, mode=0o700):
        child = processes.noted(folder, NAME)
        if child is not None and (child.configuration != digest or child.process() is None):
            processes.stop([child], folder=folder)
            child = None
        if child is None:
            _refuse_taken(ours)
            on_progress("starting the portal")
            child = processes.start(
                NAME,
                [str(Path(sys.executable).with_name("fundwatch")), "portal"],
                environment=environment,
                configuration=digest,
                folder=folder,
                log=log_of(settings),
            )
        _wait_until_ready(settings, ours, child)


def stop(settings: Settings) -> None:
    """Stop the portal. Again: nothing."""
    folder = folder_of(settings)
    child = processes.noted(folder, NAME)
    if child is not None:
        with exclusive_folder(folder, mode=0o700):
            processes.stop([child], folder=folder)


def word(settings: Settings) -> str:
    """Say what the portal does: stopped, running, or starting or not ready."""
    child = processes.noted(folder_of(settings), NAME)
    if child is None or child.process() is None:
        return "stopped"
    return "running" if _answers(PortalSettings.read(), "/readyz") else "starting or not ready"


def folder_of(settings: Settings) -> Path:
    """Return the portal's folder under the home: note of its process, log, locks, secrets."""
    return settings.home / "portal"


def log_of(settings: Settings) -> Path:
    """Return the portal's log."""
    return folder_of(settings) / "portal.log"


def _wait_until_ready(settings: Settings, ours: PortalSettings, child: processes.Child) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while not _answers(ours, "/readyz"):
        if child.process() is None or time.monotonic() > deadline:
            processes.stop([child], folder=folder_of(settings))
            raise ServiceFailed(
                f"the portal did not start: {_last_line(log_of(settings))}",
                state="It was stopped; everything else runs on",
                next_step=f"Read {log_of(settings)}",
            )
        time.sleep(_POLL_SECONDS)


def _answers(ours: PortalSettings, path: str) -> bool:
    """Whether the portal of this machine answers a probe with 200."""
    host = "127.0.0.1" if ours.host in ("0.0.0.0", "::", "localhost") else ours.host  # noqa: S104 - compared
    try:
        connection: http.client.HTTPConnection = (
            # It is our own process; its certificate is in the name people use.
            http.client.HTTPSConnection(
                host,
                ours.port,
                timeout=_PROBE_SECONDS,
                context=ssl._create_unverified_context(),  # noqa: S323
            )
            if ours.tls_certificate
            else http.client.HTTPConnection(host, ours.port, timeout=_PROBE_SECONDS)
        )
        with closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


def _refuse_taken(ours: PortalSettings) -> None:
    for port, name in ((ours.port, "PORT"), (ours.metrics_port, "METRICS_PORT")):
        if port and not is_free(port):
            raise PortTaken(
                f"port {port} on 127.0.0.1 is in use by another program",
                next_step=f"Set {PREFIX}{name} to a free port, then run fundwatch up again",
            )


def _configuration(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith("FUNDWATCH_")}


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "its log cannot be read"
    return (lines or ["it said nothing"])[-1][:_LAST_LINES].rstrip(".")
