"""When a month is checked again in part, and each reason to check it in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

import crosschecks
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


PRODUCTION = {
    "AC01": [
        _person("P1", 1, "刘国强"), _person("P2", 2, "王大明"), _person("W1", 30, "钱三强"),
        {**_person("W3", 0, "钱三明"), "AAC002": f"{identity_number(30)[:16]}9{identity_number(30)[17:]}"},
    ],
    "AC60": [
        {
            "AAZ257": f"B-{key}", "AAC001": key, "AAE140": "110", "AIC161": "01", "AAE210": "201501",
            "AAE116": "1", "AAE010": f"62{key}", "AAB301": NORTH,
        }
        for key in ("P1", "P2")
    ],
    "AC82": [
        {
            "AAZ220": f"{key}-202405", "AAZ257": f"B-{key}", "AAC001": key, "AAE140": "110",
            "AAE002": "202405", "AAE003": "202405", "AAE019": "1000.00", "AAE010": f"62{key}", "AAE145": "9",
            "AAE117": "1",
        }
        for key in ("P1", "P2")
    ],
}  # fmt: skip


class CheckStopped(Exception):
    """What stops a check in a test."""


class Checked:
    """A city whose June was checked, to be checked again."""

    def __init__(self, settings: Settings) -> None:
        self.city = City(open_warehouse(settings), settings)
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
