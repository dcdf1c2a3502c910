"""Tables of sums: equal to the ledgers in every month, and rebuilt only when a ledger changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.errors import InvariantBroken
from fundwatch.settings import Settings
from tests.integration.checked_city import LEDGERS, City
from tests.integration.test_statistics_months import PRODUCTION, contribution
from tests.support import Databases

pytestmark = pytest.mark.scenarios
MAY, JUNE, JULY = "2024-05", "2024-06", "2024-07"
_TABLES = "statistics_months kept_tables employer_contributions contribution_totals employer_balances"
TOTALS = (f"statistical_ledger:{_TABLES}",)
GUARD = "totals_are_those_of_the_ledgers"
# Lines that no ledger has, and that cancel out: a table that is not rebuilt keeps them.
MARKS = (
    "delete from statistical_ledger.employer_contributions where scheme in ('a', 'b');"
    " insert into statistical_ledger.employer_contributions (ledger, scheme, kind, is_employee, due_amount,"
    " received_amount, base_amount, row_count)"
    " values ('contributions', 'a', '', false, 0, 0, 0, 1), ('contributions', 'b', '', false, 0, 0, 0, -1)"
)
MARKED = "select count(*) from statistical_ledger.employer_contributions where scheme in ('a', 'b')"


def unit(month: str, due: str) -> dict[str, str]:
    return {"AAB001": "E1", "AAE140": "110", "AAE003": month, "AAE002": month, "AAE020": due,
            "AAE080": "5", "AAE078": "1"}  # fmt: skip


@pytest.fixture(scope="module")
def city(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> City:
    """June takes a contribution away, changes another one and brings a third; July an orphan."""
    home: Path = tmp_path_factory.mktemp("totals")
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    city = City(open_warehouse(settings), settings)
    city.load_site()
    city.land_production({**PRODUCTION, "AB07": [unit("202405", "10.10"), unit("202406", "20")]}, month=MAY)
    land_later(city, JUNE, gone=("C1", "C2"), come=[
        contribution("C2", "both", "202405") | {"AAE020": "700.01"}, contribution("C6", "north", "202407"),
    ])  # fmt: skip
    land_later(city, JULY, gone=(), come=[contribution("C7", "nobody", "202407")])
    for month in (MAY, JUNE, JULY):
        city.build(LEDGERS, month=month)
    return city


def land_later(city: City, month: str, *, gone: tuple[str, ...], come: list[dict[str, str]]) -> None:
    with city.warehouse.connect() as connection:
        for key in gone:
            connection.execute(
                "update landing.production__ac43 set _valid_to = %s where aaz223 = %s", (month, key)
            )
        for row in come:
            names = ", ".join(name.lower() for name in row)
            values = tuple(row.values())
            connection.execute(
                f"insert into landing.production__ac43 ({names}, _file_id, _row, _valid_from)"
                f" values ({', '.join(['%s'] * len(values))}, %s, %s, %s)",
                (*values, f"later-{month}", int(row["AAZ223"][1:]), month),
            )


def made_by_hand(city: City, table: str, month: str, key: Callable[[dict], tuple]) -> dict[tuple, list]:
    """Add the ledger's rows of a month up in Python."""
    sums: dict[tuple, list] = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    columns = ("employer_id", "scheme", "for_month", "division", "due_amount", "received_amount")
    query = (
        f"select {', '.join(columns)} from business_ledger.{table} where valid_from_batch <= %s"
        " and (valid_to_batch is null or valid_to_batch > %s)"
    )
    for values in city.rows(query, month, month):
        row = dict(zip(columns, values, strict=True))
        held = sums[key(row)]
        held[0] += row["due_amount"]
        held[1] += row["received_amount"]
        held[2] += 1
    return sums


def expected_balances(city: City, month: str) -> dict[tuple, tuple]:
    balances: dict[tuple, list] = {}
    for table in ("contributions", "unit_contributions"):
        for key, sums in made_by_hand(
            city,
            table,
            month,
            lambda row: (row["employer_id"], row["scheme"], row["for_month"], row["division"]),
        ).items():
            if key[3] is not None:
                held = balances.setdefault(key[:3], [Decimal(0), Decimal(0), 0])
                held[:] = [total + amount for total, amount in zip(held, sums, strict=True)]
    return {key: tuple(sums) for key, sums in balances.items()}


def balances(city: City) -> dict[tuple, tuple]:
    rows = city.rows("select employer_id, scheme, for_month, due_amount, received_amount, row_count"
                     " from statistical_ledger.employer_balances")  # fmt: skip
    return {row[:3]: row[3:] for row in rows}


def totals(city: City) -> dict[tuple, tuple]:
    rows = city.rows("select ledger, for_month, division, sum(due_amount), sum(received_amount),"
                     " sum(row_count)::integer from statistical_ledger.contribution_totals"
                     " group by ledger, for_month, division")  # fmt: skip
    return {row[:3]: row[3:] for row in rows}


def expected_totals(city: City, month: str) -> dict[tuple, tuple]:
    return {
        (table, *key): tuple(sums)
        for table in ("contributions", "unit_contributions")
        for key, sums in made_by_hand(
            city, table, month, lambda row: (row["for_month"], row["division"])
        ).items()
    }


def test_totals_of_a_month_equal_sums_of_the_ledger_in_any_order_of_months(city: City) -> None:
    for month in (JUNE, MAY, JULY, JUNE, JUNE):
        city.build(TOTALS, month=month)
        assert len(expected_balances(city, month)) > 2
        assert balances(city) == expected_balances(city, month)
        assert totals(city) == expected_totals(city, month)


def test_totals_are_not_rebuilt_while_no_ledger_changed(city: City) -> None:
    city.build(TOTALS, month=MAY)
    with city.warehouse.connect() as connection:
        connection.execute(MARKS)
    city.build(TOTALS, month=MAY)
    assert city.rows(MARKED) == [(2,)]
    city.build(TOTALS, month=JUNE)
    assert city.rows(MARKED) == [(0,)]


def read_june_again(city: City, *, due: str) -> None:
    """Let another extract of June bring another amount of one contribution, and build the ledgers by it."""
    land_later(city, JUNE, gone=("C4",), come=[contribution("C4", "both", "202406") | {"AAE020": due}])
    with city.warehouse.connect() as connection:
        connection.execute(
            "insert into ops.extracts (month, sequence, table_name, file_id, source_rows, source_columns)"
            " select %(month)s, 1 + count(*), 'AC43', 'later-' || %(month)s, 0, '{}' from ops.extracts"
            " where month = %(month)s",
            {"month": JUNE},
        )
    city.build(LEDGERS, month=JUNE)


def test_totals_of_a_month_read_again_are_those_of_the_changed_ledger(city: City) -> None:
    city.build(LEDGERS, month=JUNE)
    city.build(TOTALS, month=JUNE)
    read_june_again(city, due="123.45")
    city.build(TOTALS, month=JUNE)
    assert balances(city) == expected_balances(city, JUNE)
    assert totals(city) == expected_totals(city, JUNE)


def test_totals_are_rebuilt_when_the_state_of_a_ledger_is_unknown(city: City) -> None:
    city.build(TOTALS, month=JUNE)
    unknown = "update business_ledger.built_months set state_id = null where month = '2024-06'"
    with city.warehouse.connect() as connection:
        connection.execute("create table kept as select * from business_ledger.built_months")
        connection.execute(MARKS)
        assert connection.execute(unknown).rowcount > 0
    try:
        city.build(TOTALS, month=JUNE)
        assert city.rows(MARKED) == [(0,)]
    finally:
        with city.warehouse.connect() as connection:
            connection.execute("delete from business_ledger.built_months")
            connection.execute("insert into business_ledger.built_months select * from kept")
            connection.execute("drop table kept")


@pytest.mark.parametrize("table", ["contribution_totals", "employer_balances"])
def test_totals_that_are_not_those_of_the_ledgers_stop_the_build(city: City, table: str) -> None:
    city.build(TOTALS, month=JUNE)
    change = f"update statistical_ledger.{table} set due_amount = due_amount {{}} 0.01"
    with city.warehouse.connect() as connection:
        connection.execute(change.format("+"))
    try:
        with pytest.raises(InvariantBroken, match=GUARD):
            city.build((f"statistical_ledger:{GUARD}",), month=JUNE)
    finally:
        with city.warehouse.connect() as connection:
            connection.execute(change.format("-"))
