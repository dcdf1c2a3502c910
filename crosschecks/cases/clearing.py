"""What auditors cleared, as the models of the rules read it."""

from __future__ import annotations

from datetime import date

from fundwatch.database.warehouse import Warehouse

_LAYER = "crosschecks"
_CREATE = """
create table if not exists crosschecks.cleared_evidence (
    case_id text not null,
    rule_id text not null,
    scheme text not null,
    person_id text not null,
    other_person_id text,
    landed_table text not null,
    row_key text not null,
    source_file_id text,
    source_row bigint
)
"""
_FILL = """
insert into crosschecks.cleared_evidence
select
    case_id, rule_id, scheme, person_id, other_person_id, landed_table, row_key, source_file_id, source_row
from ops.cleared_evidence
where from_month <= %(month)s and (to_month is null or to_month > %(month)s) and %(as_of)s <= until_on
"""


def prepare(warehouse: Warehouse, *, month: str, as_of: date) -> int:
    """Write the evidence of every case that is cleared in ``month``, by decisions in force on the as-of day.

    Source: ops.cleared_evidence, which derives from the events of cases.
    Shape:  ``crosschecks.cleared_evidence``: case x landed row known when it was cleared; return how many.
    Again:  all rows are replaced in one transaction.
    """
    with warehouse.connect(layer=_LAYER) as connection:
        connection.execute(_CREATE)
    with warehouse.connect() as connection:
        connection.execute("truncate crosschecks.cleared_evidence")
        count = connection.execute(_FILL, {"month": month, "as_of": as_of}).rowcount
        connection.execute("analyze crosschecks.cleared_evidence")
    return count
