"""Error lists of months whose failing rows are entered by hand."""

from __future__ import annotations

from datetime import date

import psycopg

from expectations.issues.queries import identified
from expectations.issues.rectification import correction_rates, rectify
from expectations.site_parameters import SiteParameters
from fundwatch.database.warehouse import Warehouse

NORTH, SOUTH, CITY = "640301", "640302", "640300"
MARCH, APRIL, MAY, JUNE = "2024-03", "2024-04", "2024-05", "2024-06"
ENDS = {MARCH: date(2024, 3, 31), APRIL: date(2024, 4, 30), MAY: date(2024, 5, 31), JUNE: date(2024, 6, 30)}
_CALENDAR = (("error_list_out", "1", "15"), ("error_list_due", "2", "15"))
SITE = SiteParameters(
    tables={
        "divisions": [
            {"division": CITY, "level": "city", "parent": None},
            {"division": NORTH, "level": "county", "parent": CITY},
            {"division": SOUTH, "level": "county", "parent": CITY},
        ]
    }
)


def clear_lists(connection: psycopg.Connection) -> None:
    """Delete every measurement and waiver, and load the calendar of the example site."""
    for name in ("error_lists", "rectification", "rule_results", "failures"):
        connection.execute(f"delete from quality.{name}")
    connection.execute("alter table quality.waivers disable trigger all")
    connection.execute("delete from quality.waivers")
    connection.execute("alter table quality.waivers enable trigger all")
    connection.execute("delete from site.calendar")
    connection.execute("delete from site.versions")
    connection.execute("insert into site.versions (site_version) values ('v')")
    for place, event in enumerate(_CALENDAR, start=2):
        connection.execute("insert into site.calendar values (%s, %s, %s, 'v', %s)", (*event, place))


class ErrorLists:
    """The error lists of months whose failing rows are given."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def measured(self, month, *failing, as_of=None, rules=("AC01-1", "AC01-5")):
        """Enter the failing rows (key, rule, division) of a month, and derive its list."""
        with self.warehouse.connect() as connection:
            for name in ("rule_results", "failures"):
                connection.execute(f"delete from quality.{name} where month = %s", (month,))
            for rule in rules:
                connection.execute(
                    "insert into quality.rule_results values (%s, %s, 'AC01', %s, 9, 9, 'r')",
                    (month, CITY, rule),
                )
            connection.execute(
                "create temporary table failing_rows (division text, table_name text, rule_id text, key text,"
                " source_file_id text, source_row bigint) on commit drop"
            )
            for row, cells in enumerate(failing, start=2):
                key, rule, division = (*cells, *("", "AC01-1", NORTH)[len(cells) :])
                connection.execute(
                    "insert into failing_rows values (%s, 'AC01', %s, %s, %s, %s)",
                    (division, rule, key, f"file-{month}", row),
                )
            rows = f"({identified('table failing_rows')}) as rows"
            connection.execute(f"insert into quality.failures select %s, * from {rows}", (month,))
            return rectify(connection, month=month, as_of=as_of or ENDS[month], site_version="v")

    def of(self, month, *columns):
        """Return columns of a month's list, in the order of the keys."""
        names = ", ".join(columns or ("key", "state"))
        with self.warehouse.connect() as connection:
            return connection.execute(
                f"select {names} from quality.rectification where month = %s order by key, rule_id, issue_id",
                (month,),
            ).fetchall()

    def everything(self):
        with self.warehouse.connect() as connection:
            return connection.execute(
                "select * from quality.rectification order by month, issue_id"
            ).fetchall()

    def rate(self, month, division=NORTH, as_of=None):
        with self.warehouse.connect() as connection:
            rates = correction_rates(
                connection, site=SITE, month=month, as_of=as_of or ENDS[month], checked=["AC01"]
            )
        parts = {(rate.division, rate.table): (rate.numerator, rate.denominator) for rate in rates}
        return parts[division, "AC01"]

    def issue(self, month):
        """Return the id of the first issue of a month's list."""
        return self.of(month, "issue_id")[0][0]
