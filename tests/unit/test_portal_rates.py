"""Buckets of requests: what they hold, what flows in, and that workers share them."""

from __future__ import annotations

from pathlib import Path

from portal.middleware.rates import Buckets


def test_bucket_holds_a_burst_and_then_what_flows_in(tmp_path: Path) -> None:
    buckets = Buckets(tmp_path / "rates", per_second=2, burst=3)
    assert [buckets.take("a", now=100.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert buckets.take("a", now=100.0) == 0.5
    assert buckets.take("a", now=100.5) == 0.0
    assert buckets.take("a", now=100.5) == 0.5
    assert [buckets.take("a", now=1000.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]


def test_bucket_is_of_one_session(tmp_path: Path) -> None:
    buckets = Buckets(tmp_path / "rates", per_second=1, burst=1)
    assert [buckets.take(name, now=1.0) for name in "aab"] == [0.0, 1.0, 0.0]


def test_bucket_is_shared_by_all_who_open_the_file(tmp_path: Path) -> None:
    one, other = (Buckets(tmp_path / "rates", per_second=1, burst=1) for _ in range(2))
    assert (one.take("a", now=1.0), other.take("a", now=1.0)) == (0.0, 1.0)


def test_file_of_the_buckets_holds_no_secret(tmp_path: Path) -> None:
    Buckets(tmp_path / "rates", per_second=1, burst=1).take("0123456789abcdef")
    assert b"0123456789abcdef" not in (tmp_path / "rates").read_bytes()
