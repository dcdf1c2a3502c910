"""Every base and exception of a month equals what an independent computation yields."""

from __future__ import annotations

import json

import pytest

from fundwatch.database.warehouse import open_warehouse
from tests.bases.warehouses import compared, exported
from tests.oracle.bases import bases_of, exceptions_of
from tests.oracle.production import City
from tests.support import BuiltCity


@pytest.mark.parametrize(("what", "oracle"), [("bases", bases_of), ("base_exceptions", exceptions_of)])
def test_export_equals_the_oracle(built_city: BuiltCity, what: str, oracle) -> None:
    month = built_city.months[-1]
    expected = oracle(City(built_city.folder), month, landed=built_city.months)
    assert expected, "the city has none"
    rows = built_city.export(what, month)
    assert len(rows) == len(expected)
    assert compared(rows) ^ compared(expected) == set()


def test_exceptions_have_ids_of_their_own_and_evidence(built_city: BuiltCity) -> None:
    rows = exported(open_warehouse(built_city.settings), "base_exceptions", built_city.months[-1])
    assert rows
    assert len({row["exception_id"] for row in rows}) == len(rows)
    assert [row["exception"] for row in rows if not json.loads(row["evidence"])] == []
