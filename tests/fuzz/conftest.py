"""Leaves the long runs to ``pytest -m faults``."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect, and report, what only the whole enumerations run."""
    whole = [item for item in items if item.get_closest_marker("faults")]
    if whole and "faults" not in config.option.markexpr:
        config.hook.pytest_deselected(items=whole)
        items[:] = [item for item in items if not item.get_closest_marker("faults")]
