"""SQL expressions for landed text: trimming, placeholders, months, dates, amounts.

Every function takes an SQL expression and returns one; none of them raises on any value. The grammar is
that of docs/feeds/fields.md, written apart from staging's; tests/grammar_cases.py holds both to it. What it
does not parse becomes null.
"""

from __future__ import annotations

from fundwatch.catalogue import PLACEHOLDER_KINDS, Column

# Ends a subquery so that the planner computes its columns once instead of wherever they are used. The zero is
# written as text because only a constant without conversion lets the query run in parallel.
FENCE = "offset '0'"

_BLANKS = r"E' \t\n\u000b\f\r\u00a0\u2007\u202f\u3000'"
# Soft hyphen, direction marks, zero-width signs, variation selectors; escapes of PostgreSQL's expressions.
_INVISIBLE = (
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0001-\U000e007f\U000e0100-\U000e01ef]"
)
_WIDE = "".join(
    chr(code) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
)
_NARROW = "".join(chr(ord(character) - 0xFEE0) for character in _WIDE)
# Invisible characters leave codes, ids and names; in a number or a date they are no part of one.
_TYPED_KINDS = frozenset({"amount", "count", "date", "month"})
_FOLDED_KINDS = frozenset({"id", "code", "flag", "account", "division"})

PLACEHOLDERS = ("无", "不详", "测试", "—", "0", "1900-01-01", "19000101", "99999999")

_YEAR = "(?!0000)[0-9]{4}"
_LEAP_YEAR = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"


def _day_of_any_year(separator: str) -> str:
    """Pattern of month and day, 29 February left out."""
    return (
        f"((0[13578]|1[02]){separator}(0[1-9]|[12][0-9]|3[01])"
        f"|(0[469]|11){separator}(0[1-9]|[12][0-9]|30)"
        f"|02{separator}(0[1-9]|1[0-9]|2[0-8]))"
    )


def _day_pattern(separator: str) -> str:
    """Pattern of a real date: four-digit year, month, day."""
    leap_day = f"(?!0000){_LEAP_YEAR}{separator}02{separator}29"
    return f"({_YEAR}{separator}{_day_of_any_year(separator)}|{leap_day})"


DATE_PATTERN = f"^({_day_pattern('')}|{_day_pattern('-')})$"
MONTH_PATTERN = f"^{_YEAR}-?(0[1-9]|1[0-2])$"
AMOUNT_PATTERN = r"^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,2})?$"
_COUNT_PATTERN = r"^-?0*[0-9]{1,9}(\.0+)?$"
# Nearly all amounts are written like this, and need no rounding.
_PLAIN_AMOUNT = r"^-?[0-9]+(\.[0-9][0-9]?)?$"
# The longest text the grammar accepts of any value; a longer run of digits is no amount of money.
_LONGEST = 200
# An amount has at most 16 digits before the point.
_TOO_LARGE = "1e16"
# Below it 15 significant digits, which every floating number holds, reach the cent.
_FLOATING_IS_EXACT = "1e13"
IDENTITY_18_PATTERN = f"^[0-9]{{6}}{_day_pattern('')}[0-9]{{3}}[0-9Xx]$"
_LEAP_19XX = "(0[48]|[2468][048]|[13579][26])0229"
IDENTITY_15_PATTERN = f"^[0-9]{{6}}([0-9]{{2}}{_day_of_any_year('')}|{_LEAP_19XX})[0-9]{{3}}$"
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_PATTERN = f"^[{CREDIT_ALPHABET}]{{18}}$"


def quoted(text: str) -> str:
    """Return ``text`` as an SQL literal."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def landed(column: Column) -> str:
    """Return a landed column, trimmed; codes, ids and accounts folded."""
    return read(column, column.landed)


def read(column: Column, value: str) -> str:
    """Return an expression for a value of a column, cleaned by the column's rules."""
    if column.kind in _TYPED_KINDS:
        return _present(f"btrim({value}, {_BLANKS})")
    return cleaned(value, is_folded=is_folded(column))


def is_folded(column: Column) -> bool:
    """Whether full-width letters and digits of a column become ASCII."""
    return column.kind in _FOLDED_KINDS or (column.is_key and column.kind == "text")


def cleaned(value: str, *, is_folded: bool) -> str:
    """Remove invisible characters, trim, fold full-width letters and digits on request; missing is null."""
    visible = f"btrim(regexp_replace({value}, {quoted(_INVISIBLE)}, '', 'g'), {_BLANKS})"
    if is_folded:
        visible = f"translate({visible}, {quoted(_WIDE)}, {quoted(_NARROW)})"
    is_ascii = f"octet_length({value}) = char_length({value})"
    text = f"case when {is_ascii} then btrim({value}, {_BLANKS}) else {visible} end"
    return _present(text)


def _present(text: str) -> str:
    return f"nullif(nullif(nullif({text}, ''), 'NULL'), 'N/A')"


def is_placeholder(value: str) -> str:
    """Whether a cleaned value is a listed placeholder or one digit repeated; null when missing."""
    listed = ", ".join(quoted(text) for text in PLACEHOLDERS)
    repeated = (
        f"(ascii({value}) between 48 and 57 and char_length({value}) > 1"
        f" and ltrim({value}, left({value}, 1)) = '')"
    )
    return f"({value} in ({listed}) or {repeated})"


def holds_value(column: Column) -> str:
    """Whether a cell holds a value that is neither missing nor, where they apply, a placeholder."""
    name = column.landed
    if column.kind not in PLACEHOLDER_KINDS:
        return f"({name} is not null)"
    return f"({name} is not null and not {is_placeholder(name)})"


def month_number(value: str) -> str:
    """Months since year 0 of a real month (``YYYYMM`` or ``YYYY-MM``), else null."""
    number = f"left({value}, 4)::integer * 12 + right({value}, 2)::integer - 1"
    return f"case when {value} ~ {quoted(MONTH_PATTERN)} then {number} end"


def month_number_of_date(value: str) -> str:
    """Months since year 0 of a date."""
    return f"(extract(year from {value})::integer * 12 + extract(month from {value})::integer - 1)"


def real_date(value: str) -> str:
    """Return the date of ``YYYY-MM-DD`` or ``YYYYMMDD`` when it is real, else null."""
    return f"case when {value} ~ {quoted(DATE_PATTERN)} then {value}::date end"


def is_amount(value: str) -> str:
    """Whether a text is an amount of any numeric type: what a rule ``<table>-0`` has to ask of a cell."""
    return (
        f"case when char_length({value}) <= {_LONGEST} and {value} ~ {quoted(AMOUNT_PATTERN)}"
        f" then abs(round({value}::numeric, 2)) < {_TOO_LARGE} else false end"
    )


def amount(value: str) -> str:
    """Return the value of an amount (yuan) as numeric, else null.

    Trailing zeros, and digits beyond the 15th (noise of floating numbers), do not count; what then has more
    than two decimals is rounded half up to the cent.
    """
    is_plain = f"{value} ~ {quoted(_PLAIN_AMOUNT)} and char_length({value}) <= 16"
    rounded = f"round({exact_amount(value)}, 2)"
    return f"case when {is_plain} then {value}::numeric when {is_amount(value)} then {rounded} end"


def exact_amount(value: str) -> str:
    """Return what an amount says but for the noise of floating numbers; it must be one (``is_amount``)."""
    is_small = f"abs({value}::numeric) < {_FLOATING_IS_EXACT}"
    return f"(case when {is_small} then {value}::float8::numeric else {value}::numeric end)"


def is_rounded(value: str) -> str:
    """Whether an amount says more than two decimals, so that it counts rounded; never null for a text."""
    has_decimals = (
        f"(strpos({value}, '.') between 1 and char_length({value}) - 3 or strpos({value}, '-') > 1)"
    )
    exact = exact_amount(value)
    return f"case when {has_decimals} and {is_amount(value)} then {exact} <> round({exact}, 2) else false end"


def is_count(value: str) -> str:
    """Whether a text is a whole number of at most nine digits, with zeros for decimals or without."""
    return f"({value} ~ {quoted(_COUNT_PATTERN)} and char_length({value}) <= {_LONGEST})"


def identity_body(value: str) -> str:
    """Return 18 characters of a well-formed number with a real date, 17 of an old one, else null."""
    return (
        f"case when {value} ~ {quoted(IDENTITY_18_PATTERN)} then upper({value})"
        f" when {value} ~ {quoted(IDENTITY_15_PATTERN)}"
        f" then left({value}, 6) || '19' || substr({value}, 7) end"
    )


def identity_check(body: str) -> str:
    """Return the GB 11643 check character of the first 17 digits."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = " + ".join(
        f"(ascii(substr({body}, {place}, 1)) - 48) * {weight}"
        for place, weight in enumerate(weights, start=1)
    )
    return f"substr('10X98765432', ({total}) % 11 + 1, 1)"


def identity_key(value: str) -> str:
    """Return the valid number in 18 characters, else the text as it is."""
    body = identity_body(value)
    check = identity_check(f"({body})")
    return (
        f"case when char_length({body}) = 17 or right({body}, 1) = {check}"
        f" then left({body}, 17) || {check} else {value} end"
    )


def is_credit_code(value: str) -> str:
    """Whether a value is 18 characters of the GB 32100 alphabet with the right last one."""
    total = " + ".join(
        f"(strpos({quoted(CREDIT_ALPHABET)}, substr({value}, {place}, 1)) - 1) * {pow(3, place - 1, 31)}"
        for place in range(1, 18)
    )
    check = f"substr({quoted(CREDIT_ALPHABET)}, (31 - ({total}) % 31) % 31 + 1, 1)"
    return f"case when {value} ~ {quoted(_CREDIT_PATTERN)} then {check} = right({value}, 1) else false end"
