"""The encoding in which a PostgreSQL source sends text, set before it is asked for anything."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from sqlalchemy.engine import URL

from fundwatch.errors import ProductionUnavailable

# What PostgreSQL calls having none: bytes are stored and sent as they are.
NO_ENCODING = "SQL_ASCII"
_DRIVERS = ("psycopg", "psycopg2")
# The type of a literal; 0 stands for every type that has no other way to be read.
_UNKNOWN = 705


def as_utf8(url: URL) -> URL:
    """Return the URL that asks for UTF-8, whatever the shell's PGCLIENTENCODING or the URL itself say."""
    if url.get_backend_name() != "postgresql" or url.get_driver_name() not in _DRIVERS:
        return url
    return url.update_query_dict({"client_encoding": "utf8"})


def on_connect(url: URL) -> Callable[[Any, object], None]:
    """Return what is done to a new connection before the server is asked for anything.

    A PostgreSQL without an encoding (SQL_ASCII) sends bytes: they are read in the ``client_encoding`` of the
    URL, UTF-8 by default, and those that are none of it are shown as escapes.
    """
    backend, driver = url.get_backend_name(), url.get_driver_name()
    given = url.query.get("client_encoding", "utf-8")

    def set_encoding(connection: Any, _: object) -> None:
        if backend != "postgresql" or driver not in _DRIVERS or _server_encoding(connection) != NO_ENCODING:
            return
        if driver == "psycopg2":
            raise ProductionUnavailable(
                "the production database has no encoding (SQL_ASCII), which the driver psycopg2 cannot read",
                next_step="Write postgresql+psycopg:// in FUNDWATCH_PRODUCTION_URL",
            )
        connection.execute(f"set client_encoding = '{NO_ENCODING}'")
        connection.commit()
        _read_as(connection, given if isinstance(given, str) else given[0])

    return set_encoding


def _server_encoding(connection: Any) -> str:
    return connection.info.parameter_status("server_encoding") or ""


def _read_as(connection: psycopg.Connection, encoding: str) -> None:
    """Let every text of a connection without encoding be read in this one."""
    try:
        known = codecs.lookup(encoding).name
    except LookupError:
        raise ProductionUnavailable(
            f"FUNDWATCH_PRODUCTION_URL names the encoding {encoding!r}, which is none",
            next_step="Write client_encoding=gb18030, for one",
        ) from None

    class Lenient(Loader):
        """Text, whose strange bytes are shown as escapes."""

        def load(self, data: Buffer) -> str:
            return bytes(data).decode(known, "backslashreplace")

    for kind in ("text", "varchar", "bpchar", "name", _UNKNOWN, 0):
        connection.adapters.register_loader(kind, Lenient)
