"""What is made from what, and how a month stands: make's rule, on what the warehouse recorded.

Every feed and every step has one product. A product of a month is up to date when its step began after all
it is made from was there; ``ops.runs`` and ``ops.files`` tell, by the clock of the warehouse's server alone.
Airflow wakes the steps; whether there is something to do is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from fundwatch.feeds import FEEDS

if TYPE_CHECKING:
    import psycopg

# Product -> what it is made from. Quality follows reconciliation, because it measures fund data too.
MADE_FROM: dict[str, tuple[str, ...]] = {
    "ledgers": ("production",),
    "reconciliation": ("ledgers", "tax", "bank", "finance"),
    "cases": ("ledgers", "civil_registry", "bank"),
    "quality": ("reconciliation",),
    "publication": ("quality", "cases"),
}
STEP_OF = {
    "ledgers": "build",
    "reconciliation": "reconcile",
    "cases": "crosscheck",
    "quality": "measure",
    "publication": "publish",
}

# A production extract is news each time it is taken. Another feed has news for a month when a file of it, or
# of an earlier month, was loaded; it counts from the end of the first landing that can have committed it.
_ARRIVED = """
    with landings as (
        select fed.feed, run.month, run.ended_at
        from ops.runs as run
        cross join lateral jsonb_array_elements_text(run.detail -> 'feeds') as fed (feed)
        where run.step = 'ingest' and run.outcome = 'done'
    ),
    landed as (
        select feed, min(ended_at) as first_at, max(ended_at) as last_at
        from landings
        where month = %(month)s
        group by feed
    ),
    decided as (
        select feed, max(decided_at) as decided_at
        from ops.files
        where feed <> 'production' and state in ('loaded', 'superseded') and month <= %(month)s
        group by feed
    )
    select
        landed.feed,
        case when landed.feed = 'production' then landed.last_at else greatest(
            landed.first_at,
            (select min(landings.ended_at) from landings
             where landings.feed = landed.feed and landings.ended_at >= decided.decided_at)
        ) end as news_at
    from landed
    left join decided on decided.feed = landed.feed
"""
_MADE = """
    select step, max(started_at), max(ended_at)
    from ops.runs
    where month = %(month)s and outcome = 'done' and step = any(%(steps)s)
    group by step
"""
_MONTHS_MADE = """
    select distinct month from ops.runs
    where outcome = 'done' and step = any(%(steps)s)
    order by month
"""


@dataclass(frozen=True)
class Facts:
    """What the warehouse recorded of one month.

    ``arrived_at``: per feed, when its last news was there. ``began_at``, ``made_at``: per product, when its
    last successful run began and ended.
    """

    arrived_at: Mapping[str, datetime] = field(default_factory=dict)
    began_at: Mapping[str, datetime] = field(default_factory=dict)
    made_at: Mapping[str, datetime] = field(default_factory=dict)

    def available_at(self, product: str) -> datetime | None:
        """Return when a feed's or a step's product was last there anew; None when it never was."""
        return self.made_at.get(product) or self.arrived_at.get(product)


@dataclass(frozen=True)
class Standing:
    """How a product of one month stands; ``waits_for`` names inputs that are not ready."""

    waits_for: tuple[str, ...] = ()
    is_due: bool = False

    @property
    def is_fresh(self) -> bool:
        """Whether the product was made, and nothing it is made from has news."""
        return not self.waits_for and not self.is_due


def standing(product: str, facts: Facts) -> Standing:
    """Tell whether a product waits for an input, is due, or is up to date.

    An input that itself waits or is due counts as not ready: a publication is never made from cases and
    rates of different ledgers. A feed is ready once it was landed for the month, whatever it brought.
    """
    times = {name: facts.available_at(name) for name in MADE_FROM.get(product, ())}
    waits_for = tuple(name for name, at in times.items() if at is None or not standing(name, facts).is_fresh)
    if waits_for or product in FEEDS:
        return Standing(waits_for=waits_for)
    began = facts.began_at.get(product)
    return Standing(is_due=began is None or any(at > began for at in times.values() if at))


def facts_of(connection: psycopg.Connection, month: str) -> Facts:
    """Read what the warehouse recorded of a month."""
    arrived = connection.execute(_ARRIVED, {"month": month}).fetchall()
    made = connection.execute(_MADE, {"month": month, "steps": list(STEP_OF.values())}).fetchall()
    product_of = {step: product for product, step in STEP_OF.items()}
    return Facts(
        arrived_at=dict(arrived),
        began_at={product_of[step]: began for step, began, _ in made},
        made_at={product_of[step]: ended for step, _, ended in made},
    )


def months_restated(connection: psycopg.Connection, feed: str) -> list[str]:
    """Return the months already made from ``feed`` for which it has brought news since, in order."""
    followers = [product for product, needs in MADE_FROM.items() if feed in needs]
    steps = [STEP_OF[product] for product in followers]
    months = [month for (month,) in connection.execute(_MONTHS_MADE, {"steps": steps})]
    return [month for month in months if _has_news(facts_of(connection, month), feed, followers)]


def _has_news(facts: Facts, feed: str, followers: list[str]) -> bool:
    arrived = facts.arrived_at.get(feed)
    began = [facts.began_at[product] for product in followers if product in facts.began_at]
    return arrived is not None and any(arrived > at for at in began)
