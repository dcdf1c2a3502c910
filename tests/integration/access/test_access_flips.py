"""Readers through many flips of a publication: each sees one of them, whole."""

from __future__ import annotations

import threading

from fundwatch.database.warehouse import Warehouse
from tests.integration.access.people import reading, seen, sign_in
from tests.support import put_off_guards

FLIPS, CELLS = 200, 50
SITE = """
    insert into site.versions (site_version) values ('v1');
    insert into site.divisions (_site_version, _row, division, level) values ('v1', 1, '230600', 'city')
"""
READ = """
    select publication, min(value)::integer, max(value)::integer, count(*)::integer
    from published.figures where month = '2024-06' group by publication
"""


def test_a_reader_sees_one_publication_whole_through_every_flip(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        connection.execute(SITE)
        put_off_guards(connection)
        for number in (1, 2):
            connection.execute(
                "insert into ops.publications (number, month, state, is_current, content_sha256,"
                " code_version, site_version, as_of, batches, preparer)"
                " values (%s, '2024-06', 'approved', %s, '', '', '', now(), '{}', 'p')",
                (number, number == 1),
            )
            connection.execute(
                "insert into ops.publication_cells (number, form, division, scheme, breakdown, cell,"
                " label_zh, label_en, value, unit, indicator)"
                " select %(n)s, 'R1', '230600', 'ALL', '', 'r' || i || 'c1', '', '', %(n)s, 'persons', 'i'"
                " from generate_series(1, %(cells)s) as i",
                {"n": number, "cells": CELLS},
            )
    secret, ended = sign_in(warehouse, ("auditor", "230600")), threading.Event()

    def flip() -> None:
        with warehouse.connect() as connection:
            put_off_guards(connection)
            connection.commit()
            for turn in range(FLIPS):
                connection.execute("update ops.publications set is_current = false where is_current")
                connection.execute(
                    "update ops.publications set is_current = true where number = %s", (2 - turn % 2,)
                )
                connection.commit()
        ended.set()

    flipping = threading.Thread(target=flip)
    seen_numbers, reads = set(), 0
    with reading(warehouse) as portal:
        flipping.start()
        while not ended.is_set() or reads < CELLS:
            ((number, least, most, count),) = seen(portal, secret, READ)
            assert (least, most, count) == (number, number, CELLS)
            seen_numbers.add(number)
            reads += 1
    flipping.join()
    assert seen_numbers == {1, 2}
