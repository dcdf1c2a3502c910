"""The tree: folders a stranger can take in, modules that fit a screen or two, a layer for every module."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LINTER = PROJECT["tool"]["importlinter"]
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
MOST_MODULES, MEDIAN_LINES, MOST_LINES = 15, 120, 350
MODULES = [
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if path.name != "__init__.py" and "versions" not in path.parts
]


def test_no_folder_holds_more_than_fifteen_modules_side_by_side() -> None:
    counts = Counter(path.parent.relative_to(ROOT).as_posix() for path in MODULES)
    assert len(counts) > len(PACKAGES)
    assert {folder: count for folder, count in counts.items() if count > MOST_MODULES} == {}


def test_modules_are_short() -> None:
    lines = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in MODULES}
    assert median(lines.values()) <= MEDIAN_LINES
    assert {module: count for module, count in lines.items() if count > MOST_LINES} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_of_a_package_has_its_layer(package: str) -> None:
    exhaustive = {
        container
        for contract in LINTER["contracts"]
        if contract.get("exhaustive")
        for container in contract["containers"]
    }
    assert package in LINTER["root_packages"]
    assert package in exhaustive


def test_every_package_has_its_place_among_the_packages() -> None:
    layers = LINTER["contracts"][0]["layers"]
    placed = sorted(package.strip() for layer in layers for package in layer.split("|"))
    assert placed == PACKAGES
