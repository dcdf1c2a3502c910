"""Reads the pairs of class D that the linkage leaves to people, by the division that looks at them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg.rows import dict_row

from crosschecks.cases.work_lists.entries import Masks, Pair


def pairs_of(
    connection: psycopg.Connection, *, month: str, site_version: str, masks: Masks
) -> Iterator[tuple[str, Pair]]:
    """Yield the pairs of a month with their division, the likeliest first; those without are the city's.

    Source: crosschecks.review_pairs; none where the month was checked by a version without it.
    """
    ((relation,),) = connection.execute("select to_regclass('crosschecks.review_pairs')")
    if relation is None:
        return
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(_PAIRS, {"month": month, "site": site_version}):
            yield (
                row["place"],
                Pair(
                    person=_shown(row, "person", masks),
                    other=_shown(row, "other", masks),
                    score=row["score"],
                    reasons={"zh": row["reason_zh"] or "", "en": row["reason_en"] or ""},
                ),
            )


def _shown(row: dict[str, Any], side: str, masks: Masks) -> tuple[str, str, str]:
    name, number = row[f"{side}_name"], row[f"{side}_number"]
    return row[f"{side}_id"], masks.name(name) if name else "", masks.number(number) if number else ""


_PAIRS = """
with city as (
    select min(division) as division from site.divisions where _site_version = %(site)s and level = 'city'
),
persons as (
    select person_id, person_name, identity_number from business_ledger.persons
    where valid_from_batch <= %(month)s and (valid_to_batch is null or valid_to_batch > %(month)s)
)
select
    coalesce(pairs.division, city.division) as place,
    pairs.person_id, persons.person_name, persons.identity_number as person_number,
    pairs.other_person_id as other_id, others.person_name as other_name,
    others.identity_number as other_number,
    pairs.score, pairs.reason_zh, pairs.reason_en
from crosschecks.review_pairs as pairs
left join city on true
left join persons on persons.person_id = pairs.person_id
left join persons as others on others.person_id = pairs.other_person_id
where pairs.month = %(month)s
order by pairs.score desc nulls last, pairs.person_id collate "C", pairs.other_person_id collate "C"
"""
