"""What a source may look like: kinds of relation, names, encodings, types of money, rights and limits."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace
from unittest.mock import Mock

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import oracle
from sqlalchemy.engine import make_url

from expectations.sql import amount
from fundwatch.catalogue import TABLES
from fundwatch.errors import ProductionUnavailable
from fundwatch.settings import Settings
from ingestion import land
from ingestion.production.source.connect import open_source
from ingestion.production.source.failures import no_row_values
from ingestion.production.source.relations import relations
from tests.integration.ingestion.support import rows_of, write_production, write_site

Core = Callable[..., Settings]
PEOPLE = "(aac001 text, aac003 text, aae036 text)"


@pytest.fixture
def core(databases, settings: Settings) -> Core:
    """Return a function that makes a PostgreSQL source from statements."""
    write_site(settings)

    def make(*statements: str, options: str = "", query: str = "") -> Settings:
        name = f"core_{secrets.token_hex(6)}"
        with psycopg.connect(databases.url, autocommit=True) as connection:
            connection.execute(f"create database {name} template template0 {options}")
        url = make_url(databases.url).set(database=name).render_as_string(hide_password=False)
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)
        return replace(settings, production_url=url + query)

    return make


def extract(warehouse, settings: Settings, month: str = "2024-05") -> dict:
    summary = land(warehouse, settings, month=month, feeds=["production"])
    return {table.table: table for table in summary.tables}


def landed(warehouse, table: str, columns: str) -> list[tuple]:
    query = f"select {columns} from landing.production__{table} where _valid_to is null order by _row"
    return rows_of(warehouse, query)


def test_every_kind_of_relation_is_read(core, warehouse, databases):
    url = make_url(databases.url)
    tables = extract(
        warehouse,
        core(
            f"create table stored {PEOPLE}",
            "insert into stored values ('1', '甲', '20240501')",
            "create materialized view ac01 as select * from stored",
            "create table ac02 (aaz159 text, aac001 text) partition by list (aaz159)",
            "create table ac02_one partition of ac02 for values in ('1')",
            "create table ac02_two partition of ac02 for values in ('2')",
            "insert into ac02 values ('1', 'p1'), ('2', 'p2')",
            "create view ac43 as select aac001 as aaz223 from stored",
            "create extension postgres_fdw",
            "do $$ begin execute format('create server here foreign data wrapper postgres_fdw"
            " options (dbname %L, port %L, host %L)', current_database(), current_setting('port'),"
            " '127.0.0.1'); end $$",
            "create user mapping for current_user server here"
            f" options (user '{url.username}', password '{url.password}')",
            "create foreign table ac50 (aac001 text) server here options (table_name 'stored')",
        ),
    )
    assert tables["AC01"].landed == tables["AC43"].landed == 1
    assert tables["AC02"].landed == 2
    assert tables["AC50"].missing != ("AC50",)


def test_two_tables_that_differ_by_case_alone_are_an_error_that_names_both(core, warehouse):
    source = core(f'create table "AC01" {PEOPLE}', f"create table ac01 {PEOPLE}")
    with pytest.raises(ProductionUnavailable, match="several tables for one: 'AC01' and 'ac01'"):
        extract(warehouse, source)
    assert rows_of(warehouse, "select count(*) from ops.files") == [(0,)]


def test_two_columns_of_one_name_are_an_error_that_names_both(core, warehouse):
    source = core('create table ac01 (aac001 text, "AAC001" text)')
    with pytest.raises(ProductionUnavailable, match="several columns for one in AC01: 'AAC001' and 'aac001'"):
        extract(warehouse, source)


def test_two_columns_mapped_to_one_are_an_error_that_names_both(warehouse, settings):
    write_site(settings, column_map=[("", "ac01", name, "AAC002") for name in ("AAE135", "SFZH")])
    write_production(settings, "2024-05", {"AC01": ("AAC001 AAE135 sfzh", [("p1", "1", "2")])})
    with pytest.raises(ProductionUnavailable, match="'AAE135' and 'sfzh'"):
        extract(warehouse, settings)


@pytest.mark.parametrize("hostile", ['a"; drop table ac01; --', "a:b%s%%(x)s", "a\\'b`c", "身份证号（新）"])
def test_hostile_names_of_columns_are_names(core, warehouse, settings, hostile):
    source = core(
        'create table ac01 (aac001 text, "{}" text, aae036 text)'.format(hostile.replace('"', '""')),
        "insert into ac01 values ('p1', '23', '20240501')",
        'create table "ac01; drop table ac01" (aac001 text)',
    )
    write_site(settings, column_map=[("", "ac01", hostile, "AAC002")])
    extract(warehouse, source)
    assert landed(warehouse, "ac01", "aac001, aac002") == [("p1", "23")]
    assert extract(warehouse, source, "2024-06")["AC01"].compared == "checksum"


def test_letters_outside_ascii_are_no_other_case_of_a_catalogue_name(warehouse, settings):
    write_site(settings)
    write_production(settings, "2024-05", {"AC01": ("AAC001 AıC003", [("p1", "x")]), "ſC01": ("AAC001", [])})
    assert "AC01.AAC003" in extract(warehouse, settings)["AC01"].missing


ASCII = "encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'"


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", ["城", r"\xb3\xc7", "a"]), ("?client_encoding=gbk", ["鍩\\x8e", "城", "a"])],
)
def test_source_without_encoding_is_read_with_strange_bytes_as_escapes(core, warehouse, query, expected):
    source = core(
        f"create table ac01 {PEOPLE}",
        r"insert into ac01 values ('1', e'\xe5\x9f\x8e', '20240501'), ('2', e'\xb3\xc7', '20240502'),"
        " ('3', 'a', '20240503')",
        options=ASCII,
        query=query,
    )
    assert extract(warehouse, source)["AC01"].landed == 3
    assert [name for (name,) in landed(warehouse, "ac01", "aac003")] == expected
    assert extract(warehouse, source, "2024-06")["AC01"].landed == 0


def test_source_without_encoding_says_so_to_a_driver_that_cannot_read_it(core, warehouse):
    source = core(f"create table ac01 {PEOPLE}", options=ASCII)
    other = replace(source, production_url=source.production_url.replace("://", "+psycopg2://", 1))
    with pytest.raises(ProductionUnavailable, match=r"SQL_ASCII.*psycopg2.*postgresql\+psycopg://"):
        extract(warehouse, other)


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_other_encodings_of_client_and_server_change_nothing(core, monkeypatch, driver):
    source = core(
        f"create table ac01 {PEOPLE}",
        "insert into ac01 values ('1', '城市', '20240501')",
        options="encoding 'EUC_CN' lc_collate 'C' lc_ctype 'C'",
    )
    monkeypatch.setenv("PGCLIENTENCODING", "GBK")
    source = replace(source, production_url=source.production_url.replace("://", f"+{driver}://", 1))
    with open_source(source.production_url, renamed={}) as opened:
        ((row,),) = opened.rows(opened.tables["AC01"], ordered=True)
    assert row == ("1", "城市", "20240501")


MONEY = ("-1234567.89", "829.92", "3000.50", "0.00")


@pytest.mark.parametrize("kind", ["money", "numeric(16,4)", "double precision", "numeric", "text"])
def test_amount_lands_by_its_value_whatever_type_it_has(core, warehouse, kind):
    values = ", ".join(f"({number}, '{value}'::numeric::{kind})" for number, value in enumerate(MONEY))
    source = core(f"create table ac82 (aaz220 integer, aae019 {kind})", f"insert into ac82 values {values}")
    extract(warehouse, source)
    texts = [text for (text,) in landed(warehouse, "ac82", "aae019")]
    read = f"select {amount('t')}::numeric(18, 2)::text from unnest(%s::text[]) as t"
    assert [text for (text,) in rows_of(warehouse, read, texts)] == list(MONEY)


def test_floating_amounts_land_so_that_fifteen_digits_are_theirs(core, warehouse):
    source = core(
        "create table ac82 (aaz220 integer, aae019 real, aae036 text)",
        "insert into ac82 values (1, 829.92, ''), (2, 1e7, ''), (3, 123456.78, '')",
    )
    extract(warehouse, source)
    assert landed(warehouse, "ac82", "aae019") == [("829.92",), ("10000000",), ("123456.78",)]


def test_table_the_user_may_not_read_is_named_with_what_to_do(core, warehouse, databases):
    user = f"reader_{secrets.token_hex(4)}"
    source = core(
        f"create table ac01 {PEOPLE}", f"create table ac02 {PEOPLE}",
        f"create role {user} login password 'x'", f"grant select on ac01 to {user}",
    )  # fmt: skip
    url = make_url(source.production_url).set(username=user, password="x")  # noqa: S106 (of a test)
    own = replace(source, production_url=url.render_as_string(hide_password=False))
    with pytest.raises(ProductionUnavailable, match=r"let us read the table ac02 .*Let the user of"):
        extract(warehouse, own)
    with psycopg.connect(source.production_url, autocommit=True) as connection:
        connection.execute(f"drop owned by {user}")
        connection.execute(f"drop role {user}")


def test_time_limit_of_the_source_reads_as_one(core, warehouse):
    source = core(
        f"create table ac01 {PEOPLE}",
        "create function slow() returns text language plpgsql as"
        " $$ begin perform pg_sleep(5); return '1'; end $$",
        "create view ac02 as select slow() as aaz159",
    )
    limited = replace(source, production_url=f"{source.production_url}?options=-c%20statement_timeout%3D300")
    with pytest.raises(ProductionUnavailable, match=r"time limit .* ended the reading of the table ac02"):
        extract(warehouse, limited)


class _Failure(Exception):
    """A driver's failure with a code."""


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (1142, "does not let us read the table ac02"),
        (1969, "time limit"),
        (SimpleNamespace(full_code="ORA-00942"), "does not let us read the table ac02"),
        (SimpleNamespace(full_code="ORA-01013"), "time limit"),
        ("42 rows of 王小明", "failed while the table ac02 was read"),
    ],
)
def test_refusals_and_limits_of_other_engines_are_told_apart(first, expected):
    connection = Mock()
    connection.dialect.dbapi.Error = _Failure
    with pytest.raises(ProductionUnavailable, match=expected) as caught, no_row_values(
        connection, table="ac02"
    ):  # fmt: skip
        raise _Failure(first)
    assert "王小明" not in str(caught.value)


def test_oracle_reads_synonyms_and_its_own_table_before_a_public_one():
    connection, inspector = Mock(), Mock(spec=sa.Inspector)
    connection.dialect = oracle.dialect()
    rows: Sequence[tuple] = [
        ("AC01", "CORE", "PERSONS", None), ("AC02", "OTHER", "AC02", None), ("AC43", "CORE", "AC43", "FAR")
    ]  # fmt: skip
    connection.exec_driver_sql.return_value = rows
    inspector.get_table_names.return_value = ["ac02"]
    inspector.get_view_names.return_value = ["ac50"]
    inspector.get_materialized_view_names.return_value = ["ac60"]
    inspector.get_columns.return_value = [{"name": "aac001", "type": sa.String()}]
    by_name = {
        relation.name: relation for relation in relations(connection, inspector, wanted=frozenset(TABLES))
    }
    assert set(by_name) == {"ac01", "ac02", "ac43", "ac50", "ac60"}
    assert (by_name["ac02"].position("oracle"), by_name["ac01"].position("oracle")) == ("rowid", None)
    by_name["ac01"].columns(inspector)
    inspector.get_columns.assert_called_with(table_name="persons", schema="core")
    by_name["ac43"].columns(inspector)
    inspector.get_columns.assert_called_with(table_name="ac43", schema="core", dblink="FAR")
    assert "'AC82'" in connection.exec_driver_sql.call_args.args[0]
