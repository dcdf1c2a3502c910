"""Great Expectations, the judge: every rule counted once more, over the whole prepared table.

One ephemeral context per month, one suite and one validation per table, counts only: no row values are
asked for, stored, logged or shown, in the Data Docs neither. Importing the library costs seconds, so this
module is imported late and once.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import great_expectations.expectations as built_in
import sqlalchemy as sa
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.exceptions import GreatExpectationsError
from great_expectations.expectations.expectation import Expectation
from psycopg import Connection
from sqlalchemy.engine import URL

from expectations.gx.data_docs import site_of
from expectations.gx.expectations import OURS, ExpectNoRowToFail
from expectations.prepared.tallies import RuleCount
from expectations.reference.codes import accepted_values
from expectations.rules.declaration import Accepted, BuiltIn, Own, Rule
from fundwatch.errors import InvariantBroken

# For the hashes of what references refer to: ten million persons.
WORKING_MEMORY = "256MB"
COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0}


class Judge:
    """Great Expectations on one warehouse; close it before the prepared tables are dropped."""

    def __init__(self, connection: Connection, url: URL, *, pages: Path | None = None) -> None:
        """Open an ephemeral context on the warehouse that ``connection`` is connected to.

        ``pages``: an empty folder that ``write_pages`` writes to.
        """
        logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
        self._connection = connection
        self._context = gx.get_context(mode="ephemeral", project_config=_in_memory(pages))
        self._source = self._context.data_sources.add_postgres(
            "warehouse", connection_string=_reachable(connection, url)
        )

    def close(self) -> None:
        """Give its database connections back."""
        self._source.get_engine().dispose()

    def judge(self, *, table: str, rules: Sequence[Rule], relation: str) -> dict[str, RuleCount]:
        """Count every rule of a table over a relation of schema ``quality`` with its prepared rows.

        Shape:  rule id -> rows checked and failed.
        Raises: InvariantBroken when a rule could not be judged.
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
            raise _unjudged(table, type(error).__name__) from None
        return {result.expectation_config.meta["rule_id"]: _count(result) for result in results}

    def write_pages(self) -> None:
        """Write the Data Docs of everything judged so far."""
        self._context.build_data_docs()

    def _expectation(self, rule: Rule) -> Expectation:
        """Return the expectation of a rule: the one it names, else one that says what the scan says."""
        notes = f"{rule.rule_id} {rule.text_zh} / {rule.text_en} {rule.why}"
        common = {"severity": rule.severity, "meta": {"rule_id": rule.rule_id}, "notes": notes}
        if rule.expectation is None:
            return ExpectNoRowToFail(applies=rule.applies_sql(), fails=rule.fails_sql(), **common)
        if isinstance(rule.expectation, Own):
            return OURS[rule.expectation.name](**rule.expectation.arguments, **common)
        kind = getattr(built_in, rule.expectation.name)
        return kind(**self._arguments(rule.expectation), **common)

    def _arguments(self, declared: BuiltIn) -> dict[str, object]:
        return {
            name: accepted_values(self._connection, value.class_name)
            if isinstance(value, Accepted)
            else value
            for name, value in declared.arguments.items()
        }


def require_agreement(
    rules: Sequence[Rule], judged: Mapping[str, RuleCount], counted: Sequence[RuleCount]
) -> None:
    """Hold the scan's city row against what Great Expectations counted.

    Raises: InvariantBroken, naming the first rule they differ on, and by how much.
    """
    for rule, scanned in zip(rules, counted, strict=True):
        verdict = judged.get(rule.rule_id)
        if verdict != scanned:
            raise InvariantBroken(
                f"Great Expectations and the scan differ on {rule.rule_id} ({verdict} and {scanned})",
                state="The scorecard of the month was not replaced",
                next_step="Report this: the rule's two forms do not say the same",
            )


def _count(result) -> RuleCount:
    """Read the counts of one validation result; an empty table counts as zero."""
    found = result.result
    if "element_count" not in found:
        raise _unjudged(result.expectation_config.meta["rule_id"], "its expectation raised an error")
    return RuleCount(
        checked=(found["element_count"] or 0) - (found.get("missing_count") or 0),
        failed=found["unexpected_count"] or 0,
    )


def _unjudged(what: str, reason: str) -> InvariantBroken:
    """Say what could not be judged; the library's own message may hold more than we show."""
    return InvariantBroken(
        f"Great Expectations could not judge {what} ({reason})",
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

    References are looked up in a hash of what they refer to, which has to fit into working memory.
    """
    host = url.host or "localhost"
    query = dict(url.query) if url.host else {"host": connection.info.host, **url.query}
    query["options"] = f"{query.get('options', '')} -c work_mem={WORKING_MEMORY}".strip()
    return url.set(drivername="postgresql+psycopg2", host=host, query=query).render_as_string(
        hide_password=False
    )
