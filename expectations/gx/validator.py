"""Great Expectations as a validator: every rule counted a second time, over a relation of prepared rows.

One ephemeral context per month, one suite and one validation per table, counts only: no row values are read,
stored, logged or shown, nor written to the Data Docs. Importing the library costs seconds, so this module is
imported late and once.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import great_expectations.expectations as built_in
import sqlalchemy as sa
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.exceptions.exceptions import GreatExpectationsError
from great_expectations.expectations.expectation import Expectation
from psycopg import Connection
from sqlalchemy.engine import URL

from expectations.gx.data_docs import site_of
from expectations.gx.expectations import OURS, ExpectNoRowToFail
from expectations.prepared.tallies import RuleCount
from expectations.reference.codes import accepted_values
from expectations.rules.declaration import Accepted, BuiltIn, Own, Rule
from fundwatch.database.failures import failure_in
from fundwatch.errors import InvariantBroken

# For the hashes of referenced columns: ten million persons.
WORKING_MEMORY = "256MB"
COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}


class Validator:
    """Great Expectations on one warehouse; close it before the temporary relations are dropped."""

    def __init__(self, connection: Connection, url: URL, *, pages: Path | None = None) -> None:
        """Open an ephemeral context on the warehouse that ``connection`` is connected to.

        ``pages``: an empty folder that ``write_pages`` writes to.
        """
        logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
        self._connection = connection
        self._context = gx.get_context(mode="ephemeral", project_config=_in_memory(pages))
        # Each asset would write the configuration out as YAML again, into a store that nobody reads.
        self._context._save_project_config = lambda: None  # type: ignore[method-assign]
        self._source = self._context.data_sources.add_postgres(
            "warehouse", connection_string=_reachable(connection, url)
        )

    def close(self) -> None:
        """Close its database connections."""
        self._source.get_engine().dispose()

    def validate(self, *, table: str, rules: Sequence[Rule], relation: str) -> dict[str, RuleCount]:
        """Count every rule of a table over a relation of schema ``quality`` with its prepared rows.

        Shape:  rule id -> rows checked and failed.
        Raises: InvariantBroken when a rule could not be validated.
        """
        asset = self._source.add_table_asset(relation, table_name=relation, schema_name="quality")
        suite = gx.ExpectationSuite(table, expectations=[self._expectation(rule) for rule in rules])
        validation = gx.ValidationDefinition(
            name=table,
            data=asset.add_batch_definition_whole_table(relation),
            suite=self._context.suites.add(suite),
        )
        self._context.validation_definitions.add(validation)
        try:
            results = validation.run(result_format=COUNTS_ONLY).results
        except (GreatExpectationsError, sa.exc.SQLAlchemyError) as error:
            raise _not_validated(table, type(error).__name__) from None
        return {_rule_id(result): _count(result) for result in results}

    def write_pages(self) -> None:
        """Write the Data Docs of everything validated so far."""
        self._context.build_data_docs()

    def _expectation(self, rule: Rule) -> Expectation:
        """Return the expectation of a rule: the one it names, else the condition of the scan."""
        notes = f"{rule.rule_id} {rule.text_zh} / {rule.text_en} {rule.why}"
        common: dict[str, Any] = {
            "severity": rule.severity,
            "meta": {"rule_id": rule.rule_id},
            "notes": notes,
        }
        if rule.expectation is None:
            return ExpectNoRowToFail(applies=rule.applies_sql(), fails=rule.fails_sql(), **common)
        if isinstance(rule.expectation, Own):
            return OURS[rule.expectation.name](**rule.expectation.arguments, **common)
        kind = getattr(built_in, rule.expectation.name)
        return kind(**self._arguments(rule.expectation), **common)

    def _arguments(self, declared: BuiltIn) -> dict[str, Any]:
        return {
            name: accepted_values(self._connection, value.class_name)
            if isinstance(value, Accepted)
            else value
            for name, value in declared.arguments.items()
        }


def require_agreement(
    rules: Sequence[Rule], validated: Mapping[str, RuleCount], scanned: Sequence[RuleCount]
) -> None:
    """Compare the scan's counts with those of Great Expectations.

    Raises: InvariantBroken, naming the first rule they differ on, and both counts.
    """
    for rule, ours in zip(rules, scanned, strict=True):
        theirs = validated.get(rule.rule_id)
        if theirs != ours:
            raise InvariantBroken(
                f"Great Expectations and the scan differ on {rule.rule_id} ({theirs} and {ours})",
                state="The scorecard of the month was not replaced",
                next_step="Report this: the two forms of the rule do not agree",
            )


def _rule_id(result: ExpectationValidationResult) -> str:
    config = result.expectation_config
    if config is None or config.meta is None:
        raise _not_validated("a rule", "its result names no expectation")
    return config.meta["rule_id"]


def _count(result: ExpectationValidationResult) -> RuleCount:
    """Read the counts of one validation result; an empty table counts as zero."""
    counts = result.result
    if "element_count" not in counts:
        failure = failure_in(result.exception_info)
        raise failure or _not_validated(_rule_id(result), "its expectation raised an error")
    return RuleCount(
        checked=(counts["element_count"] or 0) - (counts.get("missing_count") or 0),
        failed=counts["unexpected_count"] or 0,
    )


def _not_validated(subject: str, reason: str) -> InvariantBroken:
    """Name the table or rule that could not be validated; the library's message may hold values of rows."""
    return InvariantBroken(
        f"Great Expectations could not validate {subject} ({reason})",
        state="The scorecard of the month was not replaced",
        next_step="Run the month again; if it fails again, report it",
    )


def _in_memory(pages: Path | None) -> DataContextConfig:
    """Return a configuration without stores, progress bars or analytics, and with no files but ``pages``."""
    return DataContextConfig(
        data_docs_sites={"pages": site_of(pages)} if pages else {},
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )


def _reachable(connection: Connection, url: URL) -> str:
    """Return the psycopg2 URL of the warehouse; the library insists on a host part.

    References are looked up in a hash of the referenced column, which has to fit into working memory.
    """
    host = url.host or "localhost"
    query = dict(url.query) if url.host else {"host": connection.info.host, **url.query}
    query["options"] = f"{query.get('options', '')} -c work_mem={WORKING_MEMORY}".strip()
    return url.set(drivername="postgresql+psycopg2", host=host, query=query).render_as_string(
        hide_password=False
    )
