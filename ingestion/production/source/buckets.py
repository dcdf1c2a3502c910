"""The bucket of a row: what its first key column ends with.

Source, landing and Python each compute it without a hash of the key.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.production.source.value_format import unescaped

BUCKET_CHARACTERS = 3


def bucket(key_field: str) -> str:
    """Return the bucket of a row: the last characters of its first key, as in ``right(key, 3)``."""
    return (unescaped(key_field) or "" if "\\" in key_field else key_field)[-BUCKET_CHARACTERS:]


def buckets_of(key_fields: Sequence[str]) -> list[str]:
    """Return the bucket of each row."""
    if "\\" in "".join(key_fields):
        return list(map(bucket, key_fields))
    return [key[-BUCKET_CHARACTERS:] for key in key_fields]
