"""A tiny city for arrival review and cross-checks: rows landed as ingestion lands them, then really built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fundwatch.catalogue import TABLES
from fundwatch.database.warehouse import Warehouse
from fundwatch.months import last_day
from fundwatch.numbers.identity import check_character
from fundwatch.settings import Settings
from pipeline import dbt_runner
from tests.running.tracing import untraced

CITY, NORTH, SOUTH = "640300", "640301", "640302"
VERSION = "checked"
LEDGERS = ("staging_site", "staging_production", "business_ledger")
FORMATS = {"tax__voucher": "tax-voucher-csv/1", "civil_registry__death_event": "police-fixed/1"}
Row = Mapping[str, str | None]


def identity_number(serial: int) -> str:
    """A valid identity number of somebody born in 1950."""
    body = f"64030119500101{serial:03d}"
    return body + check_character(body)


@dataclass(frozen=True)
class City:
    """A warehouse with landed rows and what builds it for a month."""

    warehouse: Warehouse
    settings: Settings

    def load_site(self) -> None:
        """Load a city with two counties and no code map."""
        with self.warehouse.connect() as connection:
            connection.execute("insert into site.versions (site_version) values (%s)", (VERSION,))
            for position, (division, level, parent) in enumerate(
                [(CITY, "city", "640000"), (NORTH, "county", CITY), (SOUTH, "county", CITY)], start=2
            ):
                connection.execute(
                    "insert into site.divisions (division, level, parent, _site_version, _row)"
                    " values (%s, %s, %s, %s, %s)",
                    (division, level, parent, VERSION, position),
                )

    def load_site_rows(self, table: str, rows: Sequence[Row]) -> None:
        """Load rows of a site table."""
        with self.warehouse.connect() as connection:
            for position, row in enumerate(rows, start=2):
                names = [*row, "_site_version", "_row"]
                places = ", ".join(["%s"] * len(names))
                connection.execute(
                    f"insert into site.{table} ({', '.join(names)}) values ({places})",
                    [*row.values(), VERSION, position],
                )

    def land_production(self, rows: Mapping[str, Sequence[Row]], *, month: str) -> None:
        """Land the first extract of the production tables."""
        for table, records in rows.items():
            columns = [column.landed for column in TABLES[table].columns]
            folded = [{name.lower(): value for name, value in record.items()} for record in records]
            self._land(
                f"production__{table.lower()}", [*columns, "_file_id", "_row", "_valid_from"],
                [
                    (*(record.get(name) for name in columns), f"extract-{table}", position, month)
                    for position, record in enumerate(folded, start=1)
                ],
            )  # fmt: skip
            with self.warehouse.connect() as connection:
                connection.execute(
                    "insert into ops.extracts (month, sequence, table_name, file_id, source_rows,"
                    " source_columns) values (%s, 1, %s, %s, %s, %s)",
                    (month, table, f"extract-{table}", len(records), columns),
                )

    def land_file(self, table: str, records: Sequence[Row], *, month: str, sequence: int = 1) -> str:
        """Land one loaded file of another feed and return its id."""
        feed = table.partition("__")[0]
        file_id = f"{table}-{month}-{sequence}"
        with self.warehouse.connect() as connection:
            connection.execute(
                "insert into ops.files (file_id, feed, format, division, month, sequence, name, sha256,"
                " state) values (%(id)s, %(feed)s, %(format)s, %(division)s, %(month)s, %(sequence)s,"
                " %(id)s, %(id)s, 'loaded')",
                {
                    "id": file_id, "feed": feed, "format": FORMATS[table], "division": CITY,
                    "month": month, "sequence": sequence,
                },
            )  # fmt: skip
        columns = sorted({name for record in records for name in record})
        self._land(
            table, [*columns, "_file_id", "_row"],
            [
                (*(record.get(name) for name in columns), file_id, line)
                for line, record in enumerate(records, start=1)
            ],
        )  # fmt: skip
        return file_id

    def _land(self, table: str, columns: Sequence[str], records: Sequence[tuple]) -> None:
        with self.warehouse.connect() as connection, connection.cursor() as cursor:
            names = ", ".join(f'"{name}"' for name in columns)
            with cursor.copy(f"copy landing.{table} ({names}) from stdin") as copy:
                for record in records:
                    copy.write_row(record)

    def build(
        self, layers: Sequence[str], *, month: str, as_of: date | None = None
    ) -> dbt_runner.BuildSummary:
        """Build layers for a month."""
        return dbt_runner.build(
            self.warehouse,
            self.settings,
            layers=layers,
            month=month,
            as_of=as_of or last_day(month),
            site_version=VERSION,
        )

    @untraced()
    def unit_tests(self, *layers: str) -> dict[str, str]:
        """Run dbt's unit tests of layers that are built; return the outcome of each."""
        selection = [f"config.schema:{layer}" for layer in layers]
        result = dbt_runner.run(
            self.warehouse, self.settings, schema="",
            arguments=["test", "--select", *selection, "--resource-type", "unit_test"],
        )  # fmt: skip
        return {node.node.name: str(node.status) for node in result.result}

    def rows(self, query: str, *parameters: object) -> list[tuple]:
        """Return the rows of a query."""
        with self.warehouse.connect() as connection:
            return connection.execute(query, parameters).fetchall()
