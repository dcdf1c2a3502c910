"""Read the ids of everything the products of a month are built from.

Here is what is read; whether a step is due is decided in pipeline/freshness.py.
An id is a content id, a run id or a hash, never a time. Which product reads what is listed in ``UPSTREAM``,
``ALSO_READS`` and ``PACKAGES``; tests hold the lists against the models and the imports.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fundwatch.feeds import FILE_FEEDS
from fundwatch.months import add_months
from pipeline import content_ids
from pipeline.code_version import code_hash
from pipeline.content_ids import content_id

if TYPE_CHECKING:
    import psycopg

# Product -> the feeds and products it is built from. Quality reads reconciliation: it measures fund data too.
UPSTREAM: dict[str, tuple[str, ...]] = {
    "ledgers": ("production",),
    "reconciliation": ("ledgers", "tax", "bank", "finance", "declaration"),
    "cases": ("ledgers", "civil_registry", "tax", "bank", "declaration"),
    "quality": ("reconciliation",),
    "publication": ("quality", "cases"),
}
STEP_OF = {
    "ledgers": "build",
    "reconciliation": "reconcile",
    "cases": "crosscheck",
    "quality": "measure",
    "publication": "publish",
}
PRODUCT_OF = {step: product for product, step in STEP_OF.items()}

# Product -> what else it reads, beside UPSTREAM and what all products depend on (code, site, as-of day, ...).
# Nothing of this is announced to Airflow: it makes a step due when the step is looked at next.
ALSO_READS: dict[str, tuple[str, ...]] = {
    "ledgers": ("month before",),
    # Bases first landed or of ended years, and the review of the month before, rest on earlier ledgers.
    # Bases of a month nobody built are read as they landed.
    "reconciliation": ("production", "hand matches", "earlier ledgers"),
    "cases": ("production", "case events"),
    "quality": ("production", "ledgers", "all files", "earlier quality", "waivers"),
    "publication": (
        "production", "all files", "ledgers", "reconciliation", "earlier ledgers", "earlier quality",
        "waivers", "declarations", "publications", "case events",
    ),
}  # fmt: skip

# Product -> the packages that compute it, or whose files it reads; ``fundwatch`` and ``pipeline`` are below
# all of them.
PACKAGES: dict[str, tuple[str, ...]] = {
    "ledgers": ("dbt_project",),
    "reconciliation": ("dbt_project", "reconciliation", "reporting"),
    "cases": ("dbt_project", "crosschecks"),
    "quality": ("dbt_project", "expectations", "reporting"),
    "publication": ("reporting",),
}
GROUND = ("alerts", "fundwatch", "pipeline")

PUBLICATION_PARTS = (
    "base_documents", "base_exceptions", "base_units", "bases", "case_counts", "case_evidence",
    "case_persons", "cases", "cells", "content", "declarations", "divisions", "failures", "files", "issues",
    "reconciliation", "rules", "scorecard", "signatures", "signed_files",
)  # fmt: skip
# Product -> tables that hold several months side by side: another month's build must not replace them.
LASTING: dict[str, tuple[str, ...]] = {
    "ledgers": (
        "business_ledger.*", "reports.cells", "statistical_ledger.built_months",
        "statistical_ledger.indicator_history", "statistical_ledger.indicators",
        "statistical_ledger.insured_persons",
    ),
    "reconciliation": (
        "bases.base_cells", "bases.base_exceptions", "bases.bases", "bases.bases_left_out",
        "bases.unit_declarations", "bases.unit_documents", "reconciliation.accuracy_counts",
        "reconciliation.four_way_payers", "reconciliation.left_out", "reconciliation.results",
        "reconciliation.review_rates", "reconciliation.statement_accounts",
        "reconciliation.statement_items", "reconciliation.summary",
    ),
    "cases": (
        "crosschecks.cases", "crosschecks.data_errors", "crosschecks.deaths_received",
        "crosschecks.review_pairs",
    ),
    "quality": (
        "quality.error_lists", "quality.failures", "quality.longitudinal", "quality.rectification",
        "quality.rule_results", "quality.scorecard",
    ),
    "publication": ("ops.publications", *(f"ops.publication_{part}" for part in PUBLICATION_PARTS)),
}  # fmt: skip
# Product -> schemas of dbt whose other tables hold the month built last: they need only exist.
SCHEMAS: dict[str, tuple[str, ...]] = {
    "ledgers": ("business_ledger", "statistical_ledger", "reports"),
    "reconciliation": ("reconciliation", "bases"),
    "cases": ("crosschecks",),
    "quality": (),
    "publication": (),
}


@dataclass(frozen=True)
class Scope:
    """What a step works on; ``options`` are a command's that change what it produces."""

    month: str
    as_of: date
    site_version: str
    timezone: str
    options: str = ""


def read_inputs(connection: psycopg.Connection, scope: Scope) -> dict[str, dict[str, str]]:
    """Return what every product would be built from now.

    Shape: product -> input -> id. An input that is not there yet has the id of nothing.
    """
    ids = _feeds(connection, scope.month) | _runs(connection, scope.month) | _entries(connection, scope.month)
    common = {
        "as-of day": scope.as_of.isoformat(),
        "site": scope.site_version,
        "settings": f"{scope.timezone} {scope.options}".strip(),
        "server": _server(connection),
    }
    return {
        product: {
            "code": hash_code(product),
            **common,
            **{name: ids.get(name, "") for name in (*UPSTREAM[product], *ALSO_READS[product])},
        }
        for product in UPSTREAM
    }


def read_ledger_inputs(connection: psycopg.Connection, month: str) -> dict[str, str]:
    """Return what is landed for the business ledgers of a month, and which server holds them."""
    return {
        "production": content_id(connection, content_ids.EXTRACTS, month),
        "server": _server(connection),
    }


def hash_code(product: str) -> str:
    """Return the hash of the packages that compute a product, and of what they need."""
    return code_hash(*PACKAGES[product], *GROUND)


def read_tables(connection: psycopg.Connection, product: str) -> dict[str, str]:
    """Return the tables of a product: name -> which table that is, empty where it need only exist.

    A table that was truncated, or dropped and created again, is another one.
    """
    lasting = [name for name in LASTING[product] if not name.endswith(".*")]
    schemas = [name.removesuffix(".*") for name in LASTING[product] if name.endswith(".*")]
    asked = {"names": lasting, "schemas": schemas, "exist": list(SCHEMAS[product])}
    return dict(connection.execute(_TABLES, asked).fetchall())


def hash_files(home: Path, folders: Iterable[Path]) -> dict[str, str]:
    """Return the files of folders below the home folder: relative path -> hash."""
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(home).as_posix(): _hash_file(path) for path in files}


def differing_files(home: Path, recorded: Mapping[str, str]) -> list[str]:
    """Return the recorded files that are gone or altered."""
    return [name for name, known in recorded.items() if _hash_file(home / name) != known]


def read_publications(connection: psycopg.Connection, month: str) -> str:
    """Return the id of what a draft follows from: the latest publication, and which one it would correct."""
    return content_id(connection, content_ids.PUBLICATIONS, month)


def is_site_staged(connection: psycopg.Connection, site_version: str) -> bool:
    """Whether ``staging_site`` holds this version of the site, as this code stages it."""
    row = connection.execute("select state from ops.volatile_state where name = 'staging_site'").fetchone()
    return row is not None and row[0] == _site_state(connection, site_version)


def forget_staged_site(connection: psycopg.Connection) -> None:
    """Forget what ``staging_site`` holds, before it is built; the caller commits."""
    connection.execute("delete from ops.volatile_state where name = 'staging_site'")


def record_staged_site(connection: psycopg.Connection, site_version: str) -> None:
    """Record what ``staging_site`` holds, after it was built; the caller commits."""
    connection.execute(
        "insert into ops.volatile_state (name, state) values ('staging_site', %s)"
        " on conflict (name) do update set state = excluded.state",
        (_site_state(connection, site_version),),
    )


def _site_state(connection: psycopg.Connection, site_version: str) -> str:
    return " ".join(
        (
            site_version,
            code_hash("dbt_project"),
            content_id(connection, content_ids.STAGED_SITE, None),
        )
    )


def _feeds(connection: psycopg.Connection, month: str) -> dict[str, str]:
    """Return the ids of what is landed for months up to ``month``, by feed and of all files together."""
    loaded: dict[str, str] = dict(connection.execute(content_ids.LOADED, {"month": month}).fetchall())
    return {
        **{feed: loaded.get(feed, "") for feed in FILE_FEEDS},
        "production": content_id(connection, content_ids.EXTRACTS, month),
        "all files": content_id(connection, content_ids.FILES, month),
    }


def _runs(connection: psycopg.Connection, month: str) -> dict[str, str]:
    """Return the last runs of the steps, successful or not: a run that failed may have changed its tables."""
    rows = connection.execute(
        "select step, month, max(run_id) from ops.runs where month <= %s and step = any(%s)"
        " group by step, month order by step, month",
        (month, list(STEP_OF.values())),
    ).fetchall()
    last = {(PRODUCT_OF[step], at): run_id for step, at, run_id in rows}
    ids = {product: str(last.get((product, month), "")) for product in STEP_OF}
    ids["month before"] = str(last.get(("ledgers", add_months(month, -1)), ""))
    for product in ("ledgers", "quality"):
        earlier = [(at, run_id) for (name, at), run_id in last.items() if name == product and at < month]
        ids[f"earlier {product}"] = hashlib.sha256(repr(earlier).encode()).hexdigest()[:16]
    return ids


def _entries(connection: psycopg.Connection, month: str) -> dict[str, str]:
    """Return the ids of what people entered."""
    return {
        "waivers": content_id(connection, content_ids.WAIVERS, None),
        "declarations": content_id(connection, content_ids.DECLARATIONS, month),
        "case events": content_id(connection, content_ids.CASE_EVENTS, month),
        "hand matches": content_id(connection, content_ids.HAND_MATCHES, month),
        "publications": read_publications(connection, month),
    }


def _server(connection: psycopg.Connection) -> str:
    """Return the id of the server's version and of its unlogged tables: another one after a crash."""
    connection.execute(
        "insert into ops.volatile_state (name, state) values ('epoch', gen_random_uuid())"
        " on conflict (name) do nothing"
    )
    row = connection.execute("select state from ops.volatile_state where name = 'epoch'").fetchone()
    return f"{connection.info.server_version} {row[0] if row else ''}"


def _hash_file(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


# The delta of a ledger's last build, and the rows copied for the last check of cases, are replaced by other
# months' builds, and may be missing.
_TABLES = """
    select name, case when is_lasting then concat(oid, '/', relfilenode) else '' end
    from (
        select
            concat(nspname, '.', relname) as name, nspname, pg_class.oid, relfilenode,
            concat(nspname, '.', relname) = any(%(names)s) or nspname = any(%(schemas)s) as is_lasting
        from pg_class
        inner join pg_namespace on pg_namespace.oid = relnamespace
        where relkind in ('r', 'v', 'p') and relname !~ '__(changes|rechecked)$'
    ) as tables
    where is_lasting or nspname = any(%(exist)s)
    order by name collate "C"
"""
