"""When a month is checked again in part, and each reason to check it in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

import crosschecks
from fundwatch.catalogue import TABLES
from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import last_day
from fundwatch.settings import Settings
from pipeline import dbt_runner
from tests.integration.checked_city import LEDGERS, NORTH, VERSION, City, identity_number

MAY, JUNE = "2024-05", "2024-06"
EVERYTHING, NOTHING = [("everything", "")], []
RETURN = {"payment_id": "P1-202405", "payee_name": "某", "amount": "1000.00", "result": "returned"}


def _person(key: str, number: int, name: str) -> dict[str, str | None]:
    number18 = identity_number(number) if number else None
    return {
        "AAC001": key, "AAC002": number18, "AAC003": name, "AAC006": "19500101", "AAC004": "1",
        "AAB301": NORTH,
    }  # fmt: skip


def _entitlement(person: str) -> dict[str, str | None]:
    return {
        "AAZ257": f"B-{person}", "AAC001": person, "AAE140": "110", "AIC161": "01", "AAE210": "201501",
        "AAE116": "1", "AAE010": f"62{person}", "AAB301": NORTH,
    }  # fmt: skip


def _payment(person: str, *, owner: str = "", account: str = "") -> dict[str, str | None]:
    return {
        "AAZ220": f"{person}-202405", "AAZ257": f"B-{owner or person}", "AAC001": person, "AAE140": "110",
        "AAE002": "202405", "AAE003": "202405", "AAE019": "1000.00", "AAE010": account or f"62{person}",
        "AAE145": "9", "AAE117": "1",
    }  # fmt: skip


# T1 and T2 are one human, W1 and W3 may be; X is paid from what Z owns; four are paid into one account.
SHARING = ("S1", "S2", "S3", "S4")
PRODUCTION = {
    "AB01": [
        {"AAB001": f"E{number}", "AAB030": number_of_taxpayer, "AAB301": NORTH}
        for number, number_of_taxpayer in [(1, "TAX1"), (2, "TAX2"), (3, None)]
    ],
    "AC01": [
        _person("P1", 1, "刘国强"), _person("P2", 2, "王大明"), _person("W1", 30, "钱三强"),
        {**_person("W3", 0, "钱三明"), "AAC002": f"{identity_number(30)[:16]}9{identity_number(30)[17:]}"},
        _person("T1", 20, "赵龙"), _person("T2", 20, "趙龍"), _person("X", 40, "孙一"),
        _person("Z", 41, "周二"), *(_person(key, 50 + place, "吴三") for place, key in enumerate(SHARING)),
    ],
    "AC02": [
        {
            "AAZ159": "N-P2", "AAC001": "P2", "AAE140": "110", "AAC008": "1", "AAC066": "11",
            "AAC030": "20100101", "AAB301": NORTH, "AAB001": "E1",
        },
    ],
    "AC43": [
        {
            "AAZ223": "C-P2", "AAC001": "P2", "AAE140": "110", "AAE002": "202404", "AAE003": "202404",
            "AAA115": "10", "AAC040": "5000", "AAE180": "5000", "AAE080": "1", "AAE082": "1", "AAE078": "1",
            "AAB001": "E1",
        },
    ],
    "AC60": [_entitlement(key) for key in ("P1", "P2", "T1", "Z", *SHARING)],
    "AC61": [{"AAZ257": "B-Z", "AAA036": "101", "AAE041": "201501", "AAE019": "900.00"}],
    "AC82": [
        *(_payment(key) for key in ("P1", "P2", "T1")),
        _payment("X", owner="Z"),
        *(_payment(key, account="62S") for key in SHARING),
    ],
}  # fmt: skip


class CheckStopped(Exception):
    """What stops a check in a test."""


class Checked:
    """A city whose June was checked, to be checked again."""

    def __init__(self, settings: Settings) -> None:
        self.city = City(open_warehouse(settings), settings)
        self.extracts = 0
        self.city.load_site()
        self.city.land_production(PRODUCTION, month=MAY)
        for month in (MAY, JUNE):
            self.city.build(LEDGERS, month=month)

    def check(
        self, month: str = JUNE, *, as_of: date | None = None, stops: bool = False
    ) -> list[tuple[str, str]]:
        """Check a month; return whose cases were made."""

        def build(layers: Sequence[str]) -> None:
            self.city.build(layers, month=month, as_of=as_of)
            if stops and layers == crosschecks.checking.POINTS:
                raise CheckStopped

        crosschecks.check(
            self.city.warehouse,
            month=month,
            as_of=as_of or last_day(month),
            site_version=VERSION,
            build=build,
        )
        return self.city.rows("select subject, subject_key from crosschecks.rechecked_subjects order by 1, 2")

    def change(self, statement: str, *parameters: object) -> None:
        with self.city.warehouse.connect() as connection:
            assert connection.execute(statement, parameters).rowcount == 1

    def correct(self, table: str, key: str, **cells: str) -> None:
        """Land another extract of June in which one row says something else, and build the ledgers."""
        self.extracts += 1
        named, landed, file_id = (
            TABLES[table].columns[0].landed,
            f"landing.production__{table.lower()}",
            f"again-{self.extracts}",
        )
        columns = ", ".join(column.landed for column in TABLES[table].columns)
        with self.city.warehouse.connect() as connection:
            connection.execute(
                f"create temporary table changed on commit drop as select * from {landed}"
                f" where {named} = %s and _valid_to is null",
                (key,),
            )
            connection.execute(
                f"update {landed} set _valid_to = %s where {named} = %s and _valid_to is null", (JUNE, key)
            )
            for column, value in cells.items():
                connection.execute(f"update changed set {column.lower()} = %s", (value,))
            connection.execute(
                f"insert into {landed} ({columns}, _file_id, _row, _valid_from)"
                f" select {columns}, %s, 1, %s from changed",
                (file_id, JUNE),
            )
            connection.execute(
                "insert into ops.extracts (month, sequence, table_name, file_id, source_rows, source_columns)"
                " select %s, %s, table_name, %s || table_name, source_rows, source_columns"
                " from ops.extracts where month = %s and table_name <> %s"
                " union all select %s, %s, table_name, %s, source_rows, source_columns"
                " from ops.extracts where month = %s and table_name = %s",
                (
                    JUNE, self.extracts, file_id, MAY, table, JUNE, self.extracts, file_id, MAY, table,
                ),
            )  # fmt: skip
        self.city.build(LEDGERS, month=JUNE)

    def in_full(self) -> list[tuple]:
        """Check June in full; return the cases."""
        with self.city.warehouse.connect() as connection:
            connection.execute("delete from crosschecks.checked_months")
        assert self.check() == EVERYTHING
        return self.cases()

    def cases(self) -> list[tuple]:
        return self.city.rows("select * from crosschecks.cases order by month, case_id")


@pytest.fixture(scope="module")
def built(databases, migrated, tmp_path_factory) -> Checked:
    home = tmp_path_factory.mktemp("home")
    return Checked(Settings(home=home, database_url=databases.create(template=migrated)))


@pytest.fixture
def checked(built: Checked) -> Checked:
    """The city with a June that was checked to its end."""
    built.check()
    assert built.cases()
    return built


def test_unchanged_month_is_checked_for_nobody(checked: Checked) -> None:
    before = checked.cases()
    assert checked.check() == NOTHING
    assert checked.cases() == before


def test_month_is_checked_for_a_payment_that_came_back(checked: Checked) -> None:
    with checked.city.warehouse.connect() as connection:
        connection.execute(
            "insert into ops.files (file_id, feed, format, division, month, sequence, name, sha256, state)"
            " values ('bank', 'bank', 'payment-return-csv/1', %s, %s, 1, 'bank', 'bank', 'loaded')",
            (NORTH, JUNE),
        )
        connection.execute(
            "insert into landing.bank__payment_return"
            " (payment_id, payee_name, amount, result, _file_id, _row)"
            " values (%(payment_id)s, %(payee_name)s, %(amount)s, %(result)s, 'bank', 1)",
            RETURN,
        )
    assert checked.check() == [("account", "62P1"), ("person", "P1")]
    assert {row[5] for row in checked.cases()} >= {"P2"}
    # The file no longer counts, and whose rows it held is not known.
    checked.change("update ops.files set state = 'superseded' where file_id = 'bank'")
    assert checked.check() == EVERYTHING


@pytest.mark.parametrize(
    ("table", "key", "cells", "subjects"),
    [
        ("AC82", "T1-202405", {"AAE019": "1.00"}, {"person": {"T1", "T2"}, "account": {"62T1"}}),
        ("AC01", "W1", {"AAC004": "2"}, {"person": {"W1", "W3"}}),
        ("AC82", "X-202405", {"AAE019": "2.00"}, {"person": {"X", "Z"}, "account": {"62X"}}),
        ("AC61", "B-Z", {"AAE019": "3.00"}, {"person": {"X", "Z"}, "account": {"62X"}}),
        ("AC82", "S1-202405", {"AAE019": "4.00"}, {"person": {"S1"}, "account": {"62S"}}),
        ("AC82", "S1-202405", {"AAE010": "62T"}, {"person": {"S1"}, "account": {"62S", "62T"}}),
        (
            "AC43", "C-P2", {"AAC040": "1.00"},
            {
                "person": {"P2"}, "account": {"62P2"}, "enrolling_employer": {"E1"}, "taxed_employer": {"E1"},
            },
        ),
        (
            "AB01", "E3", {"AAB030": "TAX2"},
            {"enrolling_employer": {"E3"}, "taxed_employer": {"E2", "E3"}},
        ),
    ],
    ids=["one human", "may be one", "owner", "item", "account", "other account", "bill", "taxpayer"],
)  # fmt: skip
def test_whom_a_correction_affects_is_checked_and_gives_what_a_full_check_gives(
    checked: Checked, table: str, key: str, cells: dict[str, str], subjects: dict[str, set[str]]
) -> None:
    checked.correct(table, key, **cells)
    found: dict[str, set[str]] = {}
    for subject, subject_key in checked.check():
        found.setdefault(subject, set()).add(subject_key)
    assert found == subjects
    cases = checked.cases()
    assert cases == checked.in_full()


def test_another_month_is_checked_in_full_and_so_is_the_one_before_it(checked: Checked) -> None:
    assert checked.check(MAY) == EVERYTHING
    assert checked.check(JUNE) == EVERYTHING


def test_another_day_is_checked_in_full(checked: Checked) -> None:
    assert checked.check(as_of=date(2024, 7, 1)) == EVERYTHING


def test_other_code_checks_in_full(checked: Checked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dbt_runner, "code_hash", lambda _package: "other")
    assert checked.check() == EVERYTHING


def test_ledger_of_which_the_change_is_not_known_is_checked_in_full(checked: Checked) -> None:
    checked.change(
        "update business_ledger.built_months set state_id = 'other', former_state_id = null"
        " where model = 'payment_items' and month = %s",
        JUNE,
    )
    assert checked.check() == EVERYTHING


@pytest.mark.parametrize("table", ["cases", "review_pairs"])
def test_month_that_lost_a_row_is_checked_in_full(checked: Checked, table: str) -> None:
    before = checked.cases()
    checked.change(
        f"delete from crosschecks.{table}"
        f" where ctid = (select min(ctid) from crosschecks.{table} where month = %s)",
        JUNE,
    )  # fmt: skip
    assert checked.check() == EVERYTHING
    assert checked.cases() == before


def test_check_that_was_stopped_is_followed_by_a_full_one(checked: Checked) -> None:
    with pytest.raises(CheckStopped):
        checked.check(stops=True)
    assert checked.check() == EVERYTHING
