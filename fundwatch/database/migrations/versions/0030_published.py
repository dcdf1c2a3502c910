"""What readers see: views of current publications and of drafts, under the rights of whoever asks."""

from alembic import op

revision = "0030_published"
down_revision = "0029_row_security"

PARTS_NEVER_AS_DRAFT = ("cases", "case_evidence", "case_persons")
# View -> its table, the columns it shows of it, and whether its rows are drafts, too.
_SHOWN = {
    "figures": (
        "cells", "form, division, scheme, breakdown, cell, label_zh, label_en, value, unit, indicator"
    ),
    "scorecard": (
        "scorecard",
        ('division, table_name as "table", metric, numerator, denominator, rate, target, status, grade,'
        " name_zh, name_en, level, low, high, severity, grace_months, months_outside"),
    ),
    "rule_results": (
        "rules",
        'division, table_name as "table", rule_id, checked, failed, own_failed, severity, text_zh, text_en',
    ),
    "failures": (
        "failures", 'division, table_name as "table", rule_id, masked_key as key, source_file_id, source_row'
    ),
    "issues": (
        "issues",
        ('issue_id, division, table_name as "table", rule_id, masked_key as key, source_file_id, source_row,'
        " first_seen, due_on, state, corrected_on, reason"),
    ),
    "reconciliation": (
        "reconciliation",
        ('place, check_name as "check", division, scheme, masked_subject as subject, for_month,'
        " masked_account_no as account_no, party_a, party_b, amount_a, amount_b, difference, status,"
        " masked_items as items"),
    ),
    "case_counts": ("case_counts", "division, rule_id, scheme, state, outcome, cases, amount"),
    "divisions": ("divisions", "division, name_zh, name_en, level, parent"),
    "declarations": ("declarations", "item, answer, note, actor, entered_at"),
    "cases": (
        "cases",
        ("case_id, rule_id, division, scheme, masked_person_id as person_id,"
        " masked_other_person_id as other_person_id, match_class, score, first_month, last_month, months,"
        " amount, state, outcome, masked_evidence as evidence"),
    ),
    "case_evidence": (
        "case_evidence",
        ('case_id, line, division, table_name as "table", masked_key as key, source_file_id, source_row,'
        " landed_table, file_name, masked_fields as fields"),
    ),
    "case_persons": (
        "case_persons",
        ("case_id, place, division, masked_person_id as person_id, is_person, masked_name as name,"
        " masked_identity_number as identity_number, masked_birth_on as birth_on"),
    ),
}  # fmt: skip
# The hashes of a signed edition took the place of the draft's.
_FILES = """
    select p.number as publication, p.month, f.name, f.sha256
    from (
        select number, name, sha256 from ops.publication_signed_files
        union all
        select drafted.number, drafted.name, drafted.sha256 from ops.publication_files as drafted
        where not exists (
            select from ops.publication_signed_files as signed where signed.number = drafted.number
        )
    ) as f
    inner join portal.{editions}() as p on p.number = f.number
"""
_PUBLICATIONS = """
    select number, number as publication, month, as_of, content_sha256, sha256, not_usable, preparer,
        reviewer, approver, replaces, approved_at, state, audit_head, preparer_display, note, prepared_at,
        reviewed_at, code_version, site_version, statement_faults, parts
    from ops.publications where {which}
"""


def _view(table: str, columns: str, editions: str) -> str:
    shown = ", ".join(f"x.{column.strip()}" for column in columns.split(","))
    return (
        f"select p.number as publication, p.month, {shown} from ops.publication_{table} as x"
        f" inner join portal.{editions}() as p on p.number = x.number"
    )


def _whole(table: str) -> str:
    return (
        f"select p.month, x.* from ops.publication_{table} as x"
        " inner join portal.current_publications() as p on p.number = x.number"
    )


VIEWS = {
    **{name: _view(*shown, "current_publications") for name, shown in _SHOWN.items()},
    **{
        f"draft_{name}": _view(*shown, "draft_publications")
        for name, shown in _SHOWN.items()
        if shown[0] not in PARTS_NEVER_AS_DRAFT
    },
    "cells": _whole("cells"),
    "rules": _whole("rules"),
    "files": _FILES.format(editions="current_publications"),
    "draft_files": _FILES.format(editions="draft_publications"),
    "publications": _PUBLICATIONS.format(which="is_current"),
    "draft_publications": _PUBLICATIONS.format(which="state <> 'approved'"),
    "superseded_publications": _PUBLICATIONS.format(which="state = 'approved' and not is_current"),
}
FORMER_VIEWS = ("publications", "cells", "files", "scorecard", "cases", "rules", "failures")


def upgrade() -> None:
    """Make the views anew: those of former versions showed everything to whoever might read them."""
    for view in FORMER_VIEWS:
        op.execute(f"drop view published.{view}")
    for name, query in VIEWS.items():
        op.execute(f"create view published.{name} with (security_invoker = true) as {query}")
