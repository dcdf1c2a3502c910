"""The project as compiled, which the modules here share."""

from __future__ import annotations

import pytest

from tests.conventions import lineage


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> lineage.Project:
    """The whole project, compiled without a database; tests leave it as it is."""
    work = tmp_path_factory.mktemp("whole")
    return lineage.compiled(lineage.whole_copy(work), work)
