"""Tables in columns: dataclasses whose fields are arrays of one length, an entry a row."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Table = TypeVar("Table", bound="DataclassInstance")


def stacked(first: Table, *others: Table) -> Table:
    """Return the rows of all tables, one after the other."""
    tables = (first, *others)
    return replace(
        first,
        **{column.name: np.concatenate([getattr(table, column.name) for table in tables])
           for column in fields(first)},
    )  # fmt: skip


def picked(table: Table, rows: np.ndarray) -> Table:
    """Return a copy of some rows, in the order they are named in."""
    return replace(
        table, **{column.name: getattr(table, column.name)[rows].copy() for column in fields(table)}
    )
