"""Compare the rows of a session that covers the city with the few divisions it does not cover."""

from alembic import op

revision = "0049_whole_city"
down_revision = "0048_review_tables"

# A row of a division that no version of the site knows is the city's, as one without any is.
HIDDEN = """
create function portal.hidden_divisions(relation text) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    covered text[] := portal.divisions_of(relation);
begin
    -- Of whoever covers less than the city, most divisions are hidden, and the unknown ones are.
    if coalesce(portal.city() = any(covered), false) then
        return array(select unnest(portal.known_divisions()) except select unnest(covered));
    end if;
    return null;
end $$;
"""

# Table behind ``published`` -> the relation of ``portal.readers`` its rows are.
WITH_DIVISION = {
    "cells": "figures", "scorecard": "scorecard", "rules": "rule_results", "failures": "failures",
    "issues": "issues", "divisions": "division_names",
}  # fmt: skip
MAYBE_WITHOUT = {
    "reconciliation": "reconciliation", "case_counts": "case_counts", "bases": "bases",
    "base_exceptions": "bases", "base_units": "bases", "base_documents": "bases",
}  # fmt: skip
NEVER_AS_DRAFT = {"cases": "cases", "case_evidence": "case_evidence", "case_persons": "case_persons"}

CURRENT = (
    "(number = (select (portal.current_numbers())[1])"
    " or number = any((select portal.current_numbers())::integer[]))"
)
DRAFT = "number = any((select portal.draft_numbers_of('{relation}'))::integer[])"
# Without a list of hidden ones the comparison is null, and covered ones are looked up, hashed.
COVERED = (
    "division <> all((select portal.hidden_divisions('{relation}'))::text[])"
    " or division in (select unnest(portal.divisions_of('{relation}')))"
)
OR_CITY = (
    " or (select portal.may('{relation}', null)) and (division is null"
    " or division <> all((select portal.known_divisions())::text[]))"
)


def upgrade() -> None:
    """Each session sees the rows it saw; such of a division that was never known are the city's."""
    op.execute(HIDDEN)
    for parts, covered, is_also_draft in (
        (WITH_DIVISION, COVERED, True),
        (MAYBE_WITHOUT, COVERED + OR_CITY, True),
        (NEVER_AS_DRAFT, COVERED + OR_CITY, False),
    ):
        for part, relation in parts.items():
            rule = f"{CURRENT} and ({covered})".format(relation=relation)
            if is_also_draft:
                later = covered.format(relation=f"draft_{relation}")
                rule += f" or {DRAFT.format(relation=relation)} and ({later})"
            op.execute(f"alter policy readers on ops.publication_{part} using ({rule})")
    op.execute("revoke all on all functions in schema portal from public")
