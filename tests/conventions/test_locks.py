"""The locks hold, with hashes, what every Python that is promised needs."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PROMISED = [
    f"3.{minor}" for minor in range(9, 30) if f"3.{minor}" in SpecifierSet(PROJECT["requires-python"])
]
LOCKED = re.compile(
    r"^(?P<requirement>[^\s#-][^\\\n]*?) \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", re.M
)


def _locked(name: str, environment: dict[str, str]) -> dict[str, str]:
    """Return name and version of each package that a lock installs in an environment."""
    requirements = map(
        Requirement, LOCKED.findall((ROOT / "requirements" / name).read_text(encoding="utf-8"))
    )
    wanted = (line for line in requirements if line.marker is None or line.marker.evaluate(environment))
    return {canonicalize_name(line.name): str(line.specifier).removeprefix("==") for line in wanted}


def _needs(package: str, extras: set[str], environment: dict[str, str]) -> list[Requirement]:
    declared = [Requirement(text) for text in requires(package) or ()]
    return [
        requirement
        for requirement in declared
        if requirement.marker is None
        or any(requirement.marker.evaluate(environment | {"extra": extra}) for extra in extras)
    ]


def _missing(lock: str, *, extra: str, environment: dict[str, str]) -> list[str]:
    """Return what the project, with an extra, or anything it needs would look for in vain."""
    locked = _locked(lock, environment)
    missing, seen = [], set()
    waiting = [("fundwatch", frozenset({"", extra}))]
    while waiting:
        package, extras = waiting.pop()
        if (package, extras) in seen:
            continue
        seen.add((package, extras))
        try:
            needed = _needs(package, set(extras), environment)
        except PackageNotFoundError:  # needed by another Python than this one
            continue
        for requirement in needed:
            name = canonicalize_name(requirement.name)
            if name not in locked or not requirement.specifier.contains(locked[name], prereleases=True):
                missing.append(f"{requirement} of {package}")
            waiting.append((name, frozenset({"", *requirement.extras})))
    assert len(seen) > 100
    return missing


@pytest.mark.parametrize("python", PROMISED)
@pytest.mark.parametrize(("lock", "extra"), [("main.txt", ""), ("dev.txt", "dev")])
def test_lock_holds_what_every_promised_python_needs(lock: str, extra: str, python: str) -> None:
    environment = {**default_environment(), "python_version": python, "python_full_version": f"{python}.7"}
    assert _missing(lock, extra=extra, environment=environment) == []


@pytest.mark.parametrize("python", PROMISED)
@pytest.mark.parametrize("extra", ["mysql", "oracle"])
def test_lock_holds_the_driver_of_every_kind_of_production_database(extra: str, python: str) -> None:
    locked = _locked("drivers.txt", {**default_environment(), "python_version": python})
    for driver in map(Requirement, PROJECT["optional-dependencies"][extra]):
        assert driver.specifier.contains(locked[canonicalize_name(driver.name)])


def test_pythons_are_promised() -> None:
    assert PROMISED == ["3.11", "3.12", "3.13"]


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_lock_names_no_index_and_hashes_everything(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert LOCKED.sub("", text).strip() == ""
