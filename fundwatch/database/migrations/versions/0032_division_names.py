"""Names of divisions as a publication has them, for those alone who read something of publications."""

from alembic import op

revision = "0032_division_names"
down_revision = "0031_live"

READERS = """
insert into portal.readers (relation, role, city_up) values
    ('division_names', 'supervisor', false), ('division_names', 'statistician', false),
    ('division_names', 'auditor', false), ('division_names', 'engineer', false),
    ('draft_division_names', 'supervisor', true), ('draft_division_names', 'statistician', true);
delete from portal.readers where relation = 'draft_divisions';
"""
POLICY = """
alter policy readers on ops.publication_divisions using (
    number = any((select portal.numbers_of('division_names'))::integer[])
    and division = any((select portal.divisions_of('division_names'))::text[])
    and (
        number = any((select portal.current_numbers())::integer[])
        or division = any((select portal.divisions_of('draft_division_names'))::text[])
    )
)
"""


def upgrade() -> None:
    """Grants do not add up: that of an administrator covers no division of what another grant reads."""
    op.execute(READERS)
    op.execute(POLICY)
