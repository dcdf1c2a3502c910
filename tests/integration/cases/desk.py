"""A desk of cases without a city: points listed by hand in months, and what is recorded about them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crosschecks.cases import settling
from fundwatch.acts.case_steps import Act
from fundwatch.acts.cases import Recorded, record
from fundwatch.database.warehouse import Warehouse
from fundwatch.months import last_day

MAY, JUNE, JULY = "2024-05", "2024-06", "2024-07"
CITY, NORTH, SOUTH = "640300", "640301", "640302"
# As dbt makes it.
TABLE = """
create table crosschecks.cases (
    case_id text not null, rule_id text not null, month text not null, division text, scheme text not null,
    person_id text not null, other_person_id text, match_class text not null, score numeric(18, 6),
    first_month text, last_month text, months integer, amount numeric(28, 2), state text not null,
    outcome text, evidence text not null, known_on date, judged_on date, point_state text,
    primary key (month, case_id)
)
"""
EVENTS = """
create table staging_civil_registry.stg_civil_registry__death_event (
    source text, source_event_id text, event_order bigint, chain_order bigint, event_type text,
    source_file_id text, source_row bigint
)
"""
# What work lists say of people, employers and rules.
LEDGERS = {
    "business_ledger": """
        create table business_ledger.persons (
            person_id text, person_name text, identity_number text, valid_from_batch text, valid_to_batch text
        );
        create table business_ledger.employers (
            employer_id text, employer_name text, valid_from_batch text, valid_to_batch text
        )
    """,
    "staging_site": """
        create table staging_site.crosscheck_rules (rule_id text, label_zh text, label_en text);
        insert into staging_site.crosscheck_rules
        values ('paid_after_death', '死亡后待遇发放疑点', 'Paid for months after death')
    """,
}


@dataclass(frozen=True)
class Row:
    """A row of evidence."""

    table: str
    key: str
    file: str = "file"
    row: int = 1

    def item(self) -> dict[str, object]:
        return {
            "table": self.table, "key": self.key, "source_file_id": self.file, "source_row": self.row,
        }  # fmt: skip


DEATH, PAID_MAY, PAID_JUNE = Row("death_event", "police/D1"), Row("AC82", "P5"), Row("AC82", "P6")


@dataclass(frozen=True)
class Point:
    """A point that holds on the data of a month."""

    case_id: str = "a1" * 12
    rule_id: str = "paid_after_death"
    person_id: str = "P"
    other_person_id: str | None = None
    scheme: str = "110"
    division: str | None = NORTH
    amount: str = "2000.00"
    months: int = 1
    known_on: date | None = date(2024, 4, 1)
    state: str = "open"
    evidence: Sequence[Row] = (DEATH, PAID_MAY)


class Desk:
    """A warehouse whose points are listed by hand."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        for layer, statement in (("crosschecks", TABLE), ("staging_civil_registry", EVENTS)):
            with warehouse.connect(layer=layer) as connection:
                connection.execute(statement)

    def furnish(self, *persons: tuple[str, str, str]) -> None:
        """Give the city two counties, and its ledger persons: id, name, number."""
        for layer, statement in LEDGERS.items():
            with self.warehouse.connect(layer=layer) as connection:
                connection.execute(statement)
        with self.warehouse.connect() as connection:
            connection.execute("insert into site.versions (site_version) values ('desk')")
            for row, (division, level) in enumerate(
                [(CITY, "city"), (NORTH, "county"), (SOUTH, "county")], start=2
            ):
                connection.execute(
                    "insert into site.divisions (division, name_zh, name_en, level, _site_version, _row)"
                    " values (%s, %s, null, %s, 'desk', %s)",
                    (division, f"区{division[-1]}", level, row),
                )
            for person in persons:
                connection.execute(
                    "insert into business_ledger.persons values (%s, %s, %s, '2024-01', null)", person
                )

    def clear_away(self) -> None:
        """Empty the desk, past the guards of what is append-only; entries of the audit log stay."""
        with self.warehouse.connect() as connection:
            connection.execute("truncate crosschecks.cases")
            connection.execute("truncate staging_civil_registry.stg_civil_registry__death_event")
            connection.execute("alter table ops.case_events disable trigger append_only")
            connection.execute("truncate ops.case_events")
            connection.execute("alter table ops.case_events enable always trigger append_only")

    def list(self, month: str, *points: Point) -> settling.Settled:
        """Build a month as its run does: these points hold."""
        settling.remember(self.warehouse, month=month)
        with self.warehouse.connect() as connection:
            connection.execute("delete from crosschecks.cases where month = %s", (month,))
            for point in points:
                connection.execute(
                    "insert into crosschecks.cases values (%(case_id)s, %(rule_id)s, %(month)s, %(division)s,"
                    " %(scheme)s, %(person_id)s, %(other_person_id)s, 'A', null, '2024-05', %(month)s,"
                    " %(months)s, %(amount)s, %(state)s, null, %(evidence)s, %(known_on)s, %(judged_on)s,"
                    " %(state)s)",
                    {
                        **vars(point), "month": month, "judged_on": last_day(month),
                        "evidence": json.dumps([row.item() for row in point.evidence]),
                    },
                )  # fmt: skip
        return settling.settle(self.warehouse, month=month)

    def registry_says(self, *events: tuple[str, int, str]) -> None:
        """Let the registry hold events of one chain: file, place and type."""
        with self.warehouse.connect() as connection:
            connection.execute("truncate staging_civil_registry.stg_civil_registry__death_event")
            for file, order, kind in events:
                connection.execute(
                    "insert into staging_civil_registry.stg_civil_registry__death_event"
                    " values ('police', 'D1', %s, 1, %s, %s, 1)",
                    (order, kind, file),
                )

    def record(
        self, to: str, *, case: str = Point.case_id, name: str = "Auditor", after: int | None = None, **said
    ) -> Recorded:
        """Record one event, with a note where the state needs one."""
        note = said.pop("note", "seen at the office" if to != "dispatched" else "")
        return record(self.warehouse, case=case, act=Act(to, note=note, **said), name=name, after=after)

    def verify(self, finding: str = "dead", **more) -> None:
        """Dispatch and verify a case."""
        self.record("dispatched", **more)
        self.record("verified", finding=finding, name="Verifier", **more)

    def clear(self, *, until: date = date(2025, 5, 31), finding: str = "alive", **more) -> None:
        """Take a case to its end: nothing was wrong."""
        self.verify(finding, **more)
        self.record("decided", decision="clear", outcome="no_issue", until=until, name="Decider", **more)
        self.record("approved", name="Approver", **more)
        self.record("closed", **more)

    def recover(self, amount: str = "2000.00", **more) -> None:
        """Take a case to its end: money came back."""
        self.verify(**more)
        self.record(
            "decided", decision="recover", outcome="fraud", amount=Decimal(amount), name="Decider", **more
        )
        self.record("approved", name="Approver", **more)
        self.record("recovering", amount=Decimal(amount), **more)
        self.record("closed", **more)

    def states(self, month: str) -> Mapping[str, tuple[str, str | None]]:
        """Return state and outcome of the month's cases, as exported."""
        query = "select case_id, state, outcome from crosschecks.cases where month = %s order by case_id"
        return {case: (state, outcome) for case, state, outcome in self.rows(query, month)}

    def state(self, month: str, case: str = Point.case_id) -> str | None:
        """Return the exported state of a case in a month; None where it is not listed."""
        return self.states(month).get(case, (None,))[0]

    def events(self, case: str = Point.case_id) -> list[tuple]:
        """Return the events of a case: number, state, actor, month."""
        query = "select number, state, actor, from_month from ops.case_events where case_id = %s order by 1"
        return self.rows(query, case)

    def rows(self, query: str, *parameters: object) -> list[tuple]:
        with self.warehouse.connect() as connection:
            return connection.execute(query, parameters).fetchall()
