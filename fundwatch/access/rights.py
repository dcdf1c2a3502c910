"""What the portal's roles may do, by name, and what the catalogue says they may.

The one place where a right of theirs is given: whatever stands in none of these tables is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psycopg

PORTAL, ACTS, SIGNIN, OWNER = "portal", "acts", "signin", "owner"
KEYS = (PORTAL, ACTS, SIGNIN, OWNER)
PUBLIC = "public"
SCHEMA = "portal"

# Schemas whose objects a role may name.
USES: Mapping[str, tuple[str, ...]] = {
    PORTAL: ("portal", "published", "ops"),
    ACTS: ("portal",),
    SIGNIN: ("portal",),
    OWNER: ("ops", "site", "published", "quality", "crosschecks", "staging_site"),
}
# Schemas whose tables builds replace: what a layer creates there, the role may read from the beginning.
READS_WHAT_IS_BUILT: Mapping[str, tuple[str, ...]] = {OWNER: ("crosschecks", "staging_site")}
# Role -> relation -> rights on the whole of it. ``schema.*`` is every relation of a schema.
ON_RELATIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    PORTAL: {"published.*": ("SELECT",), "portal.readers": ("SELECT",)},
    ACTS: {"portal.readers": ("SELECT",)},
    SIGNIN: {},
    OWNER: {
        "site.divisions": ("SELECT",),
        "site.versions": ("SELECT",),
        "ops.alerts": ("SELECT",),
        "ops.audit": ("SELECT",),
        "ops.case_events": ("SELECT",),
        "ops.compared_publication": ("SELECT",),
        "ops.declarations": ("SELECT",),
        "ops.files": ("SELECT",),
        "ops.forgotten_months": ("SELECT",),
        "ops.runs": ("SELECT",),
        "ops.schema_version": ("SELECT",),
        "ops.publications": ("SELECT",),
        "ops.publication_cases": ("SELECT",),
        "ops.publication_case_evidence": ("SELECT",),
        "ops.publication_case_persons": ("SELECT",),
        "ops.publication_issues": ("SELECT",),
        "ops.publication_scorecard": ("SELECT",),
        "quality.rectification": ("SELECT",),
        "quality.written_issues": ("SELECT",),
        "quality.waivers": ("SELECT",),
        "crosschecks.*": ("SELECT",),
        "staging_site.crosscheck_rules": ("SELECT",),
    },
}
# Table behind ``published`` -> the columns its views show; personal values stand beside them, masked.
SHOWN_COLUMNS: Mapping[str, str] = {
    "publications": "number month as_of content_sha256 sha256 not_usable preparer reviewer approver replaces"
    " is_current approved_at state audit_head preparer_display note prepared_at reviewed_at code_version"
    " site_version statement_faults parts",
    "publication_cells": "number form division scheme breakdown cell label_zh label_en value unit indicator",
    "publication_scorecard": "number division name_zh name_en level table_name metric numerator denominator"
    " rate target status grade low high severity grace_months months_outside",
    "publication_rules": "number division table_name rule_id severity text_zh text_en checked failed"
    " own_failed",
    "publication_failures": "number division table_name rule_id masked_key source_file_id source_row",
    "publication_issues": "number issue_id division table_name rule_id source_file_id source_row first_seen"
    " due_on state corrected_on reason masked_key place",
    "publication_reconciliation": "number place check_name division scheme for_month party_a party_b amount_a"
    " amount_b difference status masked_subject masked_account_no masked_items",
    "publication_cases": "number case_id rule_id division scheme match_class score first_month last_month"
    " months amount state outcome masked_person_id masked_other_person_id masked_evidence place",
    "publication_case_evidence": "number case_id line landed_table division table_name source_file_id"
    " source_row file_name masked_key masked_fields",
    "publication_case_persons": "number case_id place division is_person masked_person_id masked_name"
    " masked_identity_number masked_birth_on",
    "publication_case_counts": "number division rule_id scheme state outcome cases amount",
    "publication_bases": "number place division scheme wage_year level unit_id identity base_method"
    " unit_method wage_source wage wage_kind average_wage floor cap sum_personal expected_base"
    " provisional_base applied_base tax_base verified_month trueup_due trueup_booked trueup_open status"
    " masked_person_id",
    "publication_base_exceptions": "number place exception_id exception division scheme wage_year unit_id"
    " first_month last_month months expected found amount due_on masked_person_id masked_evidence",
    "publication_base_units": "number unit_id wage_year division name tax_number wage_bill month_count"
    " employees declared_on",
    "publication_base_documents": "number unit_id wage_year document_code division name_zh name_en due_on"
    " received_on",
    "publication_declarations": "number item answer note actor entered_at",
    "publication_divisions": "number division name_zh name_en level parent",
    "publication_files": "number name sha256",
    "publication_signed_files": "number name sha256",
    "publication_signatures": "number place name day",
}
# Role -> relation -> right -> columns: what a role may reach of a table that holds more.
ON_COLUMNS: Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    PORTAL: {f"ops.{table}": {"SELECT": tuple(columns.split())} for table, columns in SHOWN_COLUMNS.items()},
    ACTS: {},
    SIGNIN: {},
}
# Functions of the schema ``portal`` by name, whatever their arguments. What policies ask, every role may ask.
ASKED_BY_POLICIES = (
    "is_pipeline", "is_definer", "scope", "may", "reads", "city", "divisions_of", "draft_numbers_of",
    "current_numbers", "current_publications", "draft_publications", "known_divisions", "hidden_divisions",
)  # fmt: skip
LIVE = (
    "ranking", "divisions_read", "feed_files", "runs", "alerts", "issue_states", "issues_changed",
    "case_states", "case_events",
    "comments_on", "case_rules", "cases_raised", "users_list", "grants_list", "sessions_list", "audit_log",
    "comments_read", "declarations_read",
    "trace_figure",
)  # fmt: skip
ACTED = (
    "record_case_event", "waive_issue", "review_publication", "approve_publication", "declare_item",
    "comment", "enter_reveal", "enter_find", "revealed", "enter_export", "revealed_cells", "deny",
    "flush_denials",
)  # fmt: skip
ADMINISTERS = (
    "user_added", "user_granted", "user_revoked", "user_disabled", "user_password", "user_sessions_ended",
)  # fmt: skip
SIGNS_IN = (
    "attempt_begun", "failures_forgotten", "credentials", "user_of_subject", "session_started",
    "session_touched", "session_ended", "own_sessions", "own_session_ended", "language_chosen",
    "password_changed", "sign_in_entered", "revision", "audit_tried", "gauges",
)  # fmt: skip
EXECUTES: Mapping[str, tuple[str, ...]] = {
    PORTAL: (*ASKED_BY_POLICIES, *LIVE, "visitor", "grants_of_visitor", "masked", "publication_asked",
             "is_shown"),
    ACTS: (
        *ASKED_BY_POLICIES, *ACTED, *ADMINISTERS, "visitor", "grants_of_visitor", "open_months",
        "open_figures",
    ),
    SIGNIN: SIGNS_IN,
    PUBLIC: ASKED_BY_POLICIES,
}  # fmt: skip
# Functions of ``ops`` do what those of ``portal`` judge: nobody but their owner calls them.
DOES: tuple[str, ...] = (
    "enter", "take_case_turn", "case_standing", "void_case_events", "record_case_event", "issue_now",
    "waive_issue",
    "review_publication", "approve_publication", "declare_item", "open_months", "open_figures", "raw_case",
    "published_case", "rows_of_object", "raw_issue", "cases_of_number", "raw_cells", "trace_figure",
)  # fmt: skip


@dataclass(frozen=True)
class Right:
    """One right of one role: ``kind`` is schema, relation, column, function or default.

    ``name`` is empty for a schema, ``table.column`` for a column, ``name(arguments)`` for a function, and for
    a default (what tables to come are created with) the role that creates them;
    ``right`` is in capitals as the server writes it.
    """

    kind: str
    schema: str
    name: str
    grantee: str
    right: str

    @property
    def place(self) -> str:
        """Return what the right is on, for people."""
        return f"{self.schema}.{self.name}" if self.name else f"the schema {self.schema}"


def held(connection: psycopg.Connection, grantees: Iterable[str]) -> set[Right]:
    """Return every right that the roles named hold themselves, and PUBLIC on functions of portal and ops."""
    rows = connection.execute(_HELD, {"grantees": list(grantees), "schema": SCHEMA})
    return {Right(*row) for row in rows.fetchall()}


def meant(connection: psycopg.Connection, names: Mapping[str, str]) -> set[Right]:
    """Return the rights the tables above give on what there is; ``names`` are key -> role of this server."""
    there: dict[str, list[tuple[str, str, list[str]]]] = {"relation": [], "function": [], "schema": []}
    for kind, schema, name, columns in connection.execute(_THERE).fetchall():
        there[kind].append((schema, name, columns))
    rights = set()
    for key in KEYS:
        role = names[key]
        schemas = {schema for schema, _, _ in there["schema"]} & set(USES[key])
        rights |= {Right("schema", schema, "", role, "USAGE") for schema in schemas}
        rights |= {
            Right("default", schema, owner, role, "SELECT")
            for schema, _, (owner,) in there["schema"]
            if schema in READS_WHAT_IS_BUILT.get(key, ())
        }
        for schema, name, columns in there["relation"]:
            whole = ON_RELATIONS[key].get(f"{schema}.{name}") or ON_RELATIONS[key].get(f"{schema}.*", ())
            rights |= {Right("relation", schema, name, role, right) for right in whole}
            for right, chosen in ON_COLUMNS.get(key, {}).get(f"{schema}.{name}", {}).items():
                present = [column for column in chosen if column in columns]
                rights |= {Right("column", schema, f"{name}.{column}", role, right) for column in present}
    grantees = {**{key: names[key] for key in KEYS}, PUBLIC: PUBLIC}
    for key, functions in EXECUTES.items():
        rights |= {
            Right("function", schema, name, grantees[key], "EXECUTE")
            for schema, name, _ in there["function"]
            if schema == SCHEMA and name.partition("(")[0] in functions
        }
    rights |= {
        Right("function", schema, name, names[OWNER], "EXECUTE")
        for schema, name, _ in there["function"]
        if schema == "ops" and name.partition("(")[0] in DOES
    }
    return rights


def is_of_owner(right: Right, names: Mapping[str, str]) -> bool:
    """Whether a right is one the owner of the schema ``portal`` has anyway."""
    return right.schema == SCHEMA and right.grantee == names[OWNER]


# Catalogue tables alone, so that a right is seen as it is stored; an owner's own rights are none.
_HELD = """
    with granted as (
        select 'schema' as kind, n.nspname::text as schema, '' as name, n.nspowner as owner, n.nspacl as acl
        from pg_namespace as n
        union all
        select 'relation', n.nspname::text, c.relname::text, c.relowner, c.relacl
        from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace
        where c.relkind in ('r', 'v', 'm', 'p', 'f')
        union all
        select 'column', n.nspname::text, concat(c.relname, '.', t.attname), c.relowner, t.attacl
        from pg_attribute as t
        inner join pg_class as c on c.oid = t.attrelid
        inner join pg_namespace as n on n.oid = c.relnamespace
        where t.attacl is not null and not t.attisdropped
        union all
        select
            'function', n.nspname::text,
            concat(p.proname, '(', oidvectortypes(p.proargtypes), ')'), p.proowner,
            coalesce(p.proacl, acldefault('f', p.proowner))
        from pg_proc as p inner join pg_namespace as n on n.oid = p.pronamespace
        where n.nspname in (%(schema)s, 'ops')
        union all
        select 'default', n.nspname::text, pg_get_userbyid(d.defaclrole)::text, d.defaclrole, d.defaclacl
        from pg_default_acl as d inner join pg_namespace as n on n.oid = d.defaclnamespace
        where d.defaclobjtype = 'r'
    )
    select
        g.kind, g.schema, g.name,
        case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee)::text end, a.privilege_type
    from granted as g cross join lateral aclexplode(g.acl) as a
    where a.grantee <> g.owner
        and (
            a.grantee in (select oid from pg_roles where rolname = any(%(grantees)s))
            or a.grantee = 0 and (g.schema = %(schema)s or g.kind = 'function')
        )
"""
_THERE = """
    select 'schema', nspname::text, '', array[pg_get_userbyid(nspowner)::text]
    from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
    union all
    select
        'relation', n.nspname::text, c.relname::text,
        array(select t.attname::text from pg_attribute as t where t.attrelid = c.oid and t.attnum > 0
            and not t.attisdropped)
    from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'v', 'm', 'p', 'f')
        and n.nspname in ('portal', 'published', 'ops', 'site', 'quality', 'crosschecks', 'staging_site')
    union all
    select
        'function', n.nspname::text, concat(p.proname, '(', oidvectortypes(p.proargtypes), ')'),
        '{}'::text[]
    from pg_proc as p inner join pg_namespace as n on n.oid = p.pronamespace
    where n.nspname in ('portal', 'ops')
"""
