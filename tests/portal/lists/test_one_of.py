"""One object of a list is read from the last month that lists it, whichever month was published last."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from fundwatch.database.warehouse import open_warehouse
from fundwatch.numbers import identity
from fundwatch.settings import Settings
from fundwatch.site import load_site
from tests.portal.conftest import (
    CITY,
    COUNTIES,
    Browser,
    PortalCity,
    add_user,
    another,
    begin_session,
    served,
)
from tests.support import Databases, put_off_guards

# July was published first, then June, then May. ``held`` is listed in all of them; ``left`` not in July.
JULY, JUNE = (1, "2024-07"), (2, "2024-06")
LISTED = [("held", JULY), ("left", JUNE)]
# The amount of a case is a hundred times the number of its publication.
_ROWS = """
    insert into ops.publications (number, month, state, is_current, content_sha256, code_version,
        site_version, as_of, batches, preparer)
    select n, '2024-0' || 8 - n, 'approved', true, '', '',
        (select site_version from site.versions limit 1), now(), '{{}}', 'p'
    from generate_series(1, 3) as n;
    create temporary table listed as
        select n, id from generate_series(1, 3) as n, unnest(array['held', 'left']) as id
        where n > 1 or id = 'held';
    insert into ops.publication_cases (number, case_id, rule_id, division, scheme, amount, state)
        select n, id, 'r', '{county}', '110', 100 * n, 'open' from listed;
    insert into ops.publication_case_persons (number, case_id, place, division, person_id, is_person, name,
        identity_number)
        select n, id, 1, '{county}', 'p', true, '甲', '{number}' from listed;
    insert into ops.publication_issues (number, issue_id, division, table_name, rule_id, key, source_file_id,
        source_row, first_seen, state)
        select n, id, '{county}', 'AC01', 'AC01-1', 'k', 'f', 1, '2024-05', 'open' from listed
"""
# A valid identity number of nobody: its area is none.
_BEGUN = "99010119900101001"
NUMBER = next(_BEGUN + end for end in "0123456789X" if identity.is_valid(_BEGUN + end))


@pytest.fixture(scope="module")
def three_months(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> PortalCity:
    """A warehouse with three publications, the last month's the first of them."""
    home = tmp_path_factory.mktemp("months") / "home"
    home.mkdir()
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    warehouse = open_warehouse(settings)
    load_site(warehouse, settings)
    with warehouse.connect() as connection:
        put_off_guards(connection)
        connection.execute(_ROWS.format(county=COUNTIES[0], number=NUMBER))
    return PortalCity(settings=settings, warehouse=warehouse)


@pytest.fixture(scope="module")
def running(three_months: PortalCity) -> Iterator[Browser]:
    """The portal of the three months, running; nobody is signed in."""
    yield from served(three_months)


@pytest.fixture
def reader(three_months: PortalCity, running: Browser) -> Callable[[str], Browser]:
    """Return a function that gives a client of a new user with a role for the city."""

    def client(role: str) -> Browser:
        user = add_user(three_months.warehouse, (role, CITY))
        return another(running).use(begin_session(three_months.warehouse, user))

    return client


@pytest.mark.parametrize(("one", "listed_in"), LISTED)
@pytest.mark.parametrize(("name", "role"), [("cases", "auditor"), ("issues", "supervisor")])
def test_one_object_is_that_of_the_last_month_that_lists_it(
    reader: Callable[[str], Browser], name: str, role: str, one: str, listed_in: tuple[int, str]
) -> None:
    answer = reader(role).get(f"/api/v1/{name}/{one}")
    assert answer.status_code == 200, answer.text
    assert (answer.json()["publication"], answer.json()["month"]) == listed_in


def test_cases_that_were_found_are_those_of_the_last_month_that_lists_them(
    reader: Callable[[str], Browser],
) -> None:
    page = reader("auditor").post("/cases/find", data={"identity_number": NUMBER})
    assert page.status_code == 200, page.text
    shown = re.findall(r'href="/cases/(\w+)".*?<td class="figure">([\d.,]+)</td>', page.text)
    assert shown == [(one, f"{number}00.00") for one, (number, _) in LISTED]
