"""Cross-checks on a tiny city: from landed deaths, payments and contributions to the exported cases."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

import pytest

import crosschecks
from crosschecks import CaseSummary, name_classes
from fundwatch.database.warehouse import open_warehouse
from fundwatch.months import last_day
from fundwatch.settings import Settings
from tests.integration.checked_city import LEDGERS, NORTH, SOUTH, VERSION, City, identity_number

MAY, JUNE = "2024-05", "2024-06"
CANARY = "欧阳金丝雀"
LARGEST = "9999999999999999.99"
# Written by the step itself, not by a model: rows of evidence, cases as they were, one row of state.
WITHOUT_KEY = {"cleared_evidence", "former_cases", "linkage_state"}

# Person id -> (number of the identity, name in AC01, name in the death event).
DECEASED = {
    "equal": (1, "刘国强", "劉 國強"),
    "close": (2, "王大明", "王小明"),
    "short": (3, "王伟", "李伟"),
    "unrelated": (4, CANARY, "张三丰"),
    "revoked": (5, "陈一", "陈一"),
    "emigrated": (6, "陈二", "陈二"),
    "north": (7, "周萨尔图", "周萨尔图"),
    "south": (8, "吴龙凤", "吴龙凤"),
    "large": (9, "郑大额", "郑大额"),
}
# Two crematoria number alike.
ONE_NUMBER = {"source": "cremation", "source_event_id": "2024-0001"}


def event(person: str, **cells: str) -> dict[str, str]:
    number, _, name = DECEASED[person]
    return {
        "source": "police", "source_event_id": f"D-{person}", "event_type": "create", "name": name,
        "id_number": identity_number(number), "death_date": "20240315", "death_date_precision": "D",
        "category": "01", "registered_on": "20240320", **cells,
    }  # fmt: skip


def payment(person: str, month: str, amount: str = "2000.10") -> dict[str, str]:
    return {
        "AAZ220": f"{person}-{month}", "AAZ257": f"B-{person}", "AAC001": person, "AAE140": "110",
        "AAE002": month, "AAE003": month, "AAE019": amount, "AAE117": "1",
    }  # fmt: skip


def contribution(person: str, month: str) -> dict[str, str]:
    return {
        "AAZ223": f"{person}-{month}", "AAC001": person, "AAE140": "110", "AAE002": month,
        "AAE003": month, "AAA115": "10", "AAE080": "0", "AAE082": "50", "AAE078": "1",
    }  # fmt: skip


def person(key: str, number: int, name: str) -> dict[str, str]:
    return {"AAC001": key, "AAC002": identity_number(number), "AAC003": name, "AAB301": NORTH}


# Two ids of one human, one of them under a traditional spelling; and two humans under one number.
TWINS = {"T1": (20, "赵龙"), "T2": (20, "趙龍"), "U1": (21, "孙一一"), "U2": (21, "周二二")}
# Of one human, who has no number the second time; and of somebody who may be his twin.
BORN = {"AAC006": "19500101", "AAC004": "1"}
NUMBER = identity_number(30)
PRODUCTION = {
    "AC01": [
        *(person(key, number, name) for key, (number, name, _) in DECEASED.items()),
        *(person(key, number, name) for key, (number, name) in TWINS.items()),
        {**person("W1", 30, "钱三强"), **BORN},
        {**person("W2", 30, "錢三强"), **BORN, "AAC002": None, "AAB301": SOUTH},
        {**person("W3", 30, "钱三明"), **BORN, "AAC002": f"{NUMBER[:16]}9{NUMBER[17:]}"},
    ],
    "AC02": [
        {
            "AAZ159": f"N-{key}", "AAC001": key, "AAE140": "110", "AAC008": "1", "AAC066": "12",
            "AAC030": day, "AAB301": division,
        }
        for key, day, division in [
            ("T1", "20100101", NORTH), ("T2", "20200101", SOUTH), ("U1", "20100101", NORTH),
            ("U2", "20200101", SOUTH),
        ]
    ],
    "AC43": [contribution(key, month) for key in TWINS for month in ("202404", "202405")],
    "AC60": [
        {
            "AAZ257": f"B-{key}", "AAC001": key, "AAE140": "110", "AIC161": "01", "AAE210": "201501",
            "AAE116": "1", "AAB301": SOUTH,
        }
        for key in DECEASED
    ],
    "AC61": [
        {
            "AAZ257": f"B-{key}", "AAA036": "101", "AAE041": "201501",
            "AAE019": LARGEST if key == "large" else "2000.10",
        }
        for key in DECEASED
    ],
    # South's database is read late: it holds June, too.
    "AC82": [
        *(
            payment(key, month, LARGEST if key == "large" else "2000.10")
            for key in DECEASED
            for month in ("202403", "202404", "202405")
        ),
        payment("south", "202406"),
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """The city after May and June were checked, with what each run said."""

    city: City
    summaries: dict[str, CaseSummary]

    def check(self, month: str) -> CaseSummary:
        return check(self.city, month)

    def cases(self, month: str) -> dict[tuple[str, str], tuple]:
        rows = self.city.rows(
            "select rule_id, person_id, other_person_id, match_class, division, first_month,"
            " last_month, months, amount, state from crosschecks.cases where month = %s",
            month,
        )
        return {row[:2]: row[2:] for row in rows}


def check(city: City, month: str) -> CaseSummary:
    return crosschecks.check(
        city.warehouse,
        month=month,
        as_of=last_day(month),
        site_version=VERSION,
        build=lambda layers: city.build(layers, month=month),
    )


@pytest.fixture(scope="module")
def checked(databases, migrated, tmp_path_factory) -> Checked:
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    city = City(open_warehouse(settings), settings)
    city.load_site()
    city.land_production(PRODUCTION, month=MAY)
    others = {"emigrated": {"category": "03"}, "north": ONE_NUMBER, "south": ONE_NUMBER}
    deaths = [event(key, **others.get(key, {})) for key in DECEASED]
    city.land_file("civil_registry__death_event", deaths, month=MAY)
    city.land_file("civil_registry__death_event", [event("revoked", event_type="revoke")], month=JUNE)
    city.build(LEDGERS, month=MAY)
    return Checked(city, {month: check(city, month) for month in (MAY, JUNE)})


PAID = (None, "A", SOUTH, "2024-04", "2024-05", 2, Decimal("4000.20"), "open")


def test_check_raises_deaths_of_class_a_and_b_and_pairs_of_one_human(checked):
    assert checked.cases(MAY) == {
        ("paid_after_death", "equal"): PAID,
        ("paid_after_death", "close"): (None, "B", *PAID[2:]),
        ("paid_after_death", "revoked"): PAID,
        ("paid_after_death", "north"): PAID,
        ("paid_after_death", "large"): (*PAID[:6], 2 * Decimal(LARGEST), "open"),
        ("paid_after_death", "south"): PAID,
        ("duplicate_enrolment", "T1"): (
            "T2", "A", SOUTH, "2024-04", "2024-05", 2, Decimal("100.00"), "open",
        ),
        ("one_person_many_ids", "T1"): ("T2", "A", SOUTH, None, None, 0, Decimal("0.00"), "open"),
        ("one_person_many_ids", "W1"): ("W2", "D", SOUTH, None, None, 0, Decimal("0.00"), "open"),
    }  # fmt: skip


def test_check_counts_a_month_from_that_month_on(checked):
    months = {month: checked.cases(month)["paid_after_death", "south"][4:7] for month in (MAY, JUNE)}
    assert months == {
        MAY: ("2024-05", 2, Decimal("4000.20")),
        JUNE: ("2024-06", 3, Decimal("6000.30")),
    }


def test_check_withdraws_a_case_from_the_month_its_death_is_revoked_in(checked):
    assert set(checked.cases(MAY)) - set(checked.cases(JUNE)) == {("paid_after_death", "revoked")}

    ended = checked.city.rows(
        "select e.person_id, e.state, e.actor, e.from_month, e.number from ops.case_events as e"
        " inner join crosschecks.cases as c on c.case_id = e.case_id and c.month = %s",
        MAY,
    )
    assert ended == [("revoked", "withdrawn", "fundwatch", JUNE, 1)]
    assert (checked.summaries[JUNE].withdrawn, checked.summaries[JUNE].closed) == (1, 0)


def test_check_lists_equal_numbers_under_unrelated_names_as_data_errors(checked):
    rows = checked.city.rows(
        "select kind, person_id, other_key from crosschecks.data_errors where month = %s", MAY
    )
    assert sorted(rows) == [
        ("death_event", "short", "police/D-short"),
        ("death_event", "unrelated", "police/D-unrelated"),
        ("person", "U1", "U2"),
    ]


def test_check_gives_evidence_that_leads_to_landed_rows(checked):
    ((evidence,),) = checked.city.rows(
        "select evidence from crosschecks.cases where month = %s and person_id = 'equal'", MAY
    )
    assert json.loads(evidence) == [
        {"table": "AC01", "key": "equal", "source_file_id": "extract-AC01", "source_row": 1},
        {"table": "AC60", "key": "B-equal", "source_file_id": "extract-AC60", "source_row": 1},
        {"table": "AC82", "key": "equal-202404", "source_file_id": "extract-AC82", "source_row": 2},
        {"table": "AC82", "key": "equal-202405", "source_file_id": "extract-AC82", "source_row": 3},
        {
            "table": "death_event", "key": "police/D-equal",
            "source_file_id": "civil_registry__death_event-2024-05-1", "source_row": 1,
        },
    ]  # fmt: skip


def test_check_says_what_it_found(checked):
    assert checked.summaries[MAY].counts() == {
        "civil_registry": "1 files",
        "names_judged": 11,
        "deceased_persons": 6,
        "data_errors": 3,
        "linked_pairs": 1,
        "pairs_for_review": 1,
        "withdrawn": 0,
        "closed": 0,
        "duplicate_enrolment_A": 1,
        "one_person_many_ids_A": 1,
        "one_person_many_ids_D": 1,
        "paid_after_death_A": 5,
        "paid_after_death_B": 1,
    }


@pytest.mark.scenarios
def test_check_again_gives_the_same_cases_with_the_same_ids(checked):
    query = "select * from crosschecks.cases order by month, case_id"
    before = checked.city.rows(query)
    assert before
    assert checked.check(JUNE) == checked.summaries[JUNE]
    assert checked.city.rows(query) == before


@pytest.mark.scenarios
def test_check_says_that_the_registry_has_not_arrived_and_keeps_known_deaths(checked):
    july = "2024-07"
    summary = checked.check(july)
    assert summary.counts()["civil_registry"] == "not received"
    assert set(checked.cases(july)) == set(checked.cases(JUNE))


def test_check_leaves_no_name_in_what_dbt_writes(checked):
    home = checked.city.settings.home
    written = [path for path in home.rglob("*") if path.is_file()]
    assert written
    assert [path for path in written if CANARY.encode() in path.read_bytes()] == []


def test_tables_have_the_keys_and_the_precisions_of_their_contracts(checked):
    tables = checked.city.rows(
        "select c.relname, exists (select from pg_index where indrelid = c.oid and indisprimary)"
        " from pg_class as c where c.relnamespace = 'crosschecks'::regnamespace and c.relkind = 'r'"
    )
    assert len(tables) > 60
    assert {name for name, has_key in tables if not has_key} == WITHOUT_KEY
    assert (
        checked.city.rows(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = 'crosschecks' and data_type = 'numeric' and numeric_precision is null"
        )
        == []
    )


def test_judge_replaces_older_judgements(checked):
    warehouse = checked.city.warehouse
    with warehouse.connect() as connection:
        connection.execute("update crosschecks.name_matches set match_class = 'A'")
        connection.execute("insert into crosschecks.name_matches values ('old', 'older', 'A', false)")
    name_classes.prepare(warehouse)
    assert name_classes.judge(warehouse) == 10
    classes = checked.city.rows(
        "select match_class, count(*) from crosschecks.name_matches group by match_class order by 1"
    )
    assert classes == [("A", 6), ("B", 1), ("C", 3)]


def test_crosscheck_models_pass_their_unit_tests(checked):
    outcomes = checked.city.unit_tests("staging_civil_registry", "crosschecks")
    assert len(outcomes) > 10
    assert {name: outcome for name, outcome in outcomes.items() if outcome != "pass"} == {}
