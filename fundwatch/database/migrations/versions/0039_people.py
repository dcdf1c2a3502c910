"""Names of people compared as the command line compares them; no password beside an identity provider."""

import unicodedata
from itertools import chain

from alembic import op

revision = "0039_people"
down_revision = "0038_quicker_judging"

# Blank though of no category of blanks, as in fundwatch.actors.
_BLANK = tuple(
    chain(
        (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        range(0x180B, 0x1810),
        range(0xFE00, 0xFE10),
        range(0xE0100, 0xE01F0),
    )
)
_SURROGATES = range(0xD800, 0xE000)

# ``lower`` folds what the database's collation knows: under "C" the letters of ASCII alone.
KEY = """
create or replace function ops.person_key(name text) returns text
language sql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
    select case
        when name ~ '^[ -~\\u4E00-\\u9FFF]*$' then lower(replace(name, ' ', ''))
        else regexp_replace(normalize({folded}, NFKC), '{unseen}', '', 'g')
    end
$$
"""

# Who is bound to a subject signs in there alone: a password would go around the provider's second factor.
PASSWORDS = """
create or replace function portal.user_password_by(
    who text, of_name text, hash text, expires timestamptz
) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform portal.require_user(of_name);
    update portal.users as u
    set password_hash = hash, password_expires_at = expires, must_change_password = expires is not null
    where u.name = of_name and u.oidc_subject is null;
    if not found then
        raise exception 'the identity provider vouches for this user, who has no password here'
            using errcode = 'FW422', hint = 'Unbind the user first';
    end if;
    perform portal.sessions_ended_of(of_name, 'new password');
    perform portal.enter('users', who, 'password', concat('user ', of_name), '{}');
end $$;
"""


def upgrade() -> None:
    """No name and no password that was stored changes."""
    op.execute(PASSWORDS)
    seen = "normalize(regexp_replace(normalize(name, NFKC), '{unseen}', '', 'g'), NFKC)"
    single, several = _folds()
    folded = f"translate({seen}, '{''.join(single)}', '{''.join(single.values())}')"
    for letter, letters in several.items():
        folded = f"replace({folded}, '{letter}', '{letters}')"
    statement = KEY.replace("{folded}", folded).replace("{unseen}", _unseen())
    op.get_bind().exec_driver_sql(statement)


def _folds() -> tuple[dict[str, str], dict[str, str]]:
    """Return the letters that are folded: to one, and to several."""
    single: dict[str, str] = {}
    several: dict[str, str] = {}
    for code in range(0x110000):
        letter = chr(code)
        if code in _SURROGATES or unicodedata.normalize("NFKC", letter) != letter:
            continue
        folded = letter.casefold()
        if folded != letter:
            (single if len(folded) == 1 else several)[letter] = folded
    return single, several


def _unseen() -> str:
    """Return the class of what nobody sees in a name: blanks, control characters and marks of format."""
    codes = sorted(
        code
        for code in range(1, 0x110000)
        if chr(code).isspace() or unicodedata.category(chr(code)) in ("Cc", "Cf") or code in _BLANK
    )
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "[" + "".join(f"\\U{first:08X}-\\U{last:08X}" for first, last in ranges) + "]+"
