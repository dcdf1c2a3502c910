"""The head and foot lines of the forms, as the site states them."""

from alembic import op

revision = "0012_form_head"
down_revision = "0011_vault_seen"

FORM_HEAD = """
create table site.form_head (
    form text, line text, text_zh text, text_en text, valid_from text, valid_to text,
    _site_version text not null references site.versions,
    _row bigint not null,
    primary key (_site_version, _row)
)
"""


def upgrade() -> None:
    """Versions of the site loaded before have no lines: their forms keep blanks to fill in."""
    op.execute(FORM_HEAD)
