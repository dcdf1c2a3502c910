"""Verification of contribution bases: build its models, and read what they keep and leave out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fundwatch.database.warehouse import Warehouse

LAYERS = ("staging_declaration", "bases")
_COUNTS = """
    select
        (select count(*) from staging_declaration.stg_declaration__file),
        (select count(*) from staging_site.stg_site__base_rules),
        (select count(*) from bases.bases where month = %(month)s),
        (select count(*) from bases.base_exceptions where month = %(month)s)
"""
_STATUSES = "select status, count(*) from bases.bases where month = %(month)s group by status order by status"
_LEFT_OUT = """
    select reason, count(*) from bases.bases_left_out where month = %(month)s group by reason order by reason
"""


@dataclass(frozen=True)
class BasesSummary:
    """What was verified of a month: rows by status, exceptions, and what no base could be verified from."""

    declaration_files: int
    rules: int
    rows: int
    exceptions: int
    statuses: dict[str, int]
    left_out: dict[str, int]

    def counts(self) -> dict[str, int | str]:
        """Return figures and short words only."""
        return {
            "declaration": f"{self.declaration_files} files" if self.declaration_files else "not received",
            "base_rules": self.rules or "none: no bases verified",
            "bases": self.rows,
            **{f"bases_{status}": count for status, count in self.statuses.items()},
            "base_exceptions": self.exceptions,
            **{f"bases_left_out_{reason}": count for reason, count in self.left_out.items()},
        }


def verify_bases(
    warehouse: Warehouse, *, month: str, build: Callable[[Sequence[str]], object]
) -> BasesSummary:
    """Verify the unit and personal bases of a month, and list what is wrong with them.

    Source: the business ledgers, vouchers and declarations as staged for ``month``, the site's rules.
    Shape:  one row per base in ``bases.bases``, per exception in ``bases.base_exceptions``, per landed row no
            base is verified from in ``bases.bases_left_out``; without rules none.
    Again:  the month's rows are replaced; other months stay.
    Raises: InvariantBroken when a model or one of its tests fails; the month's rows stay as they were.
    """
    build(LAYERS)
    with warehouse.connect() as connection:
        ((files, rules, rows, exceptions),) = connection.execute(_COUNTS, {"month": month}).fetchall()
        statuses: dict[str, int] = dict(connection.execute(_STATUSES, {"month": month}).fetchall())
        left_out: dict[str, int] = dict(connection.execute(_LEFT_OUT, {"month": month}).fetchall())
    return BasesSummary(files, rules, rows, exceptions, statuses, left_out)
