"""Employers' base declarations: landing tables, their staging schema, and the site's rules about bases."""

from alembic import op

revision = "0022_declarations"
down_revision = "0021_cases_without_months"

LANDED = {
    "declaration__unit": ("unit_id credit_code wage_year months employees wage_bill declared_on division"),
    "declaration__person": ("unit_id id_number name wage_year months wage_total status proof_no division"),
    "declaration__document": "unit_id wage_year document document_no received_on division",
    "declaration__application": (
        "application_no unit_id id_number scheme wage_year kind applied_on effective_month new_base "
        "decision decided_on division"
    ),
}
SITE = {
    "base_rules": (
        "division scheme unit_kind unit_method provisional trueup_months declare_by rounding "
        "valid_from valid_to"
    ),
    "base_documents": "division unit_kind document name_zh name_en due valid_from valid_to",
}
# A barrier, so that no condition of a reader sees the rows of other feeds.
FILES = """
create view landing.declaration__files with (security_barrier = true) as
    select file_id, format, division, month, sequence, sha256
    from ops.files
    where feed = 'declaration' and state = 'loaded'
"""


def upgrade() -> None:
    """Versions of the site loaded before have no rules of bases: nothing is verified by them."""
    op.execute("create schema if not exists staging_declaration")
    for table, columns in LANDED.items():
        _create(f"landing.{table}", columns, "_file_id text not null, _row bigint not null")
        op.execute(f"create index on landing.{table} (_file_id)")
    for table, columns in SITE.items():
        _create(
            f"site.{table}",
            columns,
            "_site_version text not null references site.versions, _row bigint not null, "
            "primary key (_site_version, _row)",
        )
    op.execute(FILES)


def _create(table: str, columns: str, provenance: str) -> None:
    """Create a table of text columns followed by where each row came from."""
    arrived = ", ".join(f"{column} text" for column in columns.split())
    op.execute(f"create table {table} ({arrived}, {provenance})")
