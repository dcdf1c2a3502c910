"""Who reads whom, as the dbt project's manifest says, against the one list of what may be read."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import sqlglot
from dbt.cli.main import dbtRunner
from sqlglot import exp

from fundwatch.dbt import project_folder
from fundwatch.roles import READS

LANDING = "landing"
CHAIN = ("business_ledger", "statistical_ledger", "reports")
# Everything a ledger, a statistic or a report may rest on, however far down.
CHAIN_SCHEMAS = {*CHAIN, "staging_production", "staging_site", "landing", "ops", "site"}
VARIABLES = "{month: '2024-06', as_of: '2024-06-30', site_version: lineage}"


@dataclass(frozen=True)
class Project:
    """A compiled dbt project: its nodes (models, seeds, tests) and sources by unique id."""

    nodes: dict
    sources: dict

    def parents(self, node) -> list:
        """Return the nodes and sources a node reads, in dbt's own words."""
        read = getattr(getattr(node, "depends_on", None), "nodes", ())  # sources and seeds read nothing
        return [self.nodes.get(name) or self.sources[name] for name in read]

    def ancestors(self, node) -> list:
        """Return everything a node rests on, sources included."""
        found, waiting = {}, list(self.parents(node))
        while waiting:
            parent = waiting.pop()
            if parent.unique_id not in found:
                found[parent.unique_id] = parent
                waiting += self.parents(parent)
        return list(found.values())

    @property
    def models(self) -> list:
        """Return the models alone."""
        return [node for node in self.nodes.values() if node.resource_type == "model"]


def copy_of_the_project(into: Path) -> Path:
    """Copy the chain and the staging below it, so that a test may break the copy; unit tests stay behind."""
    ignored = shutil.ignore_patterns("*__unit_tests.yml", "reconciliation", "crosschecks", "tests")
    return Path(shutil.copytree(project_folder(), into / "dbt_project", ignore=ignored))


def invoke(command: str, project: Path, work: Path, *, manifest=None):
    """Run a dbt command on a project without any database."""
    options = ["--no-introspect", "--no-populate-cache"] if command == "compile" else []
    return dbtRunner(manifest=manifest).invoke(
        [
            command, *options, "--project-dir", str(project), "--profiles-dir", str(project), "--quiet",
            "--target-path", str(work / "target"), "--log-path", str(work / "logs"), "--vars", VARIABLES,
            "--no-version-check", "--no-partial-parse", "--no-write-json",
        ]
    )  # fmt: skip


def compiled(project: Path, work: Path) -> Project:
    """Compile a project and return who reads whom in it."""
    parsed = invoke("parse", project, work)
    assert parsed.success, parsed.exception
    done = invoke("compile", project, work, manifest=parsed.result)
    assert done.success, done.exception
    return Project(nodes=dict(parsed.result.nodes), sources=dict(parsed.result.sources))


def forbidden_parents(project: Project) -> list[str]:
    """Name each model that reads a schema its layer may not read, or another feed's landing."""
    return [
        f"{model.name} reads {parent.schema}.{parent.name}"
        for model in project.models
        for parent in project.parents(model)
        if not _may_read(model, parent)
    ]


def forbidden_ancestors(project: Project) -> list[str]:
    """Name each ledger, statistic or report that rests on anything but production and the site."""
    return [
        f"{model.name} rests on {ancestor.schema}.{ancestor.name}"
        for model in project.models
        if model.schema in CHAIN
        for ancestor in project.ancestors(model)
        if ancestor.schema not in CHAIN_SCHEMAS
        or (ancestor.schema == LANDING and ancestor.source_name != "production")
    ]


def hard_coded_names(project: Project) -> list[str]:
    """Name each model or test whose SQL reads a table it did not name with ref() or source()."""
    found = []
    for node in project.nodes.values():
        if node.resource_type not in ("model", "test"):
            continue
        known = {_plain(parent.relation_name) for parent in project.parents(node) if parent.relation_name}
        found += [f"{node.name} names {table}" for table in sorted(_tables(node.compiled_code) - known)]
    return found


def _may_read(model, parent) -> bool:
    if parent.schema == LANDING:
        return model.schema == f"staging_{parent.source_name}"
    return parent.schema in (model.schema, *READS[model.schema])


def _tables(sql: str) -> set[str]:
    """Return the tables a statement reads, but for the names it defines itself."""
    names = set()
    for statement in sqlglot.parse(sql, dialect="postgres"):
        defined = {cte.alias for cte in statement.find_all(exp.CTE)}
        for table in statement.find_all(exp.Table):
            if table.db or table.name not in defined:
                names.add(".".join(part.name for part in table.parts))
    return names


def _plain(relation: str) -> str:
    return relation.replace('"', "")
