"""What the tests of expressions share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

Evaluate = Callable[[str, list], list]


@pytest.fixture(scope="module")
def evaluate(server: str) -> Iterator[Evaluate]:
    """Evaluate an SQL expression over ``value`` for many texts in one query."""
    with psycopg.connect(server, autocommit=True) as connection:

        def run(expression: str, values: list[str | None]) -> list:
            rows = connection.execute(
                f"select {expression} from unnest(%(values)s::text[]) with ordinality as given (value, place)"
                " order by place".replace("%", "%%").replace("%%(values)s", "%(values)s"),
                {"values": values},
            )
            return [value for (value,) in rows]

        yield run
