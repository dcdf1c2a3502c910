"""The site parameters that landing needs: divisions, renamed columns, schemes and senders' keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import psycopg

from fundwatch.cleaning import code
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import SiteIncomplete
from fundwatch.settings import Settings
from fundwatch.site import load_site
from ingestion.signature import is_key

SCHEMES = frozenset({"110", "120", "170", "210", "310", "390", "410", "510"})


@dataclass(frozen=True)
class SchemeCode:
    """A site's own code of a scheme, as one source writes it in some months."""

    source: str
    raw: str
    standard: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True)
class Sender:
    """Who sends files, and the key that signs their manifests; an empty cell means any."""

    feed: str
    format: str
    division: str
    public_key: str


@dataclass(frozen=True)
class LandingSite:
    """The current site; ``renamed`` maps (table or "", raw column), in upper case, to the standard column."""

    city: str
    divisions: frozenset[str]
    renamed: Mapping[tuple[str, str], str]
    schemes: tuple[SchemeCode, ...]
    senders: tuple[Sender, ...]

    def maps_scheme(self, written: str, *, source: str, month: str) -> bool:
        """Return whether a scheme's code is standard, or mapped for this source in this month."""
        return written in SCHEMES or any(
            mapped.raw == written
            and mapped.source in ("", source)
            and mapped.standard in SCHEMES
            and mapped.valid_from <= month
            and (not mapped.valid_to or month <= mapped.valid_to)
            for mapped in self.schemes
        )

    def public_key(self, *, feed: str, format_name: str, division: str) -> str | None:
        """Return the key configured for a sender, from the most specific row that has one."""
        wanted = (feed, format_name, division)
        matching = [
            sender
            for sender in self.senders
            if sender.public_key
            and all(
                given in ("", asked)
                for given, asked in zip((sender.feed, sender.format, sender.division), wanted, strict=True)
            )
        ]
        specific = sorted(matching, key=lambda sender: (bool(sender.division), bool(sender.format)))
        return specific[-1].public_key if specific else None


def read_landing_site(warehouse: Warehouse, settings: Settings) -> LandingSite:
    """Load the site's parameters and return those that landing needs.

    Raises: SiteIncomplete (a file or column is missing, no division is a city, a sender's key is none).
    """
    version = load_site(warehouse, settings)
    with warehouse.connect() as connection:
        divisions = _rows(connection, version, "divisions", "division, level")
        renamed = _rows(connection, version, "column_map", '"table", raw_column, standard_column, source')
        codes = _rows(connection, version, "code_map", "source, raw, standard, valid_from, valid_to, class")
        senders = _rows(connection, version, "senders", "feed, format, division, public_key")
    wrong = next((number for number, sender in enumerate(senders, start=2) if _has_bad_key(sender[3])), None)
    if wrong:
        raise SiteIncomplete(
            f"the public_key in line {wrong} of senders.csv in {settings.site_folder} is no Ed25519 key",
            next_step="Write the sender's key in hexadecimal, base64 or PEM, or leave the cell empty",
        )
    cities = [division for division, level in divisions if level == "city"]
    if not cities:
        raise SiteIncomplete(
            f"the site file divisions.csv in {settings.site_folder} names no city",
            next_step="Give one division the level city",
        )
    return LandingSite(
        city=min(cities),
        divisions=frozenset(division for division, _ in divisions),
        renamed={
            (table.upper(), raw.upper()): standard.upper()
            for table, raw, standard, source in renamed
            if source in ("", "production")
        },
        schemes=tuple(
            SchemeCode(source, raw, standard, _month(valid_from), _month(valid_to))
            for source, raw, standard, valid_from, valid_to, code_class in codes
            if code_class.upper() in ("AAE140", "SCHEME")
        ),
        senders=tuple(Sender(*sender) for sender in senders),
    )


def _has_bad_key(text: str) -> bool:
    return bool(text) and not is_key(text)


def _month(text: str) -> str:
    """Return a month of the site as YYYY-MM; one that is none is open, as it is for staging."""
    month = re.fullmatch(r"([0-9]{4})-?(0[1-9]|1[0-2])", text)
    return f"{month[1]}-{month[2]}" if month else ""


def _rows(connection: psycopg.Connection, version: str, table: str, columns: str) -> list[tuple[str, ...]]:
    """Return columns of a site table, cleaned as the data they are compared with; an empty cell is empty."""
    rows = connection.execute(
        f"select {columns} from site.{table} where _site_version = %s order by _row",  # noqa: S608 (ours)
        (version,),
    )
    return [tuple(code(value or "") for value in row) for row in rows]
