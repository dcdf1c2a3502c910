"""The policies that judge rows of publications, and who reads what: as they must stand in the database.

The texts are those the server gives back. A revision that changes a policy, a reader or a function that
policies ask changes them here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PIPELINE = "( SELECT portal.is_pipeline() AS is_pipeline)"


@dataclass(frozen=True)
class Policy:
    """One policy: its name, the command as the catalogue has it (``*`` all, ``r`` select, ``w`` update)."""

    name: str
    command: str
    using: str
    check: str | None = None


# Table behind ``published`` -> the relation of READERS its rows are, by what is known of their division.
WITH_DIVISION = {
    "publication_cells": "figures", "publication_scorecard": "scorecard", "publication_rules": "rule_results",
    "publication_failures": "failures", "publication_issues": "issues",
    "publication_divisions": "division_names",
}  # fmt: skip
MAYBE_WITHOUT = {
    "publication_reconciliation": "reconciliation", "publication_case_counts": "case_counts",
    "publication_bases": "bases", "publication_base_exceptions": "bases", "publication_base_units": "bases",
    "publication_base_documents": "bases",
}  # fmt: skip
NEVER_AS_DRAFT = {
    "publication_cases": "cases", "publication_case_evidence": "case_evidence",
    "publication_case_persons": "case_persons",
}  # fmt: skip
WITHOUT_DIVISION = {"publication_declarations": "declarations"}
OF_THE_CITY = {
    "publication_files": "publication_files", "publication_signed_files": "publication_files",
    "publication_signatures": "publication_files",
}  # fmt: skip

_CURRENT = "(number = ANY (( SELECT portal.current_numbers() AS current_numbers)::integer[]))"
_SHOWN = f"((number = ( SELECT (portal.current_numbers())[1] AS current_numbers)) OR {_CURRENT})"
_DRAFT = (
    "(number = ANY (( SELECT portal.draft_numbers_of('{relation}'::text) AS draft_numbers_of)::integer[]))"
)
_NOT_HIDDEN = (
    "(division <> ALL (( SELECT portal.hidden_divisions('{relation}'::text) AS hidden_divisions)::text[]))"
)
_COVERED = (
    f"{_NOT_HIDDEN} OR (division IN ( SELECT unnest(portal.divisions_of('{{relation}}'::text)) AS unnest))"
)
_MAY = "( SELECT portal.may('{relation}'::text, NULL::text) AS may)"
_OR_CITY = (
    f"({_COVERED} OR ({_MAY} AND ((division IS NULL) OR (division <> ALL"
    " (( SELECT portal.known_divisions() AS known_divisions)::text[])))))"
)
_DEFINER = "( SELECT portal.is_definer() AS is_definer)"


def _also_as_draft(rule: str) -> str:
    return f"(({_SHOWN} AND {rule}) OR ({_DRAFT} AND {rule.replace('{relation}', 'draft_{relation}')}))"


_RULES = (
    (WITH_DIVISION, _also_as_draft(f"({_COVERED})")),
    (MAYBE_WITHOUT, _also_as_draft(_OR_CITY)),
    (NEVER_AS_DRAFT, f"({_SHOWN} AND {_OR_CITY})"),
    (WITHOUT_DIVISION, _also_as_draft(_MAY)),
    (OF_THE_CITY, _MAY),
)


def _policies() -> dict[str, frozenset[Policy]]:
    pipeline = Policy("pipeline", "*", PIPELINE, PIPELINE)
    by_table = {
        table: {pipeline, Policy("readers", "r", rule.format(relation=relation))}
        for tables, rule in _RULES
        for table, relation in tables.items()
    }
    by_table["publication_content"] = {pipeline}
    by_table["publication_scorecard"].add(
        Policy(
            "ranking",
            "r",
            f"({_DEFINER} AND {_CURRENT} AND ( SELECT portal.reads('ranking'::text) AS reads)"
            " AND (level = ANY (ARRAY['county'::text, 'city'::text])))",
        )
    )
    publications = _MAY.format(relation="publications")
    signs = f"({_DEFINER} AND {publications})"
    by_table["publications"] = {
        pipeline,
        Policy("readers", "r", publications),
        Policy("whole_for_definers", "r", _DEFINER),
        Policy("signers", "w", signs, signs),
    }
    return {table: frozenset(policies) for table, policies in by_table.items()}


# Table of the schema ``ops`` -> its policies, all of them permissive and for everybody.
POLICIES: Mapping[str, frozenset[Policy]] = _policies()

# Relation -> roles that read it; in brackets only by a grant on the city or the province.
READERS: Mapping[str, str] = {
    "figures": "supervisor statistician auditor",
    "scorecard": "supervisor statistician engineer",
    "rule_results": "supervisor statistician",
    "failures": "supervisor statistician",
    "issues": "supervisor auditor",
    "reconciliation": "supervisor auditor",
    "bases": "supervisor auditor",
    "case_counts": "supervisor auditor",
    "cases": "auditor",
    "case_evidence": "auditor",
    "case_persons": "auditor",
    "traces": "statistician auditor",
    "ranking": "supervisor",
    "declarations": "supervisor",
    "divisions": "supervisor statistician auditor engineer admin",
    "division_names": "supervisor statistician auditor engineer",
    "publications": "(supervisor) (statistician)",
    "publication_files": "(supervisor) (statistician)",
    "draft_figures": "(supervisor) (statistician)",
    "draft_traces": "(statistician)",
    "draft_scorecard": "(supervisor) (statistician)",
    "draft_rule_results": "(supervisor) (statistician)",
    "draft_failures": "(supervisor) (statistician)",
    "draft_issues": "(supervisor)",
    "draft_reconciliation": "(supervisor)",
    "draft_bases": "(supervisor)",
    "draft_case_counts": "(supervisor)",
    "draft_declarations": "(supervisor)",
    "draft_division_names": "(supervisor) (statistician)",
    "feed_files": "engineer",
    "runs": "engineer",
    "alerts": "engineer",
    "users": "admin",
    "sessions": "admin",
    "audit": "admin",
}


def readers() -> frozenset[tuple[str, str, bool]]:
    """Return relation, role and whether only city up reads it, as rows of ``portal.readers``."""
    return frozenset(
        (relation, role.strip("()"), role.startswith("("))
        for relation, roles in READERS.items()
        for role in roles.split()
    )


# Function that policies ask, or that masks -> hash of its source.
SOURCES: Mapping[str, str] = {
    "is_pipeline": "485fb2adf1e02be9",
    "is_pipeline_session": "45d45ae1f5a8dbef",
    "is_definer": "d874c4fe447595f1",
    "session_key": "343927597a2f0ce7",
    "visitor": "c7d2db84be5d957f",
    "site_version": "dbaa3611f628785d",
    "division_tree": "a9f072832cfcf032",
    "city": "d263378bc88fcdc1",
    "known_divisions": "cbf74ca85b88fe5a",
    "divisions_of": "dcd0bf19c148c44f",
    "hidden_divisions": "15bcb0295517c865",
    "scope": "c17fd6630f13ed91",
    "may": "8cc1e561589ea2f0",
    "reads": "09936f7ee5ef5d4f",
    "reads_publications": "4680308937ff2e9f",
    "current_publications": "a60f27f1a4a498f2",
    "current_numbers": "6db4aba275d54298",
    "draft_publications": "968ab34aecd19414",
    "draft_numbers_of": "ac2a78a78c951a9f",
    "masked": "f210b0088ce13db2",
    "masked_day": "5ee0cc9be8a3d3c2",
    "masked_entries": "4e90a2be967ae6d5",
    "masked_fields": "da464b5d709941ad",
    "masked_subject": "90760caa80f2c483",
}
