"""A warehouse with a published city and readers, for the legs of one section."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.landing import Bench, url_of
from benchmarks.portal.city import publish_city, sizes
from benchmarks.portal.people import Reader, readers
from fundwatch.database.warehouse import Warehouse, open_warehouse
from fundwatch.settings import Settings
from fundwatch.site import load_site
from portal.database import Urls


@dataclass(frozen=True)
class City:
    """A published city: where it is, who reads it, and how large it is in words."""

    bench: Bench
    settings: Settings
    warehouse: Warehouse
    readers: list[Reader]
    size: str

    @property
    def urls(self) -> Urls:
        """Where the roles of the portal sign in."""
        urls = [self.warehouse.portal_url(key) for key in ("portal", "acts", "signin")]
        if not all(urls):
            raise RuntimeError("the embedded server has no roles of the portal")
        return Urls(*(url or "" for url in urls))

    def reader(self, role: str, division: str) -> Reader:
        """Return the user of a role for a division."""
        return next(reader for reader in self.readers if (reader.role, reader.division) == (role, division))

    def owner(self) -> psycopg.Connection:
        """Return a connection of the pipeline's own user."""
        return psycopg.connect(url_of(self.settings), autocommit=True)


@contextmanager
def published_city(folder: Path, *, persons: int, exported: int = 0) -> Iterator[City]:
    """Give a city of so many persons, published on a server of its own; see ``publish_city``."""
    with Bench(folder) as bench:
        settings = bench.fresh()
        warehouse = open_warehouse(settings)
        load_site(warehouse, settings)
        with psycopg.connect(url_of(settings)) as connection:
            publish_city(connection, persons=persons, exported=exported)
            rows = sizes(connection)
            people = readers(connection)
        size = (
            f"{persons:,} persons in 20 counties: {rows['cells']:,} figures, {rows['issues']:,} issues,"
            f" {rows['cases']:,} suspicious points"
        )
        yield City(bench, settings, warehouse, people, size)
