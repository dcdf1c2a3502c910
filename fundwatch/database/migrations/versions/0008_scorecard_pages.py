"""What the rules say, kept beside what they found; rule results and failing rows of a publication."""

from alembic import op

revision = "0008_scorecard_pages"
down_revision = "0007_standing"

RULES = """
create table quality.rules (
    rule_version text not null,
    rule_id text not null,
    table_name text not null,
    severity text not null check (severity in ('critical', 'warning', 'info')),
    text_zh text not null,
    text_en text not null,
    why text not null,
    primary key (rule_version, rule_id)
);
"""

# Keys are masked before they are stored here: a publication shows no raw value.
PARTS = """
create table ops.publication_rules (
    number integer not null references ops.publications (number),
    division text not null,
    table_name text not null,
    rule_id text not null,
    severity text,
    text_zh text,
    text_en text,
    checked bigint not null,
    failed bigint not null,
    own_failed bigint not null,
    primary key (number, division, table_name, rule_id)
);

create table ops.publication_failures (
    number integer not null references ops.publications (number),
    division text not null,
    table_name text not null,
    rule_id text not null,
    masked_key text not null,
    source_file_id text not null,
    source_row bigint not null,
    primary key (number, table_name, rule_id, source_file_id, source_row)
);
"""


def upgrade() -> None:
    """Bring the schemas to this revision."""
    op.execute(RULES)
    op.execute(PARTS)
    for part in ("rules", "failures"):
        op.execute(
            f"create trigger append_only before update or delete or truncate on ops.publication_{part}"
            " for each statement execute function ops.refuse_change();"
            f" create view published.{part} as select p.month, x.* from ops.publication_{part} as x"
            " inner join ops.publications as p on p.number = x.number where p.is_current"
        )
