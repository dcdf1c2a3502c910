"""A county's contribution bases, and what is to be looked into, in the order of a list."""

from alembic import op

revision = "0047_bases_of_division"
down_revision = "0046_published_bases"

INDEXES = """
create index publication_bases_of_division on ops.publication_bases (number, division, place);
create index publication_base_exceptions_of_division
    on ops.publication_base_exceptions (number, division, place);
"""


def upgrade() -> None:
    """A county's list, and its count, read the county's rows alone."""
    op.execute(INDEXES)
