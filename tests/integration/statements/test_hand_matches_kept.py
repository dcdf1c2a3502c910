"""Matches by hand outlive the releases: those of the first that knew them hold in this one."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from fundwatch import audit
from fundwatch.database import migrations
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings
from reconciliation.hand_matches import hand_matches, in_force, undo
from tests.support import Databases

FIRST = "0023_hand_matches"
ACTS = (
    (1, "match", "张三", "A", "2024-06", ["0123456789abcdef", "fedcba9876543210"]),
    (1, "confirm", "李四", None, None, None),
    (2, "write_off", "张三", "A", "2024-06", ["00000000000000ff"]),
)
ACT = """
    insert into ops.hand_matches (match_id, act, actor, account_no, from_month, entries, reason)
    values (%s, %s, %s, %s, %s, %s, case when %s = 'confirm' then '' else '少记一元' end) returning act_id
"""


@pytest.fixture
def settings(databases: Databases, tmp_path: Path) -> Settings:
    """A warehouse of the first release that knew matches by hand, with one confirmed and one proposed."""
    settings = Settings(home=tmp_path / "home", database_url=databases.create())
    config = Config()
    config.set_main_option("script_location", str(migrations.FOLDER))
    config.attributes["url"] = make_url(settings.database_url).set(drivername="postgresql+psycopg")
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("create schema ops")
    command.upgrade(config, FIRST)
    with psycopg.connect(settings.database_url) as connection:
        for match_id, act, *about in ACTS:
            ((number,),) = connection.execute(ACT, (match_id, act, *about, act))
            audit.append(
                connection, stream=audit.MATCHES, actor=about[0], action=act,
                about=f"hand match {match_id}", details={"act": number},
            )  # fmt: skip
    return settings


@pytest.mark.scenarios
def test_matches_by_hand_of_a_former_release_are_kept_in_force_and_guarded(settings: Settings) -> None:
    warehouse = open_warehouse(settings)
    with warehouse.connect() as connection:
        assert migrations.is_current(connection)
        assert sorted(in_force(connection, month="2024-06")) == ["0123456789abcdef", "fedcba9876543210"]
    assert [match.state for match in hand_matches(warehouse)] == ["in_force", "proposed"]
    with (
        warehouse.connect() as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        connection.transaction(),
    ):
        connection.execute("delete from ops.hand_matches")
    assert undo(warehouse, match_id=1, name="李四", reason="搞错了").state == "undo_proposed"
