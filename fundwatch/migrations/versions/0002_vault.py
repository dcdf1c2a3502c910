"""What the vault and the operators of files need."""

revision = "0002_vault"
down_revision = "0001_schemas"


def upgrade() -> None:
    """Bring the schemas to this revision."""
