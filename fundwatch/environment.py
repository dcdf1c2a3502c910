"""The variables of the shell that other programs read: none of them may change what we do.

libpq and its drivers read ``PG*`` (encoding, time zone, TLS, service, …), dbt reads ``DBT_*`` (target, full
refresh, …). Whatever a connection needs stands in its URL.
"""

from __future__ import annotations

import os

_FOREIGN = ("PG", "DBT_")


def is_foreign(name: str) -> bool:
    """Return whether a variable is libpq's or dbt's."""
    return name.startswith(_FOREIGN)


def ignore_foreign_variables() -> None:
    """Remove what libpq and dbt would read from this process's environment, and its children's.

    Every entry point calls it first: commands, the demonstration, Airflow's processes.
    Again: nothing is left to remove.
    """
    for name in [name for name in os.environ if is_foreign(name)]:
        del os.environ[name]
