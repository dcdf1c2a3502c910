"""Count refusals without waiting for the audit log: what cannot be entered now is entered later."""

from alembic import op

revision = "0041_denials"
down_revision = "0040_traces"

# What is counted stays counted while the log cannot be written; ``portal.flush_denials`` enters it later.
DENY = """
create function portal.deny(slug text, route text, refusals bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if refusals < 1 then
        raise exception 'a count of refusals is one or more' using errcode = 'FW422';
    end if;
    insert into portal.denials as d
    values (
        date_trunc('minute', clock_timestamp()), coalesce(portal.visitor(), 'nobody'), left(slug, 60),
        left(route, 200), refusals
    )
    on conflict (minute, user_name, action, about) do update set times = d.times + excluded.times;
end $$;
"""


def upgrade() -> None:
    """What was counted before stays to be entered."""
    op.execute("drop function portal.deny(text, text)")
    op.execute(DENY)
    op.execute("revoke all on all functions in schema portal from public")
