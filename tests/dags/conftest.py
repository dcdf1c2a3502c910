"""A month of which everything is built, for each test a copy; Airflow reads its settings at import.

Airflow is kept away from the home folder of whoever runs the tests.
"""

import os
import shutil
import tempfile
from dataclasses import replace

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import EXAMPLE_SITE, Settings
from pipeline.inputs import UPSTREAM
from tests.dags.built import build, reasons
from tests.dags.records import extract, land, load_file

os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="airflow-")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"


@pytest.fixture(scope="module")
def built_once(databases, migrated, tmp_path_factory):
    """Settings of a month of which everything is built, on a copy of the example site."""
    home = tmp_path_factory.mktemp("built")
    site = shutil.copytree(EXAMPLE_SITE, home / "site")
    settings = Settings(home=home, database_url=databases.create(template=migrated), site=site)
    with open_warehouse(settings).connect(autocommit=True) as connection:
        connection.execute("create table business_ledger.contributions (row_key text)")
        connection.execute("create table reports.cells (month text)")
        connection.execute("create table reports.form_rows (month text)")
        load_file(connection, "bank", name="first")
        extract(connection, sequence=1)
        land(connection)
    folder = settings.home / "reports" / "1"
    folder.mkdir(parents=True)
    (folder / "page.html").write_text("figures")
    assert all(build(settings, name, folder=folder if name == "publication" else None) for name in UPSTREAM)
    assert reasons(settings) == {}
    return settings


@pytest.fixture
def built(built_once, databases, tmp_path):
    """Settings of a copy of that month, which the test may change."""
    home = shutil.copytree(built_once.home, tmp_path / "built")
    database = databases.create(template=databases.name(built_once.database_url))
    return replace(built_once, home=home, site=home / "site", database_url=database)


@pytest.fixture
def connection(request):
    """A connection to the warehouse of the built month, or of an empty one where the test asks for none."""
    name = "built" if "built" in request.fixturenames else "settings"
    with open_warehouse(request.getfixturevalue(name)).connect(autocommit=True) as opened:
        yield opened
