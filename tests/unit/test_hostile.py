"""Hostile cities: the same seed gives the same rows, and almost every rule has points in them."""

from __future__ import annotations

from pathlib import Path

from tests.hostile import MONTH, write_city
from tests.oracle.crosschecks import RULES, points
from tests.oracle.production import City


def test_seed_gives_the_same_files(tmp_path: Path) -> None:
    first, second = (write_city(tmp_path / name, 3, humans=20) for name in ("first", "second"))
    inbox = [path.relative_to(first) for path in sorted((first / "inbox").rglob("*")) if path.is_file()]
    assert inbox
    assert all((first / path).read_bytes() == (second / path).read_bytes() for path in inbox)


def test_hostile_city_has_points_of_almost_every_rule(tmp_path: Path) -> None:
    rules = {key[0] for key in points(City(write_city(tmp_path / "city", 3)), MONTH)}
    assert len(rules) > len(RULES) * 3 // 4
