"""What is known beside one object: events, evidence and persons of a case, comments on what has any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.visits import Visit

_EVENTS = """
    select number, state, finding, decision, outcome, amount, until_on, note, actor, from_month, recorded_at,
        is_run, void_because
    from portal.case_events(%(case)s) order by number
"""
_EVIDENCE = """
    select line, landed_table, division, "table", key, source_file_id, source_row, file_name, fields
    from published.case_evidence where case_id = %(case)s and publication = %(publication)s
    order by line, landed_table
"""
_PERSONS = """
    select place, division, person_id, is_person, name, identity_number, birth_on
    from published.case_persons where case_id = %(case)s and publication = %(publication)s
    order by place
"""
_COMMENTS = "select comment_id, author, text, at from portal.comments_on(%(about)s) order by comment_id"


def events_of(visit: Visit, case_id: str) -> list[dict[str, Any]]:
    """Return what was done about a case, in its order, of all months; an event that is void says why."""
    return visit.rows(_EVENTS, {"case": case_id})


def evidence_of(visit: Visit, case_id: str, publication: int) -> list[dict[str, Any]]:
    """Return the landed rows behind a case as published, keys and personal fields masked."""
    return visit.rows(_EVIDENCE, {"case": case_id, "publication": publication})


def persons_of(visit: Visit, case_id: str, publication: int) -> list[dict[str, Any]]:
    """Return the persons a case is about as published, masked."""
    return visit.rows(_PERSONS, {"case": case_id, "publication": publication})


def comments_on(visit: Visit, kind: str, object_id: str) -> list[dict[str, Any]]:
    """Return the comments on an object of a kind (``cases``, ``issues``), the first first."""
    return visit.rows(_COMMENTS, {"about": f"{kind}/{object_id}"})
