"""Writes the working days that the checks count, for the models to read."""

from __future__ import annotations

from datetime import date, timedelta

from fundwatch.calendar import WorkingDays
from fundwatch.database.warehouse import Warehouse

_LAYER = "reconciliation"
_FIRST = date(1950, 1, 1)
_DAYS_AHEAD = 62
"""Premiums of the month are due up to two months later."""


def prepare(warehouse: Warehouse) -> None:
    """Create the table of days, which the models read; nothing happens the second time."""
    with warehouse.connect(layer=_LAYER) as connection:
        connection.execute(
            "create table if not exists reconciliation.calendar_days ("
            " day date primary key, is_working boolean not null, is_known boolean not null)"
        )


def write_days(warehouse: Warehouse, *, as_of: date, site_version: str) -> None:
    """Write every day up to two months after ``as_of``: whether it is worked, and its year's holidays known.

    Source: the holiday calendar and working_days.csv (``fundwatch.calendar.WorkingDays``).
    Again:  days that are other ones now are written anew in one transaction; else nothing is.
    """
    with warehouse.connect() as connection:
        calendar = WorkingDays.read(connection, site_version)
    count = (as_of - _FIRST).days + _DAYS_AHEAD
    days = [
        (day, calendar.is_working(day), calendar.is_known(day))
        for day in (_FIRST + timedelta(number) for number in range(count + 1))
    ]
    with warehouse.connect(layer=_LAYER) as connection, connection.cursor() as cursor:
        written = cursor.execute(
            "select day, is_working, is_known from reconciliation.calendar_days order by day"
        )
        if written.fetchall() == days:
            return
        cursor.execute("truncate reconciliation.calendar_days")
        with cursor.copy("copy reconciliation.calendar_days (day, is_working, is_known) from stdin") as copy:
            for row in days:
                copy.write_row(row)
        cursor.execute("analyze reconciliation.calendar_days")
