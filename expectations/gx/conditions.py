"""SQL conditions of the expectations; none raises on any value.

They differ from ``expectations.sql`` on purpose: congruences of the standards instead of tables of check
characters, arithmetic instead of patterns of dates. So each checks the other.
"""

from __future__ import annotations

from collections.abc import Sequence

_DIGITS_18 = "^[0-9]{17}[0-9Xx]$"
_DIGITS_15 = "^[0-9]{15}$"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT = f"^[{_CREDIT_ALPHABET}]{{18}}$"

Term = str | int | float


def quoted_name(name: str) -> str:
    """Return a column's name as an SQL identifier."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def is_identity_number(value: str) -> str:
    """Whether a text is a number of GB 11643: 18 characters, or the 15 digits issued before 1999.

    The date is real; the weighted sum of all 18 characters, X for ten, is 1 modulo 11. Never null for a text.
    """
    year, month, day = (f"substr({value}, {at}, {size})::integer" for at, size in ((7, 4), (11, 2), (13, 2)))
    old_year, old_month, old_day = (
        f"(substr({value}, {at}, 2)::integer + {more})" for at, more in ((7, 1900), (9, 0), (11, 0))
    )
    return (
        f"case when {value} ~ '{_DIGITS_18}'"
        f" then {_is_real_day(year, month, day)} and ({_mod_11_2_sum(value)}) % 11 = 1"
        f" when {value} ~ '{_DIGITS_15}' then {_is_real_day(old_year, old_month, old_day)}"
        " else false end"
    )


def is_credit_code(value: str) -> str:
    """Whether a text is a code of GB 32100: the sum of its characters, each weighted by a power of 3.

    The last counts once; the sum of all 18 is a multiple of 31. Never null for a text.
    """
    return f"case when {value} ~ '{_CREDIT}' then ({_mod_31_3_sum(value)}) % 31 = 0 else false end"


def refers(value: str, *, table: str, column: str, among: str | None = None) -> str:
    """Whether a value is found in a column of another table, in rows for which ``among`` (SQL) is true.

    The lookup uses a hash of that column, if it fits into working memory.
    """
    to, chosen = quoted_name(column), f" and ({among})" if among else ""
    return f"{value} in (select {to} from {table} where {to} is not null{chosen})"


def compares(left: Sequence[Term], operator: str, right: Sequence[Term], *, tolerance: float = 0) -> str:
    """Whether two sums of columns and numbers compare, within ``tolerance``."""
    ours, theirs = (" + ".join(_term(term) for term in side) for side in (left, right))
    if not tolerance:
        return f"({ours}) {operator} ({theirs})"
    if operator == "=":
        return f"({ours}) between ({theirs}) - {tolerance} and ({theirs}) + {tolerance}"
    return f"({ours}) {operator} ({theirs}) {'+' if operator[0] == '<' else '-'} {tolerance}"


def is_given_where_it_applies(value: str, *, required_when: str, forbidden_when: str | None = None) -> str:
    """Whether a value is given where it is required, and missing where it is forbidden."""
    return (
        f"case when ({required_when}) is true then {value} is not null"
        f" when ({forbidden_when or 'false'}) is true then {value} is null else true end"
    )


def _term(term: Term) -> str:
    return quoted_name(term) if isinstance(term, str) else str(term)


def _is_real_day(year: str, month: str, day: str) -> str:
    """Whether year, month and day (whole numbers) are a day of the Gregorian calendar."""
    is_leap = f"({year} % 4 = 0 and {year} % 100 <> 0 or {year} % 400 = 0)"
    last = (
        f"case {month} when 2 then 28 + {is_leap}::integer when 4 then 30 when 6 then 30 when 9 then 30"
        " when 11 then 30 else 31 end"
    )
    return f"({year} > 0 and {month} between 1 and 12 and {day} between 1 and {last})"


def _mod_11_2_sum(value: str) -> str:
    """Sum of 18 characters, each counting twice what the next one does (Horner)."""
    total = "0"
    for place in range(1, 19):
        total = f"({total}) * 2 + strpos('0123456789X', upper(substr({value}, {place}, 1))) - 1"
    return total


def _mod_31_3_sum(value: str) -> str:
    """Sum of 17 characters, each counting three times what the one before it does, and the last (Horner)."""
    total = "0::bigint"
    for place in range(17, 0, -1):
        total = f"({total}) * 3 + strpos('{_CREDIT_ALPHABET}', substr({value}, {place}, 1)) - 1"
    return f"{total} + strpos('{_CREDIT_ALPHABET}', substr({value}, 18, 1)) - 1"
