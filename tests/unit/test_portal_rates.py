"""Buckets of requests: what they hold, what flows in, and that workers share them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from portal.middleware.rates import Buckets

Opened = Callable[[float, float], Buckets]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Return a function that opens the file of buckets: so many a second, so many at once."""
    with ExitStack() as stack:

        def open_file(per_second: float, burst: float) -> Buckets:
            buckets = Buckets(tmp_path / "rates", per_second=per_second, burst=burst)
            return stack.enter_context(closing(buckets))

        yield open_file


def test_bucket_holds_a_burst_and_then_what_flows_in(opened: Opened) -> None:
    buckets = opened(2, 3)
    assert [buckets.take("a", now=100.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert buckets.take("a", now=100.0) == 0.5
    assert buckets.take("a", now=100.5) == 0.0
    assert buckets.take("a", now=100.5) == 0.5
    assert [buckets.take("a", now=1000.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]


def test_bucket_is_of_one_session(opened: Opened) -> None:
    buckets = opened(1, 1)
    assert [buckets.take(name, now=1.0) for name in "aab"] == [0.0, 1.0, 0.0]


def test_bucket_is_shared_by_all_who_open_the_file(opened: Opened) -> None:
    worker, other = opened(1, 1), opened(1, 1)
    assert (worker.take("a", now=1.0), other.take("a", now=1.0)) == (0.0, 1.0)


def test_file_of_the_buckets_holds_no_secret(opened: Opened, tmp_path: Path) -> None:
    opened(1, 1).take("0123456789abcdef")
    assert b"0123456789abcdef" not in (tmp_path / "rates").read_bytes()
