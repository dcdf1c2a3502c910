"""The stored parts of a publication, each as one hash, which the entry of its preparation keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

import psycopg
from psycopg import sql

from reporting.publications.reader_parts import READER_PARTS

# Part -> its table; the publication's own row but for its signatures is a part, too.
PARTS = {
    "record": "publications", "cells": "publication_cells", "scorecard": "publication_scorecard",
    "rules": "publication_rules", "failures": "publication_failures", "cases": "publication_cases",
    "files": "publication_files", "content": "publication_content",
    **{name: part.table for name, part in READER_PARTS.items()},
}  # fmt: skip
# What the signed edition adds.
SIGNED_PARTS = {"signatures": "publication_signatures", "signed files": "publication_signed_files"}
# Columns of the publication's own row that signing changes.
_SIGNATURES = frozenset({"state", "reviewer", "approver", "note", "is_current", "reviewed_at", "approved_at"})
_COLUMNS = """
    select attname::text from pg_attribute
    where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped
    order by attnum
"""
# Rows are hashed one by one, so that their number has no bound.
_HASH = """
    select count(*), encode(sha256(coalesce(string_agg(hash, ''::bytea order by hash), ''::bytea)), 'hex')
    from (
        select sha256(convert_to(row({columns})::text, 'UTF8')) as hash from ops.{table} where number = %s
    ) as hashed
"""


class Part(TypedDict):
    """One part: how many rows it has, and the hash of these columns of all of them."""

    rows: int
    sha256: str
    columns: list[str]


def hash_parts(
    connection: psycopg.Connection,
    number: int,
    *,
    of: Mapping[str, str] = PARTS,
    like: Mapping[str, Part] | None = None,
) -> dict[str, Part]:
    """Return the parts ``of`` a stored publication; those of ``like`` alone, by the columns hashed then.

    A part of which a column is gone is not returned.
    """
    connection.execute("set local timezone to 'UTC'")
    parts: dict[str, Part] = {}
    for name, table in of.items():
        present = [column for (column,) in connection.execute(_COLUMNS, (f"ops.{table}",))]
        if like is None:
            columns: Sequence[str] = [
                column for column in present if name != "record" or column not in _SIGNATURES
            ]
        elif name not in like or set(like[name]["columns"]) - set(present):
            continue
        else:
            columns = like[name]["columns"]
        query = sql.SQL(_HASH).format(
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)), table=sql.Identifier(table)
        )
        ((rows, sha256),) = connection.execute(query, (number,)).fetchall()
        parts[name] = Part(rows=rows, sha256=sha256, columns=list(columns))
    return parts
