"""Statements of traces as the database keeps them: of every measure, with parameters for months and scope."""

from __future__ import annotations

import re

from reporting.tracing.rows import measures
from reporting.tracing.scope import RETIRED_BY
from reporting.tracing.statements import kept_statements


def test_every_measure_is_kept_for_each_way_of_writing_it() -> None:
    kept = [row[:3] for row in kept_statements()]
    assert len(kept) == len(set(kept)) == len(measures()) * (len(RETIRED_BY) + 2) * 3


def test_no_month_and_no_named_parameter_is_left_in_a_statement() -> None:
    statements = [row[4] for row in kept_statements()]
    assert statements
    assert not [text for text in statements if re.search(r"1111|%\(|'\d{4}-\d{2}'", text)]
    assert {int(place) for text in statements for place in re.findall(r"\$(\d+)", text)} == set(range(1, 8))
