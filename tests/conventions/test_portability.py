"""The models stay portable: each one, as compiled for PostgreSQL, can be said in Spark SQL."""

from __future__ import annotations

import pytest
import sqlglot

from pipeline.dbt_runner import project_folder
from tests.conventions import lineage


def _said_in_spark(sql: str) -> str:
    """Return the statement in Spark SQL, read back once; raises where there is no way to say it."""
    (translated,) = sqlglot.transpile(
        sql, read="postgres", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    sqlglot.parse_one(translated, dialect="spark")
    return translated


@pytest.mark.scenarios
def test_every_model_transpiles_to_spark(project: lineage.Project) -> None:
    refused = {}
    for model in project.models:
        try:
            _said_in_spark(model.compiled_code)
        except sqlglot.errors.SqlglotError as error:
            refused[model.name] = str(error).splitlines()[0]
    written = {path.stem for path in (project_folder() / "models").rglob("*.sql")}
    assert {model.name for model in project.models if model.compiled_code} == written
    assert refused == {}
