"""Settings from the environment, and the URLs among them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from fundwatch.database.warehouse import _checked
from fundwatch.errors import DatabaseUrlInvalid, FundwatchError, SettingInvalid
from fundwatch.settings import Settings


def test_setting_that_is_empty_counts_as_unset(monkeypatch) -> None:
    monkeypatch.setenv("FUNDWATCH_AIRFLOW_PORT", "")
    monkeypatch.setenv("FUNDWATCH_INBOX", "")
    settings = Settings.read()
    assert (settings.airflow_port, settings.inbox) == (8080, None)


def test_setting_is_read_from_a_file_as_from_the_environment(monkeypatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("postgresql://user:p%40ss@host/warehouse\n")
    monkeypatch.setenv("FUNDWATCH_DATABASE_URL_FILE", str(secret))
    monkeypatch.setenv("FUNDWATCH_DATABASE_URL", "")
    assert Settings.read().database_url == "postgresql://user:p%40ss@host/warehouse"


def test_every_setting_may_stand_in_a_file(monkeypatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("8081")
    (tmp_path / "timezone").write_text("Asia/Urumqi")
    (tmp_path / "linkage_engine").write_text("spark")
    for name in (setting.name for setting in fields(Settings)):
        own = tmp_path / name
        monkeypatch.setenv(f"FUNDWATCH_{name.upper()}_FILE", str(own if own.exists() else secret))
    read = Settings.read()
    assert {str(value) for value in vars(read).values()} == {
        "8081",
        "Asia/Urumqi",
        "spark",
        str(Path("8081").absolute()),
    }


@pytest.mark.parametrize("trouble", ["both", "absent", "binary"])
def test_file_of_a_setting_that_cannot_be_used_is_refused(monkeypatch, tmp_path: Path, trouble: str) -> None:
    secret = tmp_path / "secret"
    if trouble != "absent":
        secret.write_bytes(b"\xff\xfe" if trouble == "binary" else b"postgresql://h/d")
    monkeypatch.setenv("FUNDWATCH_DATABASE_URL_FILE", str(secret))
    if trouble == "both":
        monkeypatch.setenv("FUNDWATCH_DATABASE_URL", "postgresql://h/d")
    with pytest.raises(SettingInvalid, match="FUNDWATCH_DATABASE_URL_FILE"):
        Settings.read()


@pytest.mark.parametrize(("port", "is_valid"), [("0", False), ("1", True), ("65535", True), ("65536", False)])
def test_port_is_read_within_its_bounds(monkeypatch, port: str, is_valid: bool) -> None:
    monkeypatch.setenv("FUNDWATCH_AIRFLOW_PORT", port)
    if is_valid:
        assert Settings.read().airflow_port == int(port)
        return
    with pytest.raises(SettingInvalid, match="FUNDWATCH_AIRFLOW_PORT"):
        Settings.read()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TIMEZONE", "Mars/Olympus"),
        ("TIMEZONE", "../etc/passwd"),
        ("MAX_FILE_BYTES", "0"),
        ("MAX_FILE_BYTES", "x"),
    ],
)
def test_setting_that_cannot_be_used_is_named(monkeypatch, name: str, text: str) -> None:
    monkeypatch.setenv(f"FUNDWATCH_{name}", text)
    with pytest.raises(SettingInvalid, match=f"FUNDWATCH_{name} "):
        Settings.read()


def test_home_stays_where_it_was_when_the_working_directory_changes(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings(home=Path("home"))
    monkeypatch.chdir("/")
    assert settings.home == tmp_path / "home"


def test_secrets_are_not_shown_with_the_settings() -> None:
    urls = dict.fromkeys(("database_url", "alert_smtp_url", "alert_webhook_secret"), "smtp://u:hidden@h")
    settings = Settings(**urls)
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://fundwatch:s3cret-_~.@db.example:5432/fund-watch",
        "postgres://fundwatch@127.0.0.1/fundwatch",
        "postgresql+psycopg2://u:p@localhost:5432/d",
        "postgresql://u:p%40ss@h/d?sslmode=disable",
        "postgresql+psycopg://u:a@b@h/d",
        "postgresql://h/d",
    ],
)
def test_database_url_is_what_sqlalchemy_makes_of_it(url: str) -> None:
    rendered = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    assert _checked(url) == rendered


@pytest.mark.parametrize("url", ["", "sqlite:///x.db", "postgresql://h", "postgresql://u:p@h/", "no url"])
def test_database_url_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUrlInvalid):
        _checked(url)


@pytest.mark.parametrize("name", ["database_url", "production_url", "airflow_database_url"])
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader:s@cret@host/core",
        "postgresql+psycopg://reader:s@cr/et@host:5432/core?sslmode=disable",
        "oracle+oracledb://re@der:secret@host:1521/?service_name=core",
        "mysql+pymysql://reader:s?x@cret@host/core",
    ],
)
def test_url_with_a_bare_at_in_its_password_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str
) -> None:
    monkeypatch.setenv(f"FUNDWATCH_{name.upper()}", url)
    with pytest.raises(FundwatchError, match=r"FUNDWATCH_\w+ holds more than one @.*%40") as refused:
        Settings.read()
    assert not [part for part in ("cret", "et@", "der:", "host") if part in str(refused.value)]


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////data/a@b/production@{month}.db",
        "postgresql://reader:s%40cret@host/core?options=-csearch_path%3Da@b",
        "postgresql://host/core",
        None,
    ],
)
def test_url_with_one_at_before_its_host_is_taken(url: str | None) -> None:
    assert Settings(database_url=url, production_url=url).production_url == url
