"""The register of bank statements received; which statements of a publication are not in order."""

from alembic import op

revision = "0025_statement_register"
down_revision = "0024_bases"

REGISTER = """
create table site.statement_register (
    account_no text, month text, form text, number text, received_on text, received_by text,
    closing_balance text,
    _site_version text not null references site.versions,
    _row bigint not null,
    primary key (_site_version, _row)
)
"""
FAULTS = """
alter table ops.publications add column statement_faults text[] not null default '{}';

create function ops.refuse_other_statement_faults() returns trigger language plpgsql as $$
begin
    if new.statement_faults is distinct from old.statement_faults then
        raise exception 'of a publication only the signatures change'
            using errcode = 'insufficient_privilege';
    end if;
    if new.state = 'reviewed' and old.state = 'draft' and cardinality(new.statement_faults) > 0
        and new.note = ''
    then
        raise exception 'a publication whose statements are not in order is reviewed for a reason'
            using errcode = 'insufficient_privilege';
    end if;
    if new.state = 'approved' and old.state <> 'approved' and cardinality(new.statement_faults) > 0 then
        raise exception 'a publication whose statements are not in order is not approved'
            using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger only_signatures_of_statements before update on ops.publications
    for each row execute function ops.refuse_other_statement_faults();
alter table ops.publications enable always trigger only_signatures_of_statements;
"""


def upgrade() -> None:
    """Versions of the site loaded before have no register; publications prepared before are as they were."""
    op.execute(REGISTER)
    op.execute(FAULTS)
