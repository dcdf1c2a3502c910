"""What incremental extraction remembers."""

revision = "0003_extraction"
down_revision = "0002_vault"


def upgrade() -> None:
    """Bring the schemas to this revision."""
