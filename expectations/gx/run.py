"""One validation run: Great Expectations counts every rule again over the rows that changed."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from importlib import import_module
from pathlib import Path
from types import ModuleType

import psycopg

from expectations.gx.data_docs import replaced, write_index
from expectations.prepared.refresh import Prepared
from expectations.prepared.tallies import counts_of
from expectations.rules import rules_of
from fundwatch.database.warehouse import Warehouse

LAYER = "quality"


class ValidationRun(AbstractContextManager["ValidationRun"]):
    """Great Expectations, imported in a thread while the server prepares rows."""

    def __init__(self, warehouse: Warehouse, pages: Path | None) -> None:
        """Validate on ``warehouse``; Data Docs go into a folder of ``pages``, or nowhere."""
        self._warehouse = warehouse
        self._pages = pages
        self._worker = ThreadPoolExecutor(max_workers=1)
        self._library: Future[ModuleType] | None = None

    def __exit__(self, *_exception: object) -> None:
        """Wait for a running import."""
        self._worker.shutdown(wait=True)

    def preload(self) -> None:
        """Begin to import the library, which takes seconds."""
        self._library = self._worker.submit(import_module, "expectations.gx.validator")

    def validate(self, connection: psycopg.Connection, prepared: Prepared, *, month: str) -> None:
        """Let Great Expectations count every rule over the rows not validated yet; compare with our counts.

        Raises: InvariantBroken when they differ.
        """
        rules_by_table = {table: rules for table in prepared.to_validate if (rules := rules_of(table, month))}
        if not rules_by_table:
            return
        library = self._imported()
        with ExitStack() as stack:
            folder = None
            if self._pages:
                folder = stack.enter_context(
                    replaced(self._pages / ("whole" if prepared.is_full else "changes"))
                )
            validator = library.Validator(connection, self._warehouse.parts_as(LAYER), pages=folder)
            stack.callback(validator.close)
            counts_by_table = {}
            for table, rules in rules_by_table.items():
                relation, tally = prepared.to_validate[table]
                scanned = counts_of(tally, rules=rules, city="")[""].rules
                validated = validator.validate(table=table, rules=rules, relation=relation)
                library.require_agreement(rules, validated, scanned)
                counts_by_table[table] = list(zip(rules, scanned, strict=True))
            if folder:
                validator.write_pages()
                title = f"{month}: {'every row' if prepared.is_full else 'the rows that changed'}, judged"
                write_index(folder, title=title, counts_by_table=counts_by_table)

    def _imported(self) -> ModuleType:
        return self._library.result() if self._library else import_module("expectations.gx.validator")
