"""Indexes of the business ledgers that let a trace of one cell answer at once, however large they are."""

from __future__ import annotations

from psycopg import sql

from fundwatch import roles
from fundwatch.warehouse import Warehouse

_SCHEMA = "business_ledger"
# By area for the rows of a cell, by person and employer for what makes one count, by key and line for a row.
INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    "contributions": (
        ("division", "scheme", "for_month"), ("division", "scheme", "booked_month"),
        ("employer_id", "scheme", "for_month"), ("row_key",), ("source_file_id", "source_row"),
    ),
    "unit_contributions": (("employer_id", "scheme", "for_month"), ("row_key",)),
    "payments": (
        ("division", "scheme", "booked_month"), ("person_id",), ("row_key",),
        ("source_file_id", "source_row"),
    ),
    "enrolments": (("division", "scheme"), ("person_id",), ("row_key",)),
    "entitlements": (("division", "scheme"), ("person_id",), ("row_key",)),
    "employers": (("division",),),
    "persons": (("person_id",),),
}  # fmt: skip


def prepare(warehouse: Warehouse) -> int:
    """Create the indexes that are lacking, as the ledgers' own role; return how many there were.

    They come with the first publication and not with the ledgers, which are loaded faster without. By person,
    contributions are indexed from the first.
    Again: nothing to do.
    """
    made = 0
    with warehouse.connect(autocommit=True, role=roles.role_of(_SCHEMA)) as connection:
        rows = connection.execute(
            "select tablename, indexname from pg_indexes where schemaname = %s", (_SCHEMA,)
        )
        known = set(rows.fetchall())
        tables = connection.execute("select tablename from pg_tables where schemaname = %s", (_SCHEMA,))
        present = {table for (table,) in tables}
        for table, wanted in INDEXES.items():
            for columns in wanted if table in present else ():
                name = f"traced_{table}_by_{'_'.join(columns)}"[:63]
                if (table, name) in known:
                    continue
                connection.execute(
                    sql.SQL("create index if not exists {} on {} ({})").format(
                        sql.Identifier(name),
                        sql.Identifier(_SCHEMA, table),
                        sql.SQL(", ").join(map(sql.Identifier, columns)),
                    )
                )
                made += 1
    return made
