"""The step ``crosscheck``: build pairs, classify names, link persons, build points and cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from crosschecks import linkage, name_classes
from crosschecks.cases import clearing, settling
from crosschecks.completing import complete
from crosschecks.summary import CaseSummary, read_summary
from fundwatch.database.warehouse import Warehouse

PAIRS = (
    "staging_site",
    "staging_civil_registry",
    "staging_tax:+stg_tax__voucher,config.schema:staging_tax",
    "staging_bank:stg_bank__payment_return",
    "staging_declaration:+stg_declaration__application,config.schema:staging_declaration",
    "crosschecks:crosschecks.pairs",
)
POINTS = ("crosschecks:crosschecks.points",)


def check(
    warehouse: Warehouse,
    *,
    month: str,
    as_of: date,
    site_version: str,
    build: Callable[[Sequence[str]], object],
    linkage_engine: str = "duckdb",
) -> CaseSummary:
    """Find the suspicious points known in ``month`` and store them in ``crosschecks.cases``.

    Source: the business ledgers as built for ``month``; death events, vouchers,
            payment returns and applications of files of months up to it.
    Shape:  one case per rule, scheme and person (or pair); ``build`` runs dbt for the layers it is given,
            for this month, day and version of the site's parameters; ``linkage_engine`` is duckdb or spark.
    Again:  the cases of those for whom something changed are replaced, or all when that is not known, and the
            month's are stated anew from their events; other months stay. A case whose
            point left the data is closed, or withdrawn where an event it rested on was revoked.
    Raises: InvariantBroken when a model or one of its tests fails; the cases of the month stay as they were.
    """
    name_classes.prepare(warehouse)
    clearing.prepare(warehouse, month=month, as_of=as_of)
    build(PAIRS)
    names_judged = name_classes.judge(warehouse)
    linked = linkage.link(warehouse, month=month, engine=linkage_engine)
    settling.remember(warehouse, month=month)
    build(POINTS)
    settled = settling.settle(warehouse, month=month)
    complete(warehouse, month=month)
    with warehouse.connect() as connection:
        return read_summary(
            connection,
            month=month,
            as_of=as_of.isoformat(),
            site_version=site_version,
            names_judged=names_judged,
            ended={"withdrawn": settled.withdrawn, "closed": settled.closed},
            linked=linked,
        )
