"""Runs dbt in this process, one invocation per layer, each under the layer's own database role."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from fundwatch.database.failures import failure_behind, failure_in
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import InvariantBroken
from fundwatch.settings import Settings
from pipeline.code_version import code_hash, package_folder
from pipeline.dbt_manifest import DATABASE, manifest_of
from pipeline.dbt_shortcuts import take_shortcuts

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'|\([^)]*\)=\([^)]*\)')
_TOLD_EACH = 10
log = logging.getLogger(__name__)
_DONE = frozenset({"success", "pass", "warn", "skipped", "no-op"})


@dataclass(frozen=True)
class BuildSummary:
    """What one or more layers built: models and seeds built, invariants tested, layers in order.

    ``earlier_months``: those whose business ledgers were built first, since they were not current.
    """

    layers: tuple[str, ...]
    built: int
    tested: int
    earlier_months: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """Return the figures for tables and for Airflow."""
        earlier = {"earlier_months": len(self.earlier_months)} if self.earlier_months else {}
        return {"layers": len(self.layers), "built": self.built, "tested": self.tested, **earlier}


def project_folder() -> Path:
    """Return the folder of the dbt project, wherever it is installed."""
    return package_folder("dbt_project")


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
    outcomes = [_build_layer(warehouse, settings, layer=layer, variables=variables) for layer in layers]
    return BuildSummary(
        layers=tuple(layers),
        built=sum(built for built, _ in outcomes),
        tested=sum(tested for _, tested in outcomes),
    )


def run(
    warehouse: Warehouse,
    settings: Settings,
    *,
    schema: str,
    arguments: Sequence[str],
    on_node: Callable[[int, int], None] = lambda _number, _total: None,
) -> dbtRunnerResult:
    """Run one dbt command on the warehouse, under the role of a layer (its schema's name).

    ``on_node`` is told of each model, seed or test that begins: its number, and how many there are.
    """
    from dbt.cli.main import dbtRunner

    _set_connection(warehouse, schema)
    take_shortcuts()

    def listen(event: Any) -> None:
        if event.info.name == "LogStartLine":
            on_node(event.data.index, event.data.total)

    manifest = manifest_of(project_folder(), os.environ[DATABASE], parse=parse)
    runner = dbtRunner(manifest=manifest, callbacks=[listen])
    return runner.invoke([*arguments, *_common_arguments(project_folder(), settings.home / "dbt")])


def _build_layer(
    warehouse: Warehouse, settings: Settings, *, layer: str, variables: dict[str, str]
) -> tuple[int, int]:
    schema, _, selection = layer.partition(":")
    result = run(
        warehouse, settings, schema=schema,
        arguments=[
            "build", "--select", selection or f"config.schema:{schema}",
            "--exclude-resource-type", "unit_test", "--vars", repr(variables),
        ],
        on_node=partial(_tell_progress, f"{layer} of {variables['month']}"),
    )  # fmt: skip
    if result.exception is not None and result.result is None:
        raise (
            failure_behind(result.exception)
            or failure_in(result.exception)
            or InvariantBroken(
                f"dbt could not build {layer} for {variables['month']}: {_without_values(result.exception)}",
                next_step="Run make check, then build the month again",
            )
        ) from None
    nodes = cast("RunExecutionResult", result.result).results
    failed = [node for node in nodes if str(node.status) not in _DONE]
    if failed:
        for node in failed:
            if (failure := failure_in(node.message)) is not None:
                raise failure
        names = ", ".join(f"{node.node.name} ({_without_values(node.message)})" for node in failed[:3])
        raise InvariantBroken(
            f"building {layer} for {variables['month']} failed at {names}",
            state="The layers above it were not touched",
            next_step="See docs/runbooks/a-build-failed.md, then build the month again",
        )
    tests = sum(str(node.node.resource_type) == "test" for node in nodes)
    return len(nodes) - tests, tests


def _tell_progress(what: str, number: int, total: int) -> None:
    """Log every tenth model, the first and the last; whoever runs the step shows the log or not."""
    if number in (1, total) or number % _TOLD_EACH == 0:
        log.info("%s: %d of %d", what, number, total)


def parse(project: Path) -> Manifest:
    """Parse a project with the connection's environment variables as they are.

    Raises: InvariantBroken.
    """
    from dbt.cli.main import dbtRunner

    take_shortcuts()
    variables = "{month: '', as_of: '', site_version: ''}"
    with tempfile.TemporaryDirectory(prefix="fundwatch-dbt-") as folder:
        arguments = [*_common_arguments(project, Path(folder)), "--no-partial-parse", "--vars", variables]
        parsed = dbtRunner().invoke(["parse", *arguments])
    if not parsed.success:
        raise InvariantBroken(
            f"the dbt project cannot be read: {_without_values(parsed.exception)}",
            next_step="Run make check and mend what it names",
        ) from None
    return cast("Manifest", parsed.result)


def _common_arguments(project: Path, work: Path) -> list[str]:
    folder = str(project)
    return [
        "--project-dir", folder, "--profiles-dir", folder, "--quiet", "--no-use-colors",
        "--target-path", str(work / "target"),
        "--log-path", str(work / "logs"),
        # Database messages may quote a row: they stay out of every file dbt writes.
        "--log-level", "none", "--log-level-file", "none", "--no-write-json",
        "--no-send-anonymous-usage-stats", "--no-version-check",
    ]  # fmt: skip


def _set_connection(warehouse: Warehouse, schema: str) -> None:
    """Set the environment variables of dbt's profile: where to connect, and as whom."""
    url = warehouse.parts_as(schema)
    _, role = warehouse.sign_in_as(schema)
    os.environ.update(
        {
            "FUNDWATCH_DBT_HOST": url.host or str(url.query.get("host", "localhost")),
            "FUNDWATCH_DBT_PORT": str(url.port or 5432),
            "FUNDWATCH_DBT_USER": url.username or "",
            "FUNDWATCH_DBT_PASSWORD": url.password or "",
            DATABASE: url.database or "",
            "FUNDWATCH_DBT_SCHEMA": schema,
            "FUNDWATCH_DBT_ROLE": role,
            "FUNDWATCH_DBT_THREADS": str(min(os.cpu_count() or 2, 4)),
            # What is built in part rests on rows that the same code built.
            "FUNDWATCH_DBT_CODE": code_hash("dbt_project"),
            # Of the URL's options those of TLS; an empty one is libpq's default.
            "FUNDWATCH_DBT_SSLMODE": str(url.query.get("sslmode", "prefer")),
            **{
                f"FUNDWATCH_DBT_{name.upper()}": str(url.query.get(name, ""))
                for name in ("sslrootcert", "sslcert", "sslkey")
            },
        }
    )


def _without_values(message: object) -> str:
    """First line of a message with everything quoted taken out: names of models stay, row values go."""
    lines = [line.strip() for line in str(message or "").splitlines() if line.strip()]
    return _QUOTED.sub("…", " ".join(lines[:2]))[:300] or type(message).__name__
