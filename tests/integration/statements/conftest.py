"""One city with three months of two accounts, which the modules here share by copies."""

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from tests.integration.checked_city import City
from tests.integration.statements.books import (
    JULY,
    JUNE,
    MAIN,
    MAY,
    OTHER,
    booked,
    entry,
    land,
    make_city,
    reconcile_month,
)
from tests.running import folder


@pytest.fixture(scope="session")
def make_books(databases, migrated, tmp_path_factory):
    """Return a function that gives a copy of the city, reconciled for May and June."""

    def make() -> str:
        city = make_city(databases, migrated, tmp_path_factory.mktemp("home"))
        land(
            city, MAY, {MAIN: "107", OTHER: "4"},
            [
                entry(MAIN, "0510", "100", reference="R1"),
                entry(MAIN, "0520", "7", purpose="转入"),
                entry(OTHER, "0515", "4"),
            ],
            [
                booked(MAIN, "0501", "0", "opening"),
                booked(OTHER, "0501", "0", "opening"),
                booked(MAIN, "0511", "100", reference="R1", voucher_no="PZ1"),
            ],
        )  # fmt: skip
        land(
            city, JUNE, {MAIN: "157"},
            [entry(MAIN, "0610", "50", reference="R2")],
            [
                booked(MAIN, "0601", "100", "opening"),
                booked(MAIN, "0611", "49", reference="R3", voucher_no="PZ3"),
                booked(MAIN, "0625", "7.5", voucher_no="PZ4"),
            ],
        )  # fmt: skip
        land(
            city, JULY, {MAIN: "157"}, [],
            [booked(MAIN, "0701", "156.5", "opening")],
        )  # fmt: skip
        for month in (MAY, JUNE):
            reconcile_month(city, month)
        return databases.name(city.settings.database_url)

    def copy() -> City:
        template = folder.once("books", make)
        settings = Settings(
            home=tmp_path_factory.mktemp("home"), database_url=databases.create(template=template)
        )
        return City(open_warehouse(settings), settings)

    return copy


@pytest.fixture(scope="module")
def city(make_books) -> City:
    return make_books()
