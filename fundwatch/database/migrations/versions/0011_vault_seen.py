"""Which objects of the vault were read, and when: one that has not changed since is not read again."""

from alembic import op

revision = "0011_vault_seen"
down_revision = "0010_freshness"

SEEN = """
create table ops.vault_seen (
    sha256 text primary key,
    stamp text not null,
    read_at timestamptz not null default now()
)
"""


def upgrade() -> None:
    """Nothing is known of the objects kept before: each is read once."""
    op.execute(SEEN)
