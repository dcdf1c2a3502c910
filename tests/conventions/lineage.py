"""Who reads whom, as the dbt project's manifest says, against the one list of what may be read."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import sqlglot
from dbt.cli.main import dbtRunner
from sqlglot import exp

from fundwatch.database.roles import GROUND, READS, may_read
from pipeline.dbt_runner import project_folder
from pipeline.dbt_shortcuts import take_shortcuts
from tests.running.tracing import untraced

CHAIN = ("business_ledger", "statistical_ledger", "reports")
# Everything a ledger, a statistic or a report may rest on, however far down.
CHAIN_SCHEMAS = {*CHAIN, "staging_production", "staging_site", "site"}
# Nobody asks the database whether a table exists: what an increment reads is looked at too.
AS_IF_BUILT = """{% macro is_incremental() %}
    {{ return(model.config.materialized == 'incremental') }}
{% endmacro %}"""
JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
VARIABLES = "{month: '2024-06', as_of: '2024-06-30', site_version: lineage}"


# What may not be written out where dbt does not see it as a reference: a relation with its schema, and words
# that would put off the layer's role.
SCHEMAS = sorted({*READS, *GROUND})
HIDDEN_NAME = re.compile(rf"""(?<![\w.'"])"?(?:{"|".join(SCHEMAS)})"?\s*\.\s*"?[a-z_]""", re.IGNORECASE)
ROLE_CHANGE = re.compile(
    r"\b(?:re)?set\s+(?:local\s+|session\s+)?(?:role|authorization)\b|\bset_config\s*\(|\bdiscard\s+all\b"
    r"|\bsecurity\s+definer\b|\brollback\b|\bdo\s+(?:language\s+\w+\s+)?(?:\$|')",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Project:
    """A compiled dbt project: its nodes (models, seeds, tests) and sources by unique id, and its macros."""

    nodes: dict
    sources: dict
    macros: dict

    def parents(self, node) -> list:
        """Return the nodes and sources a node reads, in dbt's own words."""
        read = getattr(getattr(node, "depends_on", None), "nodes", ())  # sources and seeds read nothing
        return [self.nodes.get(name) or self.sources[name] for name in read]

    def ancestors(self, node) -> list:
        """Return everything a node rests on, sources included."""
        by_id, waiting = {}, list(self.parents(node))
        while waiting:
            parent = waiting.pop()
            if parent.unique_id not in by_id:
                by_id[parent.unique_id] = parent
                waiting += self.parents(parent)
        return list(by_id.values())

    @property
    def models(self) -> list:
        """Return the models alone."""
        return [node for node in self.nodes.values() if node.resource_type == "model"]


def copy_of_the_project(into: Path) -> Path:
    """Copy the chain and the staging below it, so that a test may break the copy; unit tests stay behind."""
    ignored = shutil.ignore_patterns(
        "*__unit_tests.yml", "_exposures.yml", "reconciliation", "crosschecks", "bases", "tests"
    )
    copy = Path(shutil.copytree(project_folder(), into / "dbt_project", ignore=ignored))
    (copy / "macros" / "is_incremental.sql").write_text(AS_IF_BUILT)
    return copy


def whole_copy(into: Path) -> Path:
    """Copy the whole project, to compile it without a database."""
    copy = Path(shutil.copytree(project_folder(), into / "dbt_project"))
    (copy / "macros" / "is_incremental.sql").write_text(AS_IF_BUILT)
    return copy


def invoke(command: str, project: Path, work: Path, *, manifest=None):
    """Run a dbt command on a project without any database."""
    options = ["--no-introspect", "--no-populate-cache"] if command == "compile" else []
    take_shortcuts()
    return dbtRunner(manifest=manifest).invoke(
        [
            command, *options, "--project-dir", str(project), "--profiles-dir", str(project), "--quiet",
            "--target-path", str(work / "target"), "--log-path", str(work / "logs"), "--vars", VARIABLES,
            "--no-version-check", "--no-partial-parse", "--no-write-json",
        ]
    )  # fmt: skip


@untraced()
def compiled(project: Path, work: Path) -> Project:
    """Compile a project and return who reads whom in it."""
    parsed = invoke("parse", project, work)
    assert parsed.success, parsed.exception
    done = invoke("compile", project, work, manifest=parsed.result)
    assert done.success, done.exception
    result = parsed.result
    return Project(nodes=dict(result.nodes), sources=dict(result.sources), macros=dict(result.macros))


def forbidden_parents(project: Project) -> list[str]:
    """Name each model that reads a schema its layer may not read, or another feed's landing."""
    return [
        f"{model.name} reads {_relation(parent)}"
        for model in project.models
        for parent in project.parents(model)
        if not may_read(model.schema, *_relation(parent).split("."))
    ]


def forbidden_ancestors(project: Project) -> list[str]:
    """Name each ledger, statistic or report that rests on anything but production and the site."""
    return [
        f"{model.name} rests on {_relation(ancestor)}"
        for model in project.models
        if model.schema in CHAIN
        for ancestor in project.ancestors(model)
        if ancestor.schema not in CHAIN_SCHEMAS
        and not may_read("staging_production", *_relation(ancestor).split("."))
    ]


@untraced()
def hard_coded_names(project: Project) -> list[str]:
    """Name each model or test whose SQL reads a table it did not name with ref() or source()."""
    wrongs = []
    for node in project.nodes.values():
        if node.resource_type not in ("model", "test"):
            continue
        known = {_plain(parent.relation_name) for parent in project.parents(node) if parent.relation_name}
        known |= {_plain(node.relation_name)} if node.relation_name else set()
        wrongs += [f"{node.name} names {table}" for table in sorted(_tables(node.compiled_code) - known)]
    return wrongs


def hidden_reads(project: Project) -> list[str]:
    """Name each hook or macro that writes a relation out, and all SQL that would change the role."""
    reads = []
    for name, text in _texts_beside_the_models(project):
        written = JINJA_COMMENT.sub(" ", text)
        reads += [f"{name} names {hidden.group().strip()}" for hidden in HIDDEN_NAME.finditer(written)]
    texts = [
        *_texts_beside_the_models(project),
        *((node.name, node.compiled_code or "") for node in _statements(project)),
    ]
    reads += [f"{name} changes the role" for name, text in texts if ROLE_CHANGE.search(text)]
    return reads


def rows_without_origin(project: Project) -> list[str]:
    """Name each ledger whose contract would let a row in that does not say where it landed."""
    return [
        f"{model.name}.{column}"
        for model in project.models
        if model.schema == "business_ledger" and model.name != "built_months"
        for column in ("source_file_id", "source_row")
        if column not in model.columns
        or not any(constraint.type.value == "not_null" for constraint in model.columns[column].constraints)
    ]


def _statements(project: Project) -> list:
    return [node for node in project.nodes.values() if node.resource_type in ("model", "test")]


def _texts_beside_the_models(project: Project) -> list[tuple[str, str]]:
    """Return what runs beside a model's own statement: hooks, and the macros of this project."""
    hooks = [
        (f"a hook of {node.name}", hook.sql)
        for node in project.nodes.values()
        if node.resource_type in ("model", "seed")
        for hook in (*node.config.pre_hook, *node.config.post_hook)
    ]
    macros = [
        (f"macro {macro.name}", macro.macro_sql)
        for macro in project.macros.values()
        if macro.package_name == "fundwatch"
    ]
    return hooks + macros


def _relation(node) -> str:
    """Return the relation a node is in the database, whatever it is called in the project."""
    return f"{node.schema}.{getattr(node, 'identifier', None) or node.alias}"


def _tables(sql: str) -> set[str]:
    """Return the tables a statement reads, but for the names it defines itself."""
    names = set()
    for statement in sqlglot.parse(sql, dialect="postgres"):
        defined = {cte.alias for cte in statement.find_all(exp.CTE)}
        tables = (table for table in statement.find_all(exp.Table) if not isinstance(table.this, exp.Func))
        for table in tables:
            if table.db or table.name not in defined:
                names.add(".".join(part.name for part in table.parts))
    return names


def _plain(relation: str) -> str:
    return relation.replace('"', "")
