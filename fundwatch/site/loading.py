"""The site's parameters: a folder of CSV files, loaded into ``site`` as one version named by its content."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import psycopg
from psycopg import sql

from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import SiteIncomplete
from fundwatch.settings import Settings

FILES: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split())
    for name, columns in {
        "divisions": "division name_zh name_en level parent",
        "average_wages": "division year wage_kind monthly_wage published_month",
        "contribution_limits": "division scheme identity wage_year wage_kind floor_ratio cap_ratio "
        "floor cap valid_from valid_to",
        "contribution_rates": "division scheme identity risk_class employer_rate person_rate "
        "valid_from valid_to",
        "contribution_deadlines": "division scheme months_after day",
        "retirement_ages": "scheme sex kind category identity birth_from birth_to months "
        "earliest_months latest_months min_paid_months valid_from valid_to",
        "accounts": "account_no division fund kind bank opened_on closed_on agreement_no inspected_on",
        "account_whitelist": "account_no reason valid_from valid_to",
        "targets": "division scheme indicator year target_kind target unit denominator printed_percent",
        "code_map": "source class raw standard valid_from valid_to",
        "column_map": "source table raw_column standard_column",
        "thresholds": "metric table division low high target severity grace_months valid_from valid_to "
        "changed_by reason",
        "calendar": "event months_after day",
        "mortality": "sex age annual_rate",
        "senders": "feed format division public_key",
        "working_days": "day is_working reason",
    }.items()
}
OPTIONAL = frozenset(
    {
        "contribution_deadlines", "account_whitelist", "code_map", "column_map", "mortality",
        "working_days",
    }
)  # fmt: skip

Rows = list[tuple[str | None, ...]]


def load_site(warehouse: Warehouse, settings: Settings) -> str:
    """Load the site's folder into ``site.<file>`` and return its version, derived from the content.

    Shape:  one row per CSV line, all text, empty cells null, with ``_site_version`` and ``_row``.
    Again:  a version that is already there is not written again.
    Raises: SiteIncomplete (names the file or column that is missing, or a division named twice),
    WarehouseUnavailable.
    """
    folder = settings.site_folder
    tables = {name: _read(folder / f"{name}.csv", columns) for name, columns in FILES.items()}
    _refuse_repeated_divisions(tables["divisions"], folder)
    digest = hashlib.sha256()
    for name, rows in tables.items():
        digest.update(repr((name, rows)).encode())
    version = digest.hexdigest()[:16]
    with warehouse.connect() as connection:
        new = connection.execute(
            "insert into site.versions (site_version) values (%s) on conflict do nothing returning 1",
            (version,),
        ).fetchone()
        if new:
            for name, rows in tables.items():
                _copy(connection, name, rows, version)
    return version


def _refuse_repeated_divisions(rows: Rows, folder: Path) -> None:
    """A division named twice would count its money twice."""
    codes = [row[0] for row in rows]
    repeated = sorted({code or "(empty)" for code in codes if codes.count(code) > 1})
    if repeated:
        raise SiteIncomplete(
            f"the site file divisions.csv in {folder} names {', '.join(repeated[:3])} more than once",
            next_step="Keep one row per division",
        )


def _copy(connection: psycopg.Connection, name: str, rows: Rows, version: str) -> None:
    columns = [sql.Identifier(column) for column in (*FILES[name], "_site_version", "_row")]
    statement = sql.SQL("copy site.{} ({}) from stdin").format(
        sql.Identifier(name), sql.SQL(", ").join(columns)
    )
    with connection.cursor().copy(statement) as copy:
        for number, row in enumerate(rows, start=2):
            copy.write_row((*row, version, number))


def _read(path: Path, columns: tuple[str, ...]) -> Rows:
    """Return the file's rows in the order of ``columns``; a file that may be absent counts as empty."""
    if not path.exists():
        if path.stem in OPTIONAL:
            return []
        raise SiteIncomplete(
            f"the site file {path.name} is missing in {path.parent}",
            next_step="Add it (docs/feeds/site.md lists its columns) or set FUNDWATCH_SITE",
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle, strict=True)
            present = [(name or "").strip() for name in reader.fieldnames or ()]
            reader.fieldnames = present
            lacking = [column for column in columns if column not in present]
            if lacking:
                raise SiteIncomplete(
                    f"the site file {path.name} in {path.parent} lacks the column {', '.join(lacking)}",
                    next_step="Add the column; leave its cells empty where a value is unknown",
                )
            rows = [tuple((row[column] or "").strip() or None for column in columns) for row in reader]
    except (UnicodeDecodeError, csv.Error, OSError) as error:
        raise SiteIncomplete(
            f"the site file {path.name} in {path.parent} cannot be read ({type(error).__name__})",
            next_step="Save it as CSV in UTF-8 with a header line",
        ) from None
    if any("\0" in cell for row in rows for cell in row if cell):
        raise SiteIncomplete(
            f"the site file {path.name} in {path.parent} holds a zero byte",
            next_step="Save it as CSV in UTF-8 with a header line",
        )
    return rows
