"""What is written to the vault is on disk before it has its name, whenever the machine stops."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.files.arrival.vault import Vault

CONTENT = b"what arrived" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """What is synced (its path, and its bytes then) and renamed (its new path), in order."""
    done: list[tuple] = []
    sync, rename = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        done.append(("synced", path, os.fstat(descriptor).st_size if path.is_file() else None))
        sync(descriptor)

    def renamed(path: Path, target: Path) -> Path:
        done.append(("renamed", target))
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    return done


@pytest.mark.parametrize(
    "write",
    [lambda vault: vault.copy([CONTENT], expected=SHA256), lambda vault: vault.keep(CONTENT)],
    ids=["copy", "keep"],
)
def test_vault_syncs_the_bytes_before_they_get_their_name_and_the_folder_after(
    tmp_path: Path, steps: list[tuple], write: Callable[[Vault], object]
) -> None:
    vault = Vault(tmp_path.resolve() / "vault")
    write(vault)
    target = vault.path_of(SHA256)
    named = steps.index(("renamed", target))
    files = [step for step in steps[:named] if step[2] is not None]
    assert [(path.parent, size) for _, path, size in files] == [(vault.root / "partial", len(CONTENT))]
    # A folder that was made is known to the one above it before anything lies in it.
    folders = {path for _, path, size in steps[:named] if size is None}
    assert folders == {vault.root.parent, vault.root, vault.root / "sha256"}
    assert steps[named + 1 :] == [("synced", target.parent, None)]


def test_vault_keeps_nothing_of_a_copy_that_is_not_as_expected(tmp_path: Path, steps: list[tuple]) -> None:
    vault = Vault(tmp_path / "vault")
    assert vault.copy([CONTENT], expected="0" * 64) == SHA256
    assert [step for step in steps if step[0] == "renamed"] == []
    assert [path for path in vault.root.rglob("*") if path.is_file()] == []
