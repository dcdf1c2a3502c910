"""A site that expects files, and a file ledger to set against it, written row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from fundwatch.site import FILES

VERSION = "watched"
COUNTY, OTHER_COUNTY, CITY = "640322", "640323", "640300"
VOUCHERS, RETURNS = "tax-voucher-csv/1", "payment-return-csv/1"
NAMES = {
    COUNTY: ("盐池县", "Yanchi County"),
    OTHER_COUNTY: ("同心县", "Tongxin County"),
    CITY: ("吴忠市", "Wuzhong"),
}
Cells = Sequence[str | None]


def clear(connection: psycopg.Connection) -> None:
    """Empty what ``Watched`` writes, and what is told of it: cheaper than a warehouse per test."""
    tables = (
        "ops.alert_deliveries",
        "ops.alert_digests",
        "ops.alerts",
        "ops.files",
        "ops.runs",
        "ops.extracts",
        "ops.forgotten_months",
    )
    for table in (*tables, *(f"site.{name}" for name in FILES), "site.versions"):
        connection.execute(f"delete from {table}")


@dataclass(frozen=True)
class Watched:
    """Writes what a site expects and what arrived, through one connection in autocommit mode."""

    connection: psycopg.Connection

    def site(
        self,
        *,
        senders: Sequence[Cells] = (("tax", VOUCHERS, COUNTY),),
        calendar: Sequence[Cells] = (("file_due:tax", "1", "10"), ("file_due:bank", "1", "10")),
        working_days: Sequence[Cells] = (),
        version: str = VERSION,
    ) -> str:
        """Enter a site version: senders (feed, format, division), calendar and working days."""
        self.connection.execute("insert into site.versions values (%s) on conflict do nothing", (version,))
        self._enter("senders", "feed, format, division", senders, version)
        self._enter("calendar", "event, months_after, day", calendar, version)
        self._enter("working_days", "day, is_working", working_days, version)
        self._enter(
            "divisions", "division, name_zh, name_en", [(code, *n) for code, n in NAMES.items()], version
        )
        return version

    def file(
        self,
        name: str,
        *,
        state: str = "loaded",
        reason: str = "",
        feed: str = "tax",
        layout: str | None = VOUCHERS,
        division: str | None = COUNTY,
        month: str | None = "2024-06",
        sequence: int | None = 1,
        created_at: str | None = "2024-07-03T08:00:00+08:00",
    ) -> None:
        """Enter a file, or what became of it since."""
        self.connection.execute(
            "insert into ops.files (file_id, feed, format, division, month, sequence, name, state, reason,"
            " created_at, sha256) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " on conflict (file_id) do update set state = excluded.state, reason = excluded.reason",
            (f"id-{name}", feed, layout, division, month, sequence, name, state, reason, created_at, name),
        )

    def run(self, step: str, month: str, *, outcome: str = "done", feeds: Sequence[str] = ()) -> None:
        """Enter that a step ran."""
        self.connection.execute(
            "insert into ops.runs (step, month, outcome, ended_at, detail) values (%s, %s, %s,"
            " clock_timestamp(), case when %s::text[] = '{}' then '{}'::jsonb"
            " else jsonb_build_object('feeds', to_jsonb(%s::text[])) end)",
            (step, month, outcome, list(feeds), list(feeds)),
        )

    def extract(self, month: str, tables: dict[str, list[str]], *, sequence: int = 1) -> None:
        """Enter an extract of production that found these columns."""
        for table, columns in tables.items():
            self.connection.execute(
                "insert into ops.extracts (month, sequence, table_name, file_id, source_rows, source_columns)"
                " values (%s, %s, %s, 'file', 0, %s)",
                (month, sequence, table, columns),
            )

    def _enter(self, table: str, columns: str, rows: Sequence[Cells], version: str) -> None:
        for number, row in enumerate(rows, start=2):
            places = ", ".join(["%s"] * len(row))
            self.connection.execute(
                f"insert into site.{table} ({columns}, _site_version, _row) values ({places}, %s, %s)",
                (*row, version, number),
            )
