"""What form R2 shows beside its cells: money since January, from the same build of the month."""

from __future__ import annotations

import psycopg

from reporting.snapshot.history import Observation

# In the order of the columns.
INDICATORS = ("contributions_due_ytd", "contributions_received_ytd", "arrears_cleared_ytd")


def year_to_date_of(connection: psycopg.Connection, *, month: str) -> tuple[Observation, ...]:
    """Return the sums since January of every division and scheme.

    Source: statistical_ledger.indicators, where each is an indicator that can be traced like any other.
    """
    ((relation,),) = connection.execute("select to_regclass('statistical_ledger.indicators')")
    if relation is None:
        return ()
    rows = connection.execute(
        "select month, division, scheme, breakdown, indicator, value from statistical_ledger.indicators"
        " where month = %s and breakdown = '' and indicator = any(%s) order by 2, 3, 5",
        (month, list(INDICATORS)),
    )
    return tuple(Observation(*row) for row in rows)
