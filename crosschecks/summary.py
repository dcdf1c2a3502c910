"""Results of a run of the cross-checks, in figures only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import Connection

from crosschecks.linkage import LinkageSummary
from fundwatch.queries import one_row


@dataclass(frozen=True)
class RuleCount:
    """How many points a rule raised in one class of match."""

    rule_id: str
    match_class: str
    cases: int


@dataclass(frozen=True)
class CaseSummary:
    """The points known in a month, per rule and class.

    ``civil_registry_files`` counts the files of death events of the month itself; while there is none, deaths
    known from earlier months still count. ``data_errors`` are equal numbers under unrelated names;
    ``linked_pairs`` and ``pairs_for_review`` are what the linkage model found.
    ``withdrawn`` and ``closed`` count cases whose point left the data in the month.
    """

    month: str
    as_of: str
    site_version: str
    civil_registry_files: int
    names_judged: int
    deceased_persons: int
    data_errors: int
    linked_pairs: int
    pairs_for_review: int
    cases: tuple[RuleCount, ...]
    withdrawn: int = 0
    closed: int = 0

    def counts(self) -> dict[str, int | str]:
        """Return figures and short words only."""
        received = f"{self.civil_registry_files} files" if self.civil_registry_files else "not received"
        return {
            "civil_registry": received,
            "names_judged": self.names_judged,
            "deceased_persons": self.deceased_persons,
            "data_errors": self.data_errors,
            "linked_pairs": self.linked_pairs,
            "pairs_for_review": self.pairs_for_review,
            "withdrawn": self.withdrawn,
            "closed": self.closed,
            **{f"{count.rule_id}_{count.match_class}": count.cases for count in self.cases},
        }


def read_summary(
    connection: Connection,
    *,
    month: str,
    as_of: str,
    site_version: str,
    names_judged: int,
    ended: Mapping[str, int],
    linked: LinkageSummary,
) -> CaseSummary:
    """Count what the models built for ``month``, the month built last."""
    query = """
        select
            (
                select count(*) from staging_civil_registry.stg_civil_registry__file
                where file_month = %(month)s
            ),
            (select count(*) from crosschecks.deceased_persons),
            (select count(*) from crosschecks.data_errors where month = %(month)s)
    """
    files, deceased, errors = one_row(connection.execute(query, {"month": month}))
    cases = connection.execute(
        "select rule_id, match_class, count(*) from crosschecks.cases where month = %s"
        " group by rule_id, match_class order by rule_id, match_class",
        (month,),
    ).fetchall()
    return CaseSummary(
        month=month,
        as_of=as_of,
        site_version=site_version,
        civil_registry_files=files,
        names_judged=names_judged,
        deceased_persons=deceased,
        data_errors=errors,
        linked_pairs=linked.linked,
        pairs_for_review=linked.for_review,
        cases=tuple(RuleCount(*row) for row in cases),
        **ended,
    )
