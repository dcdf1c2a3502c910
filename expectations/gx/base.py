"""The base of our expectations: rows checked and rows failing, counted in SQL and bundled by the engine."""

from __future__ import annotations

import os
from abc import abstractmethod
from typing import Any, ClassVar

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import sqlalchemy as sa
from great_expectations.core.metric_domain_types import MetricDomainTypes
from great_expectations.core.metric_function_types import MetricPartialFunctionTypes
from great_expectations.execution_engine.execution_engine import ExecutionEngine
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metrics.metric_provider import metric_partial
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider
from great_expectations.validator.metric_configuration import MetricConfiguration
from great_expectations.validator.validator import ValidationDependencies

from expectations.gx.conditions import quoted_name

_Arguments = dict[str, Any]


class RowsChecked(TableMetricProvider):
    """Rows an expectation checks; the engine bundles all such counts of a table into one query."""

    metric_name = "table.rows_checked"
    value_keys = ("applies",)

    @metric_partial(
        engine=SqlAlchemyExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type=MetricDomainTypes.TABLE,
    )
    def _sqlalchemy(
        cls,  # noqa: N805 - theirs
        metric_domain_kwargs: _Arguments,
        metric_value_kwargs: _Arguments,
        **_others: object,
    ) -> tuple[sa.FunctionFilter[int], _Arguments, _Arguments]:
        return _rows_where(metric_value_kwargs["applies"]), metric_domain_kwargs, {}


class RowsFailing(TableMetricProvider):
    """Rows that fail an expectation; bundled like ``RowsChecked``."""

    metric_name = "table.rows_failing"
    value_keys = ("fails",)

    @metric_partial(
        engine=SqlAlchemyExecutionEngine,
        partial_fn_type=MetricPartialFunctionTypes.AGGREGATE_FN,
        domain_type=MetricDomainTypes.TABLE,
    )
    def _sqlalchemy(
        cls,  # noqa: N805 - theirs
        metric_domain_kwargs: _Arguments,
        metric_value_kwargs: _Arguments,
        **_others: object,
    ) -> tuple[sa.FunctionFilter[int], _Arguments, _Arguments]:
        return _rows_where(metric_value_kwargs["fails"]), metric_domain_kwargs, {}


class RowExpectation(BatchExpectation):
    """Something expected of every row; result: ``element_count`` rows checked, ``unexpected_count`` failing.

    A row is checked unless a column of ``needs`` is null or, where ``when`` (SQL over the row) is true, a
    column the expectation uses or one of ``beside``. A checked row for which ``when`` is not true passes.
    """

    when: str | None = None
    needs: list[str] = []  # noqa: RUF012 - a field of their models, copied for each
    beside: list[str] = []  # noqa: RUF012 - as above

    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)
    success_keys: ClassVar[tuple[str, ...]] = ("when", "needs", "beside")

    @abstractmethod
    def holds_sql(self) -> str:
        """Return the SQL condition expected of a row whose columns are given."""

    def columns_used(self) -> list[str]:
        """List the columns without which the expectation cannot check a row."""
        return []

    def applies_sql(self) -> str:
        """Return the SQL condition under which a row is checked, never null."""
        conditions = [f"{quoted_name(column)} is not null" for column in self.needs]
        given = " and ".join(
            f"{quoted_name(column)} is not null" for column in (*self.columns_used(), *self.beside)
        )
        if given:
            conditions.append(f"(({given}) or ({self.when}) is not true)" if self.when else given)
        return f"({' and '.join(conditions)})" if conditions else "true"

    def fails_sql(self) -> str:
        """Return the SQL condition under which a checked row fails, never null."""
        when = f" and ({self.when}) is true" if self.when else ""
        return f"({self.applies_sql()}{when} and ({self.holds_sql()}) is not true)"

    def get_validation_dependencies(
        self,
        execution_engine: ExecutionEngine | None = None,
        runtime_configuration: _Arguments | None = None,
    ) -> ValidationDependencies:
        """Request the two counts."""
        dependencies = super().get_validation_dependencies(execution_engine, runtime_configuration)
        for name, arguments in (
            (RowsChecked.metric_name, {"applies": self.applies_sql()}),
            (RowsFailing.metric_name, {"fails": self.fails_sql()}),
        ):
            dependencies.set_metric_configuration(
                name, MetricConfiguration(name, self._get_domain_kwargs(), arguments)
            )
        return dependencies

    def _validate(
        self,
        metrics: _Arguments,
        runtime_configuration: _Arguments | None = None,  # noqa: ARG002 - theirs
        execution_engine: ExecutionEngine | None = None,  # noqa: ARG002 - theirs
    ) -> _Arguments:
        checked, failed = metrics[RowsChecked.metric_name], metrics[RowsFailing.metric_name]
        return {
            "success": not failed,
            "result": {
                "element_count": checked,
                "unexpected_count": failed,
                "observed_value": f"{failed or 0} of {checked or 0} rows fail",
            },
        }


def _rows_where(condition: str) -> sa.FunctionFilter[int]:
    return sa.func.count(sa.text("1")).filter(sa.text(condition.replace(":", r"\:")))
