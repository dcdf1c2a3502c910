"""The compose shape: what it sets is read, what it reads is there, and no secret is in it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from fundwatch.access.roles import PLAIN
from fundwatch.settings import Settings
from portal.settings import PREFIX, PortalSettings

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if name != "postgres"}
VARIABLE = re.compile(r"\$\{([A-Z_]+)[:}]")
SETTINGS = {f"FUNDWATCH_{setting.name.upper()}" for setting in fields(Settings)} | {
    f"{PREFIX}{setting.name.upper()}" for setting in fields(PortalSettings)
}
LASTING = ("postgres", "api-server", "portal", "scheduler", "dag-processor", "triggerer")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The secrets, as the script makes them; a second run keeps them."""
    folder = tmp_path_factory.mktemp("docker")
    shutil.copy(ROOT / "docker" / "make-secrets.sh", folder)
    for _ in range(2):
        subprocess.run(["sh", str(folder / "make-secrets.sh")], check=True)
        made = {path.name: path.read_text() for path in (folder / "secrets").iterdir()}
    assert made == {path.name: path.read_text() for path in (folder / "secrets").iterdir()}
    return folder / "secrets"


def test_every_variable_of_ours_is_a_setting() -> None:
    given = {
        name for service in OURS.values() for name in service["environment"] if name.startswith("FUNDWATCH_")
    }
    assert len(given) > 10
    assert {name.removesuffix("_FILE") for name in given} <= SETTINGS


def test_example_names_every_setting_and_every_variable_that_compose_reads() -> None:
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    read = set(VARIABLE.findall((ROOT / "docker-compose.yml").read_text()))
    assert len(read) > 8
    assert SETTINGS | read == named


def test_every_secret_is_made_and_read_by_a_variable(secrets: Path) -> None:
    listed = {name: Path(secret["file"]).name for name, secret in COMPOSE["secrets"].items()}
    assert set(listed.values()) == {path.name for path in secrets.iterdir()}
    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / "docker" / "entrypoint.sh").read_text()
    assert [name for name in listed if f"/run/secrets/{name}" not in text] == []
    assert secrets.stat().st_mode & 0o077 == 0


def test_secrets_fit_each_other(secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = OURS["scheduler"]["environment"]
    for name, value in environment.items():
        if name.startswith("FUNDWATCH_") and name.endswith("_FILE"):
            monkeypatch.setenv(name, str(secrets / Path(value).name))
    settings = Settings.read()
    password = (secrets / "postgres_password").read_text()
    assert settings.database_url == f"postgresql://fundwatch:{password}@postgres:5432/fundwatch"
    assert json.loads((secrets / "airflow_passwords.json").read_text()) == {
        "admin": settings.airflow_password
    }
    assert settings.production_url is None
    assert len((secrets / "fernet_key").read_text()) == 44


def test_portal_has_the_urls_of_its_roles_and_no_other_secret(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = SERVICES["portal"]
    given = {Path(value).name for name, value in portal["environment"].items() if name.endswith("_FILE")}
    assert given == set(portal["secrets"]) == {"portal_role_url", "acts_role_url", "signin_role_url"}
    assert "FUNDWATCH_DATABASE_URL_FILE" not in portal["environment"]
    mounted = [volume.rpartition(":")[2] for volume in portal["volumes"]]
    assert sorted(mounted) == ["/srv/fundwatch/portal", "/srv/fundwatch/reports"]
    for name, value in portal["environment"].items():
        if name.startswith("FUNDWATCH_") and "${" not in value:
            monkeypatch.setenv(name, str(secrets / Path(value).name) if name.endswith("_FILE") else value)
    monkeypatch.setenv("FUNDWATCH_PORTAL_TRUSTED_PROXIES", "172.16.0.0/12")
    urls = PortalSettings.read()
    for url, key in ((urls.database_url, "portal"), (urls.acts_database_url, "acts"),
                     (urls.signin_database_url, "signin")):  # fmt: skip
        assert urlsplit(url or "").username == PLAIN[key]
        assert len(urlsplit(url or "").password or "") == 32
    assert set(portal["secrets"]) <= set(SERVICES["prepare"]["secrets"])
    shared = COMPOSE["x-fundwatch"]["secrets"]
    assert set(shared) == set(SERVICES["prepare"]["secrets"]) - set(portal["secrets"])


def test_secrets_and_local_settings_are_ignored_by_git_and_by_the_image() -> None:
    for name in (".env", "docker/secrets/warehouse_url"):
        done = subprocess.run(["git", "check-ignore", "-q", name], cwd=ROOT, check=False)
        assert done.returncode == 0, name
    assert {".env", "docker/secrets"} <= set((ROOT / ".dockerignore").read_text().splitlines())


def test_every_lasting_process_is_watched_bounded_and_its_log_rotated() -> None:
    assert set(SERVICES) == {*LASTING, "prepare"}
    for name in LASTING:
        service = SERVICES[name]
        assert service["healthcheck"]["test"], name
        assert service["mem_limit"], name
        assert service["logging"]["options"]["max-size"], name
        assert service["restart"] == "unless-stopped", name


def test_entrypoint_sets_nothing_that_a_later_command_lacks() -> None:
    assert "export" not in (ROOT / "docker" / "entrypoint.sh").read_text()


def test_database_is_healthy_only_once_it_listens_beyond_its_own_socket() -> None:
    assert "127.0.0.1" in SERVICES["postgres"]["healthcheck"]["test"]
