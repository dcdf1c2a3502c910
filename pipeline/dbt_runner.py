"""Runs dbt in this process, one invocation per layer, each under the layer's own database role."""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from fundwatch import roles
from fundwatch.errors import InvariantBroken
from fundwatch.settings import Settings
from fundwatch.warehouse import Warehouse

_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'|\([^)]*\)=\([^)]*\)')
_DONE = frozenset({"success", "pass", "warn", "skipped", "no-op"})


@dataclass(frozen=True)
class BuildSummary:
    """What one or more layers built: models and seeds made, invariants tested, layers in order."""

    layers: tuple[str, ...]
    built: int
    tested: int

    def counts(self) -> dict[str, int]:
        """Return the figures for tables and for Airflow."""
        return {"layers": len(self.layers), "built": self.built, "tested": self.tested}


def project_folder() -> Path:
    """Return the folder of the dbt project, wherever it is installed."""
    found = importlib.util.find_spec("dbt_project")
    return Path(next(iter(found.submodule_search_locations)))


def build(
    warehouse: Warehouse,
    settings: Settings,
    *,
    layers: Sequence[str],
    month: str,
    as_of: date,
    site_version: str,
) -> BuildSummary:
    """Build layers (schema names) in order for one month: models, seeds and their invariants.

    dbt's unit tests are left to CI.
    A selection inside a layer is written ``layer:model`` (``crosschecks:tag:pairs`` also works).
    Again:  replaces the month's rows; other months stay as they are.
    Raises: InvariantBroken with the names of the models or tests that failed; the layer below stays built.
    """
    variables = {"month": month, "as_of": as_of.isoformat(), "site_version": site_version}
    outcomes = [_invoke(warehouse, settings, layer=layer, variables=variables) for layer in layers]
    return BuildSummary(
        layers=tuple(layers),
        built=sum(built for built, _ in outcomes),
        tested=sum(tested for _, tested in outcomes),
    )


def _invoke(
    warehouse: Warehouse, settings: Settings, *, layer: str, variables: dict[str, str]
) -> tuple[int, int]:
    schema, _, selection = layer.partition(":")
    _describe_connection(warehouse, schema)
    result = _runner(settings.home).invoke(
        [
            "build", "--select", selection or f"config.schema:{schema}",
            "--exclude-resource-type", "unit_test",
            *_common_arguments(settings), "--vars", repr(variables),
        ]
    )  # fmt: skip
    if result.exception is not None and result.result is None:
        raise InvariantBroken(
            f"dbt could not build {layer} for {variables['month']}: {_without_values(result.exception)}",
            next_step="Run make check, then build the month again",
        ) from None
    failed = [node for node in result.result if str(node.status) not in _DONE]
    if failed:
        names = ", ".join(f"{node.node.name} ({_without_values(node.message)})" for node in failed[:3])
        raise InvariantBroken(
            f"building {layer} for {variables['month']} failed at {names}",
            state="The layers above it were not touched",
            next_step="See docs/runbooks/a-build-failed.md, then build the month again",
        )
    tests = sum(node.node.resource_type == "test" for node in result.result)
    return len(result.result) - tests, tests


@cache
def _runner(home: Path) -> Any:
    """Return a runner that parsed the project once; later invocations reuse the manifest."""
    from dbt.cli.main import dbtRunner

    arguments = [
        "parse", *_common_arguments(Settings(home=home)),
        "--vars", "{month: '', as_of: '', site_version: ''}",
    ]  # fmt: skip
    parsed = dbtRunner().invoke(arguments)
    if not parsed.success:
        # What dbt remembers of an earlier version of the project can contradict this one.
        parsed = dbtRunner().invoke([*arguments, "--no-partial-parse"])
    if not parsed.success:
        raise InvariantBroken(
            f"the dbt project cannot be read: {_without_values(parsed.exception)}",
            next_step="Run make check and mend what it names",
        ) from None
    return dbtRunner(manifest=parsed.result)


def _common_arguments(settings: Settings) -> list[str]:
    folder = str(project_folder())
    return [
        "--project-dir", folder, "--profiles-dir", folder, "--quiet", "--no-use-colors",
        "--target-path", str(settings.home / "dbt" / "target"),
        "--log-path", str(settings.home / "dbt" / "logs"),
        # Database messages may quote a row: they stay out of every file dbt writes.
        "--log-level", "none", "--log-level-file", "none", "--no-write-json",
        "--no-send-anonymous-usage-stats", "--no-version-check",
    ]  # fmt: skip


def _describe_connection(warehouse: Warehouse, schema: str) -> None:
    """Tell dbt's profile, through its environment variables, where to connect and as whom."""
    url = warehouse.parts
    role = roles.role_of(schema) if warehouse.roles_separated and schema in roles.READS else ""
    os.environ.update(
        {
            "FUNDWATCH_DBT_HOST": url.host or str(url.query.get("host", "localhost")),
            "FUNDWATCH_DBT_PORT": str(url.port or 5432),
            "FUNDWATCH_DBT_USER": url.username or "",
            "FUNDWATCH_DBT_PASSWORD": url.password or "",
            "FUNDWATCH_DBT_DATABASE": url.database or "",
            "FUNDWATCH_DBT_SCHEMA": schema,
            "FUNDWATCH_DBT_ROLE": role,
            "FUNDWATCH_DBT_THREADS": str(min(os.cpu_count() or 2, 4)),
        }
    )


def _without_values(message: object) -> str:
    """First line of a message with everything quoted taken out: names of models stay, row values go."""
    lines = [line.strip() for line in str(message or "").splitlines() if line.strip()]
    return _QUOTED.sub("…", " ".join(lines[:2]))[:300] or type(message).__name__
