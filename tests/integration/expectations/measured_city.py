"""A tiny city landed row by row, one county per case, so that one measurement answers many cases."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from expectations.prepared.state import reset_state
from expectations.sql import CREDIT_ALPHABET
from fundwatch.catalogue import TABLES
from fundwatch.numbers import credit, identity
from fundwatch.site import FILES

MONTH = "2024-06"
PROVINCE, CITY = "640000", "640300"
VERSION = "tiny"
Row = dict[str, str | None]


def county(number: int) -> str:
    """Code of the county a case has to itself."""
    return f"{640301 + number}" if number < 99 else f"{641000 + number}"


def number_born(day: str, *, sex: str = "1", serial: int = 0) -> str:
    """A valid identity number of somebody born on ``day`` (YYYYMMDD)."""
    body = f"640301{day}{serial % 100:02d}{'1' if sex == '1' else '2'}"
    return body + identity.check_character(body)


def credit_code(serial: int) -> str:
    """A valid credit code."""
    letters = "".join(CREDIT_ALPHABET[(serial // 31**place) % 31] for place in range(3))
    body = f"91640301MA75{letters}XX"
    return body + credit.check_character(body)


def good_rows(number: int, division: str) -> dict[str, Row]:
    """One employer, one person, one enrolment and one contribution with nothing wrong."""
    person, employer = f"P{number:04d}", f"E{number:04d}"
    return {
        "AB01": {
            "AAB001": employer, "AAB004": "盐池农机有限公司", "AAB030": credit_code(number),
            "AAB019": "10", "AAA149": "1", "AAB301": division,
        },
        "AB02": {"AAB001": employer, "AAE140": "110", "AAB051": "1", "AAB033": "02"},
        "AC01": {
            "AAC001": person, "AAC002": number_born("19800229", serial=number), "AAC003": "张三",
            "AAC004": "1", "AAC006": "19800229", "AAC058": "01", "AAC060": "1", "AAB301": division,
        },
        "AC02": {
            "AAZ159": f"N{number:04d}", "AAC001": person, "AAE140": "110", "AAB001": employer,
            "AAC008": "1", "AAC066": "11", "AAC030": "20100701", "AAC049": "201007", "AAB301": division,
        },
        "AC43": {
            "AAZ223": f"C{number:04d}", "AAC001": person, "AAB001": employer, "AAE140": "110",
            "AAE002": "202406", "AAE003": "202406", "AAA115": "10", "AAC040": "5000.00",
            "AAE180": "5000.00", "AAE020": "800.00", "AAE022": "400.00", "AAE080": "800.00",
            "AAE082": "400.00", "AAE078": "1", "AAB191": "20240615",
        },
    }  # fmt: skip


def more_rows(number: int) -> dict[str, Row]:
    """Rows of the other tables with nothing wrong, of the person and employer of ``good_rows``."""
    person, employer, entitlement, payment = (f"{letter}{number:04d}" for letter in "PERZ")
    return {
        "AB07": {
            "AAB001": employer, "AAE140": "110", "AAE003": "202406", "AAE002": "202406", "AAB119": "1",
            "AAB120": "5000.00", "AAE020": "800.00", "AAE080": "800.00", "AAE078": "1", "AAB191": "20240615",
        },
        "AC50": {"AAC001": person, "AAE140": "110", "AAE240": "5000.00"},
        "AC60": {
            "AAZ257": entitlement, "AAC001": person, "AAE140": "110", "AIC161": "01", "AIC162": "20240101",
            "AAE210": "202402", "AAE116": "1", "AAE009": "张三", "AAE010": "6222020000000001",
            "AAB301": county(number),
        },
        "AC61": {"AAZ257": entitlement, "AAA036": "101", "AAE041": "202402", "AAE019": "900.00"},
        "AC82": {
            "AAZ220": payment, "AAZ257": entitlement, "AAC001": person, "AAE140": "110",
            "AAE002": "202406", "AAE003": "202406", "AAE019": "900.00", "AAE010": "6222020000000001",
            "AAE145": "1", "AAE117": "1",
        },
        "AC83": {"AAZ220": payment, "AAA036": "101", "AAE019": "900.00"},
        "YC01": {
            "AAC001": person, "AAE140": "110", "AAE041": "202401", "AAE042": "202403", "AAE019": "2700.00",
            "AAE058": "900.00",
        },
        "YC02": {
            "AAC001": person, "AAE140": "110", "YAE001": "in", "AAE003": "202406", "YAB301": "640100",
            "AAE019": "100.00",
        },
    }  # fmt: skip


SITE: dict[str, list[Row]] = {
    "average_wages": [
        {"division": PROVINCE, "year": "2022", "monthly_wage": "6000", "published_month": "2023-05"},
        {"division": PROVINCE, "year": "2023", "monthly_wage": "7000", "published_month": "2024-07"},
    ],
    "contribution_limits": [
        {
            "division": CITY, "scheme": "110", "wage_year": "2023", "wage_kind": "all",
            "floor_ratio": "0.6", "cap_ratio": "3", "valid_from": "2024-01",
        },
        {
            "division": CITY, "scheme": "120", "wage_year": "2022", "wage_kind": "all", "floor": "3100",
            "cap_ratio": "2.5", "valid_from": "2023-01", "valid_to": "2023-12",
        },
        {
            "division": CITY, "scheme": "120", "wage_year": "2023", "wage_kind": "all", "floor_ratio": "0.6",
            "cap_ratio": "2", "valid_from": "2024-01", "valid_to": "2024-05",
        },
        {
            "division": CITY, "scheme": "120", "wage_year": "2023", "wage_kind": "all", "floor_ratio": "0.6",
            "cap_ratio": "2", "valid_from": "2024-06",
        },
    ],
    "contribution_rates": [
        {
            "division": PROVINCE, "scheme": "110", "identity": "11",
            "employer_rate": "0.16", "person_rate": "0.08",
        },
    ],
}  # fmt: skip


@dataclass
class LandedCity:
    """Rows waiting to be landed; ``write`` puts them into a warehouse."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in TABLES})
    site: dict[str, list[Row]] = field(
        default_factory=lambda: {name: list(rows) for name, rows in SITE.items()}
    )
    counties: list[str] = field(default_factory=list)

    def add_case(self, changes: Mapping[str, Row | Sequence[Row] | None]) -> str:
        """Add a county with good rows changed as asked; return its code.

        A change is a dict of cells (merged into the good row), a list of such (rows), or None (no row);
        ``more_rows`` come only into tables that are named.
        """
        number = len(self.counties)
        division = county(number)
        self.counties.append(division)
        named = {table: good for table, good in more_rows(number).items() if table in changes}
        for table, good in {**good_rows(number, division), **named}.items():
            change = changes.get(table, {})
            wanted = [] if change is None else [change] if isinstance(change, Mapping) else change
            self.rows[table] += [{**good, **cells} for cells in wanted]
        return division

    def write(self, connection: psycopg.Connection, *, month: str = MONTH) -> str:
        """Land the rows as the extract of ``month``, load the site, and return its version."""
        for table, rows in self.rows.items():
            _land(connection, table, rows, month)
        self.site["divisions"] = [
            {"division": PROVINCE, "level": "province"},
            {"division": CITY, "level": "city", "parent": PROVINCE},
            *({"division": division, "level": "county", "parent": CITY} for division in self.counties),
        ]
        _load_site(connection, self.site)
        return VERSION


def clear(connection: psycopg.Connection) -> None:
    """Empty everything a measurement reads or writes: cheaper than a warehouse per test."""
    for table in TABLES.values():
        connection.execute(f"delete from {table.landing}")
    for name in (*(f"site.{file}" for file in FILES), "site.versions", "ops.extracts"):
        connection.execute(f"delete from {name}")
    for name in ("scorecard", "rule_results", "failures"):
        connection.execute(f"delete from quality.{name}")
    reset_state(connection)


def _land(connection: psycopg.Connection, table: str, rows: list[Row], month: str) -> None:
    columns = [column.name for column in TABLES[table].columns]
    names = ", ".join(column.lower() for column in columns)
    with connection.cursor().copy(
        f"copy {TABLES[table].landing} ({names}, _file_id, _row, _valid_from) from stdin"
    ) as copy:
        for position, row in enumerate(rows, start=1):
            copy.write_row((*(row.get(column) for column in columns), f"file-{table}", position, month))
    by_division: dict[str, int] = {}
    for row in rows:
        if row.get("AAB301"):
            by_division[row["AAB301"]] = by_division.get(row["AAB301"], 0) + 1
    connection.execute(
        "insert into ops.extracts (month, sequence, table_name, file_id, source_rows,"
        " source_rows_by_division, source_columns) values (%s, 1, %s, %s, %s, %s, %s)",
        (month, table, f"file-{table}", len(rows), json.dumps(by_division), columns),
    )


def _load_site(connection: psycopg.Connection, site: Mapping[str, list[Row]]) -> None:
    connection.execute("insert into site.versions (site_version) values (%s)", (VERSION,))
    for name, columns in FILES.items():
        quoted = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor().copy(f"copy site.{name} ({quoted}, _site_version, _row) from stdin") as copy:
            for position, row in enumerate(site.get(name, []), start=2):
                copy.write_row((*(row.get(column) for column in columns), VERSION, position))
