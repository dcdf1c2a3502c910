"""The page of a case: of its history, what a run said in vain is marked, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from fundwatch.acts.case_steps import Act
from fundwatch.acts.cases import record
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from tests.integration.acts.office import CITY, NORTH, Office
from tests.portal.conftest import Browser, PortalCity, served
from tests.support import Databases

JULY = "2024-07"
VOID = {"zh": "无效：该月已撤销", "en": "void: its month was forgotten"}


@dataclass(frozen=True)
class Desk:
    """An auditor at the portal of an office, and a case that was dispatched, then closed by July's run."""

    office: Office
    case: str
    auditor: Browser

    def history(self, language: str) -> list[str]:
        """Return the rows of the case's history, as the page has them in a language, without tags."""
        with self.office.warehouse.connect() as connection:
            connection.execute("update portal.users set language = %s", (language,))
        answer = self.auditor.get(f"/cases/{self.case}")
        assert answer.status_code == 200, answer.text
        section = answer.text.partition('id="events"')[2].partition("</section>")[0]
        rows = re.findall(r"<tr>(.*?)</tr>", section.partition("<tbody>")[2], re.DOTALL)
        return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]


@pytest.fixture
def desk(databases: Databases, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    home = tmp_path_factory.mktemp("office") / "home"
    home.mkdir()
    settings = Settings(home=home, database_url=databases.create(template=migrated))
    office = Office(open_warehouse(settings))
    case = office.case(NORTH)
    record(office.warehouse, case=case, act=Act("dispatched"), name="Auditor")
    assert office.desk.list(JULY).closed == 1
    for client in served(PortalCity(settings=settings, warehouse=office.warehouse)):
        yield Desk(office, case, client.use(office.sign_in("auditor", CITY)))


def forget_july(desk: Desk) -> None:
    with desk.office.warehouse.connect() as connection:
        connection.execute(
            "insert into ops.forgotten_months (month, actor, reason) values (%s, 'A', 'by mistake')", (JULY,)
        )


@pytest.mark.parametrize(("language", "closed"), [("zh", "已办结"), ("en", "closed")])
def test_page_marks_what_the_run_of_a_forgotten_month_said(desk: Desk, language: str, closed: str) -> None:
    assert [VOID[language] in row for row in desk.history(language)] == [False, False]
    forget_july(desk)
    rows = desk.history(language)
    assert [VOID[language] in row for row in rows] == [False, True]
    assert rows[1].startswith(f"2 {closed} ")


def test_answer_about_a_case_says_which_events_are_void_and_counts_them_all(desk: Desk) -> None:
    before = desk.auditor.get(f"/api/v1/cases/{desk.case}").json()
    assert [event["void_because"] for event in before["events"]] == [None, None]
    forget_july(desk)
    after = desk.auditor.get(f"/api/v1/cases/{desk.case}").json()
    assert [event["void_because"] for event in after["events"]] == [None, "month_forgotten"]
    assert (before["last_event"], after["last_event"]) == (2, 2)
    assert (before["state_now"], after["state_now"]) == ("closed", "dispatched")
