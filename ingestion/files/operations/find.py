"""Find the file an operator means, by its id, the beginning of its id, or its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from fundwatch.errors import NotFound, NotUnique

_SHORT, _LISTED = 12, 8


@dataclass(frozen=True)
class LedgerFile:
    """A file of the ledger; ``run_month`` is the month that was run when it was last processed."""

    file_id: str
    feed: str
    name: str
    month: str | None
    state: str
    reason: str
    sha256: str | None
    manifest_sha256: str | None
    run_month: str | None

    @property
    def hashes(self) -> tuple[str, str] | None:
        """The hashes of data and manifest; None when one of them has not arrived."""
        if self.sha256 is None or self.manifest_sha256 is None:
            return None
        return self.sha256, self.manifest_sha256


def find(
    connection: psycopg.Connection, text: str, *, prefer: Callable[[LedgerFile], bool] = lambda _: True
) -> LedgerFile:
    """Return the one file that ``text`` means; among several, the preferred one, if there is one.

    Raises: NotFound, NotUnique (lists them).
    """
    matching = [LedgerFile(*row) for row in connection.execute(_FIND, {"text": text.strip()})]
    if not matching:
        raise NotFound(
            f"no file has the id or the name {text.strip()[:100]!r}",
            next_step="Run fundwatch files to see every file",
        )
    chosen = matching if len(matching) == 1 else [file for file in matching if prefer(file)] or matching
    if len(chosen) == 1:
        return chosen[0]
    listed = ", ".join(
        f"{file.file_id[:_SHORT]} ({file.month or 'no month'}, {file.state})" for file in chosen[:_LISTED]
    )
    more = f" and {len(chosen) - _LISTED} more" if len(chosen) > _LISTED else ""
    raise NotUnique(
        f"{text.strip()[:100]!r} fits {len(chosen)} files: {listed}{more}",
        next_step="Run the command again with the beginning of one of these ids",
    )


_FIND = """
select file_id, feed, name, month, state, reason, sha256, manifest_sha256, run_month
from ops.files
where file_id = %(text)s or name = %(text)s
    or (%(text)s ~ '^[0-9a-f]{6,63}$' and starts_with(file_id, %(text)s))
order by month, name, first_seen_at, file_id
"""
