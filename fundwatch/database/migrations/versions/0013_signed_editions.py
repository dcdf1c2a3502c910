"""What a signed edition is drawn from, and its files."""

from alembic import op

revision = "0013_signed_editions"
down_revision = "0012_form_head"

SIGNED = """
alter table ops.publications add column preparer_display text not null default '';

create table ops.publication_content (
    number integer primary key references ops.publications (number),
    content text not null
);

create table ops.publication_signatures (
    number integer not null references ops.publications (number),
    place integer not null check (place between 1 and 3),
    name text not null,
    day date not null,
    primary key (number, place)
);

create table ops.publication_signed_files (
    number integer not null references ops.publications (number),
    name text not null,
    sha256 text not null,
    primary key (number, name)
);
"""
TABLES = ("content", "signatures", "signed_files")


def upgrade() -> None:
    """Publications prepared before have no stored content: their files stay those of the draft."""
    op.execute(SIGNED)
    for table in TABLES:
        op.execute(
            f"create trigger append_only before update or delete or truncate on ops.publication_{table}"
            " for each statement execute function ops.refuse_change()"
        )
