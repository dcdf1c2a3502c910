"""A city nobody has seen, with declarations at random: each base and exception is that of the oracle."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.months import add_months, parse_range
from fundwatch.settings import Settings
from simulator import simulate
from tests.bases.random_declarations import declare
from tests.bases.warehouses import Rows, compared, exported, verify
from tests.hostile.warehouses import landed
from tests.oracle.bases import bases_of, exceptions_of
from tests.oracle.production import City
from tests.seeds import SEED
from tests.support import Databases

HISTORY = "2023-01..2024-12"
LANDED = ("2023-12", "2024-06", "2024-09", "2024-12")
# Of a declaration, of carried bases, of both kinds of unit, of one county's own rule.
RULES = """\
division,scheme,unit_kind,unit_method,provisional,trueup_months,declare_by,rounding,valid_from,valid_to
230000,,,higher,carry,2,02-29,0.01,,
230000,,20,sum,old_limits,2,03-31,0.01,,
230600,110,10,bill,old_limits,1,03-31,1,,
230602,310,,higher,old_limits,2,03-31,0.01,2022,
230602,,30,sum,carry,2,03-31,0.01,,
"""
# A county whose employees' medical insurance has no limits.
UNLIMITED = "230605"
SCHEMES = ("110", "120", "210", "310", "410")
# Who has a regular row in the last twelve months: person (empty: the unit), unit (empty: none), scheme.
WITH_ROWS = """
    with rows as (
        select person_id, case when enrolment_identity = '11' then employer_id else '' end as unit_id, scheme
        from business_ledger.contributions
        where valid_from_batch <= %(month)s and (valid_to_batch is null or valid_to_batch > %(month)s)
            and kind = '10' and enrolment_identity in ('11', '12') and base_amount is not null
            and division is not null and for_month between %(first)s and %(month)s
            and (enrolment_identity = '12' or employer_id is not null)
    )
    select person_id, unit_id, scheme from rows
    union select '', unit_id, scheme from rows where unit_id <> ''
    union select '', employer_id, scheme from business_ledger.unit_contributions
    where valid_from_batch <= %(month)s and (valid_to_batch is null or valid_to_batch > %(month)s)
        and orphan_reason is null and for_month between %(first)s and %(month)s
"""
LEFT_OUT = """
    select coalesce(person_id, ''), coalesce(unit_id, ''), scheme from bases.bases_left_out
    where month = %s and reason = 'no_limits'
"""
ORACLES = {"bases": bases_of, "base_exceptions": exceptions_of}


class Verified:
    """A city verified in September and December, and the latter on a copy without the former."""

    def __init__(self, folder: Path, databases: Databases, migrated: str) -> None:
        self.folder = folder / "city"
        simulate(out=self.folder, months=parse_range(HISTORY), persons=300, seed=SEED)
        (self.folder / "site" / "base_rules.csv").write_text(RULES, encoding="utf-8")
        limit_county(self.folder / "site")
        database = self.folder / "production-2024-12.db"
        for path in (self.folder / "inbox" / "declaration").glob("*"):
            path.unlink()
        declare(self.folder, database=database, month="2024-04", wage_years=(2021, 2022, 2023), seed=SEED)
        url = databases.create(template=migrated)
        settings = landed(self.folder, folder / "home", url, LANDED, is_built=False)
        alone = Settings(home=settings.home, database_url=databases.create(template=databases.name(url)))
        self.warehouse: Warehouse = open_warehouse(settings)
        self.summaries = {month: verify(settings, month) for month in LANDED[-2:]}
        verify(alone, LANDED[-1])
        self.alone = open_warehouse(alone)

    def rows(self, what: str, month: str) -> Rows:
        """Read an export of a month."""
        return exported(self.warehouse, what, month)


def limit_county(site: Path) -> None:
    """Give the limits of 310 to each county but one, instead of to their city."""
    divisions = (site / "divisions.csv").read_text(encoding="utf-8").splitlines()
    counties = {line.split(",")[0] for line in divisions if ",county," in line} - {UNLIMITED}
    limits = site / "contribution_limits.csv"
    lines = limits.read_text(encoding="utf-8").splitlines(keepends=True)
    given = [
        line.replace("230600,310,", f"{county},310,", 1)
        for line in lines
        for county in (sorted(counties) if line.startswith("230600,310,") else [""])
    ]
    limits.write_text("".join(given), encoding="utf-8")


@pytest.fixture(scope="module")
def verified(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Verified:
    return Verified(tmp_path_factory.mktemp("verified"), databases, migrated)


@pytest.mark.parametrize("month", LANDED[-2:])
@pytest.mark.parametrize("what", sorted(ORACLES))
def test_export_equals_the_oracle(verified: Verified, what: str, month: str) -> None:
    until = [name for name in LANDED if name <= month]
    expected = ORACLES[what](City(verified.folder), month, landed=until)
    rows = verified.rows(what, month)
    kinds = Counter(dict(row).get("exception") for row in compared(rows) ^ compared(expected))
    assert (kinds, len(rows)) == (Counter(), len(expected)), f"seed {SEED}"


@pytest.mark.parametrize("what", sorted(ORACLES))
def test_december_after_september_equals_december_alone(verified: Verified, what: str) -> None:
    assert verified.rows(what, LANDED[-1]) == exported(verified.alone, what, LANDED[-1])


def test_due_is_booked_and_open_for_everybody(verified: Verified) -> None:
    rows = [row for row in verified.rows("bases", LANDED[-1]) if row["trueup_due"]]
    assert rows
    cents = [
        [round(float(row[name]) * 100) for name in ("trueup_due", "trueup_booked", "trueup_open")]
        for row in rows
    ]
    assert [row for row in cents if row[0] != row[1] + row[2]] == []


def test_exception_has_one_id_in_every_month(verified: Verified) -> None:
    names = ("exception", "unit_id", "person_id", "scheme", "wage_year")
    of_months = [
        {
            (*(row[name] for name in names), row["expected"] if row["due_on"] else ""): row["exception_id"]
            for row in verified.rows("base_exceptions", month)
            if row["exception"] != "not_trued_up"
        }
        for month in LANDED[-2:]
    ]
    shared = of_months[0].keys() & of_months[1].keys()
    assert shared
    assert [key for key in shared if of_months[0][key] != of_months[1][key]] == []


def test_what_nobody_knows_is_listed_with_its_line(verified: Verified) -> None:
    with verified.warehouse.connect() as connection:
        rows = connection.execute(
            "select landed_table, source_file_id, source_row from bases.bases_left_out"
            " where month = %s and reason = 'unknown_unit' and unit_id = 'E-nobody'",
            (LANDED[-1],),
        ).fetchall()
    assert rows
    assert all(file_id and line for _, file_id, line in rows)
    assert verified.summaries[LANDED[-1]].left_out["unknown_unit"] >= len(rows)


@pytest.mark.parametrize("month", LANDED[-2:])
def test_whoever_has_rows_and_no_base_is_listed(verified: Verified, month: str) -> None:
    based = {(row["person_id"], row["unit_id"], row["scheme"]) for row in verified.rows("bases", month)}
    with verified.warehouse.connect() as connection:
        having = connection.execute(WITH_ROWS, {"month": month, "first": add_months(month, -11)}).fetchall()
        listed = connection.execute(LEFT_OUT, (month,)).fetchall()
    expected = {row for row in having if row[2] in SCHEMES} - based
    assert {bool(person) for person, _, _ in expected} == {True, False}
    assert (set(listed), len(listed)) == (expected, len(expected)), f"seed {SEED}"
