"""The compiled SQL of the rules, run over the tables of a built city with one text of one model replaced."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from fundwatch.settings import Settings
from tests.hostile.warehouses import COLUMNS

Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Mutation:
    """One clause of the page taken out of a rule, or one boundary moved by one.

    ``model`` is the model whose compiled text changes, by default that of the rule.
    """

    rule: str
    clause: str
    old: str
    new: str
    model: str = ""

    @property
    def changed(self) -> str:
        """The model whose text changes."""
        return self.model or self.rule


def mutations(name: str = "mutations.csv") -> list[Mutation]:
    """Read a list of mutations: each "not when" of the page taken out, each boundary moved by one, once.

    Its texts are those that dbt compiles for June 2024, ``\\n`` for a line break. Where a model no longer
    says a text its test fails: the clause is said otherwise now, and is entered anew.
    """
    path = Path(__file__).with_name(name)
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Mutation(**{name: value.replace("\\n", "\n") for name, value in row.items()})
            for row in csv.DictReader(lines)
        ]


class Compiled:
    """The models of a schema as dbt compiled them for the last month built, and the columns of its rows."""

    def __init__(
        self, settings: Settings, *, schema: str = "crosschecks", columns: tuple[str, ...] = COLUMNS
    ) -> None:
        folder = settings.home / "dbt" / "target" / "compiled" / "fundwatch" / "models" / schema
        self.schema, self.columns = schema, columns
        self.texts = {path.stem: path.read_text(encoding="utf-8") for path in folder.rglob("*.sql")}
        self._relation = re.compile(rf'"[^"]+"\."{schema}"\."([^"]+)"')

    def used_by(self, model: str) -> set[str]:
        """List the models a model reads."""
        return set(self._relation.findall(self.texts[model])) & self.texts.keys()

    def path(self, changed: str, rule: str) -> list[str]:
        """List the models between a changed one and a rule, in the order they are built."""
        ordered: list[str] = []

        def leads(model: str) -> bool:
            reads = [leads(used) for used in sorted(self.used_by(model))]
            is_on_path = model == changed or any(reads)
            if is_on_path and model not in ordered:
                ordered.append(model)
            return is_on_path

        assert leads(rule), f"{rule} does not read {changed}"
        return ordered

    def rows(self, connection: psycopg.Connection, rule: str, mutation: Mutation | None = None) -> Rows:
        """Run a rule, with the text of a mutation replaced wherever it stands in its model."""
        return [
            {name: "" if value is None else str(value) for name, value in zip(self.columns, row, strict=True)}
            for row in self.values(connection, rule, mutation)
        ]

    def values(
        self, connection: psycopg.Connection, rule: str, mutation: Mutation | None = None
    ) -> list[tuple[object, ...]]:
        """Run a rule as :meth:`rows`, and give the values of its columns."""
        changed = rule if mutation is None else mutation.changed
        texts = dict(self._changed(changed, rule, mutation))
        *before, last = texts
        with connection.transaction(force_rollback=True):
            for model in before:
                connection.execute(f'create temporary table "{model}" as {texts[model]}')
            select = f"select {', '.join(self.columns)} from ({texts[last]}) as points"
            return connection.execute(select).fetchall()

    def _changed(self, changed: str, rule: str, mutation: Mutation | None) -> Iterator[tuple[str, str]]:
        path = self.path(changed, rule)
        for model in path:
            text = self.texts[model]
            if mutation is not None and model == changed:
                assert mutation.old in text, f"{model} says no longer {mutation.old!r}"
                text = text.replace(mutation.old, mutation.new)
            for used in path:
                text = re.sub(rf'"[^"]+"\."{self.schema}"\."{used}"', f'pg_temp."{used}"', text)
            yield model, text
