"""Let Great Expectations judge what a measurement prepared, and hold our own counts against it."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from importlib import import_module
from pathlib import Path
from types import ModuleType

import psycopg

from expectations.gx.data_docs import replaced, write_index
from expectations.prepared.refresh import Kept
from expectations.prepared.tallies import counts_of
from expectations.rules import rules_of
from fundwatch.warehouse import Warehouse


class Judging(AbstractContextManager):
    """Great Expectations, imported beside the server's work as soon as there is something to judge."""

    def __init__(self, warehouse: Warehouse, pages: Path | None) -> None:
        """Judge on ``warehouse``; Data Docs go into a folder of ``pages``, or nowhere."""
        self._warehouse = warehouse
        self._pages = pages
        self._worker = ThreadPoolExecutor(max_workers=1)
        self._library: Future[ModuleType] | None = None

    def __exit__(self, *_exception: object) -> None:
        """Wait for an import under way."""
        self._worker.shutdown(wait=True)

    def expect(self) -> None:
        """Begin to import the library, which takes seconds."""
        self._library = self._worker.submit(import_module, "expectations.gx.validator")

    def judge(self, connection: psycopg.Connection, kept: Kept, *, month: str) -> None:
        """Let Great Expectations count every rule over the rows it has not seen; hold our counts against it.

        Raises: InvariantBroken when they differ.
        """
        wanted = [(table, rules_of(table, month)) for table in kept.to_judge if rules_of(table, month)]
        if not wanted:
            return
        if self._library is None:
            self.expect()
        library = self._library.result()
        with ExitStack() as stack:
            folder = None
            if self._pages:
                of_what = "whole" if kept.is_whole else "changes"
                folder = stack.enter_context(replaced(self._pages / of_what))
            judge = library.Judge(connection, self._warehouse.parts, pages=folder)
            stack.callback(judge.close)
            judged = {}
            for table, rules in wanted:
                relation, tally = kept.to_judge[table]
                counts = counts_of(tally, rules=rules, city="")
                verdicts = judge.judge(table=table, rules=rules, relation=relation)
                library.require_agreement(rules, verdicts, counts[""].rules)
                judged[table] = list(zip(rules, counts[""].rules, strict=True))
            if folder:
                judge.write_pages()
                title = f"{month}: {'every row' if kept.is_whole else 'the rows that changed'}, judged"
                write_index(folder, title=title, judged=judged)
