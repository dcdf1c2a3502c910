"""Indexes of the business ledgers that make a trace of one cell fast."""

from __future__ import annotations

from psycopg import sql

from fundwatch.database.warehouse import Warehouse

_SCHEMA = "business_ledger"
# Area: rows of a cell; person and employer: conditions on a row; key and line: tracing a row.
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
    """Create missing indexes with the ledgers' own role; return how many were created.

    The first publication creates them, not the build, which loads faster without. The index of contributions
    by person is part of the build.
    Again: nothing to do.
    """
    created = 0
    with warehouse.connect(autocommit=True, layer=_SCHEMA) as connection:
        rows = connection.execute(
            "select tablename, indexname from pg_indexes where schemaname = %s", (_SCHEMA,)
        )
        existing = set(rows.fetchall())
        tables = connection.execute("select tablename from pg_tables where schemaname = %s", (_SCHEMA,))
        present = {table for (table,) in tables}
        for table, wanted in INDEXES.items():
            for columns in wanted if table in present else ():
                name = f"traced_{table}_by_{'_'.join(columns)}"[:63]
                if (table, name) in existing:
                    continue
                connection.execute(
                    sql.SQL("create index if not exists {} on {} ({})").format(
                        sql.Identifier(name),
                        sql.Identifier(_SCHEMA, table),
                        sql.SQL(", ").join(map(sql.Identifier, columns)),
                    )
                )
                created += 1
    return created
