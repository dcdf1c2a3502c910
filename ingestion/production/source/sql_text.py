"""Landed text computed in the source's own SQL, for the types where it certainly is the same text.

A table with any other type (a floating number, bytes, an interval) is read through the driver and written by
``value_format``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

from ingestion.production.source.database import SourceTable

_PLAIN = "{0}::text"
_WHOLE_OR_PLAIN = "case when {0} = trunc({0}) then trunc({0})::text else {0}::text end"
_MOMENT = (
    "case when {0} = date_trunc('day', {0}) then ({0})::date::text"
    " when {0} = date_trunc('second', {0}) then ({0})::text"
    " else to_char({0}, 'YYYY-MM-DD HH24:MI:SS.US') end"
)
_POSTGRESQL: dict[type, str] = {
    sa.VARCHAR: _PLAIN,
    sa.TEXT: _PLAIN,
    # A cast would remove the padding, which the driver keeps.
    sa.CHAR: "textin(bpcharout({0}))",
    sa.SMALLINT: _PLAIN,
    sa.INTEGER: _PLAIN,
    sa.BIGINT: _PLAIN,
    sa.NUMERIC: _WHOLE_OR_PLAIN,
    # Its text has the signs of a locale; as a number it has the decimals that the locale gives it.
    postgresql.MONEY: _WHOLE_OR_PLAIN,
    sa.BOOLEAN: "{0}::integer::text",
    sa.DATE: _PLAIN,
    postgresql.TIMESTAMP: _MOMENT,
}
_CAST = "convert(cast({0} as char) using utf8mb4)"
_TEXT = "convert({0} using utf8mb4)"
_MARIADB: dict[type, str] = {
    **dict.fromkeys(
        (mysql.VARCHAR, mysql.CHAR, mysql.TINYTEXT, mysql.TEXT, mysql.MEDIUMTEXT, mysql.LONGTEXT), _TEXT
    ),
    **dict.fromkeys(
        (mysql.TINYINT, mysql.SMALLINT, mysql.MEDIUMINT, mysql.INTEGER, mysql.BIGINT, sa.DATE), _CAST
    ),
    mysql.DECIMAL: (
        "convert(if({0} = truncate({0}, 0), cast(truncate({0}, 0) as char), cast({0} as char)) using utf8mb4)"
    ),
    **dict.fromkeys(
        (mysql.DATETIME, mysql.TIMESTAMP),
        "convert(if({0} = date({0}), cast(date({0}) as char), date_format({0}, if(microsecond({0}) = 0,"
        " '%Y-%m-%d %H:%i:%s', '%Y-%m-%d %H:%i:%s.%f'))) using utf8mb4)",
    ),
}
# The same in a type that reflects under its general name.
_MARIADB |= {sa.VARCHAR: _TEXT, sa.CHAR: _TEXT, sa.TEXT: _TEXT, sa.INTEGER: _CAST, sa.BIGINT: _CAST}


def landed_texts(
    source_table: SourceTable, *, dialect: str, quote: Callable[[str], str], zone: ZoneInfo
) -> Sequence[str] | None:
    """Return, for each column in catalogue order, the SQL of its landed text; None where one is not certain.

    The SQL is null exactly where the value is null.
    """
    templates = {"postgresql": _POSTGRESQL, "mysql": _MARIADB, "mariadb": _MARIADB}.get(dialect, {})
    texts = []
    for name, at_source in source_table.columns.items():
        kind = source_table.types[name]
        template = templates.get(type(kind))
        if template is None or getattr(kind, "zerofill", False):
            return None
        column = quote(at_source)
        if isinstance(kind, postgresql.MONEY):
            column = f"({column}::numeric)"
        if template is _WHOLE_OR_PLAIN and getattr(kind, "scale", None) == 0:
            template = _PLAIN
        if template is _MOMENT and getattr(kind, "timezone", False):
            column = f"({column} at time zone '{zone.key}')"
        texts.append(template.format(column))
    return texts
