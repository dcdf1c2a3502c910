"""Find the file an operator means, by its id, the beginning of its id, or its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from fundwatch.errors import NotFound, NotUnique

_SHORT, _LISTED = 12, 8


@dataclass(frozen=True)
class Found:
    """A file of the ledger; ``run_month`` is the month that was run when it was last judged."""

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
    def is_whole(self) -> bool:
        """Whether data and manifest had both arrived."""
        return self.sha256 is not None and self.manifest_sha256 is not None


def find(
    connection: psycopg.Connection, text: str, *, prefer: Callable[[Found], bool] = lambda _: True
) -> Found:
    """Return the one file that ``text`` means; among several, the one that is preferred, if it is one.

    Raises: NotFound, NotUnique (lists them).
    """
    fitting = [Found(*row) for row in connection.execute(_FIND, {"text": text.strip()})]
    if not fitting:
        raise NotFound(
            f"no file has the id or the name {text.strip()[:100]!r}",
            next_step="Run fundwatch files to see every file",
        )
    chosen = fitting if len(fitting) == 1 else [one for one in fitting if prefer(one)] or fitting
    if len(chosen) == 1:
        return chosen[0]
    listed = ", ".join(
        f"{one.file_id[:_SHORT]} ({one.month or 'no month'}, {one.state})" for one in chosen[:_LISTED]
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
