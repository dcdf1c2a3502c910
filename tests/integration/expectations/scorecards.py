"""Measuring a landed city, and reading its results."""

from __future__ import annotations

from decimal import Decimal

from expectations import measure
from fundwatch.database.warehouse import Warehouse
from tests.integration.expectations.measured_city import MONTH, LandedCity

Rate = tuple[Decimal | None, Decimal | None]


def measure_city(warehouse: Warehouse, city: LandedCity, *, month: str = MONTH) -> None:
    """Land a city as the extract of a month, and measure the month."""
    with warehouse.connect() as connection:
        version = city.write(connection, month=month)
    measure(warehouse, month=month, as_of=f"{month}-28", site_version=version)


def rows_of(warehouse: Warehouse, table: str) -> list[tuple]:
    """Return every row of a table of schema ``quality``, sorted."""
    with warehouse.connect() as connection:
        return sorted(connection.execute(f"select * from quality.{table}").fetchall(), key=str)


def rate_of(warehouse: Warehouse, division: str, table: str, metric: str, *, month: str = MONTH) -> Rate:
    """Return numerator and denominator of a rate; None when the scorecard has none."""
    return _cells(warehouse, "numerator, denominator", division, table, metric, month)


def status_of(warehouse: Warehouse, division: str, table: str, metric: str, *, month: str = MONTH) -> tuple:
    """Return status, grade and target of a rate."""
    return _cells(warehouse, "status, grade, target", division, table, metric, month)


def _cells(
    warehouse: Warehouse, columns: str, division: str, table: str, metric: str, month: str
) -> tuple | None:
    with warehouse.connect() as connection:
        return connection.execute(
            f"select {columns} from quality.scorecard"
            " where (month, division, table_name, metric) = (%s, %s, %s, %s)",
            (month, division, table, metric),
        ).fetchone()
