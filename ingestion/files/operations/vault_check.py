"""Read the vault through: every object that the ledger names, and whatever else lies there."""

from __future__ import annotations

from dataclasses import dataclass, field

from fundwatch.database.warehouse import Warehouse
from fundwatch.settings import Settings
from ingestion.files.arrival.vault import Vault
from ingestion.files.arrival.vault_state import Kept, VaultState, kept_files


@dataclass(frozen=True)
class VaultProblem:
    """One object that is not what it was: gone, cut or changed.

    ``part`` is data or manifest; feed and name are those of the first file it belongs to, empty where the
    ledger names none; ``path`` is where it should lie.
    """

    problem: str
    part: str
    feed: str
    name: str
    file_id: str
    sha256: str
    path: str


@dataclass(frozen=True)
class VaultCheck:
    """How many objects were read, how many bytes, how many the ledger does not name, and what is wrong."""

    objects: int = 0
    byte_count: int = 0
    unnamed: int = 0
    problems: tuple[VaultProblem, ...] = field(default=())

    @property
    def is_whole(self) -> bool:
        """Whether every object is there with its bytes."""
        return not self.problems

    @property
    def next_step(self) -> str:
        """What brings back what is not whole."""
        if self.is_whole:
            return ""
        return (
            "Run fundwatch ingest: it copies again what the inbox still holds; have the sender send the rest"
            " again, or restore the vault from a backup"
        )


def check_vault(warehouse: Warehouse, settings: Settings) -> VaultCheck:
    """Read every byte of the vault and compare it with the hash it lies under.

    Again:  reads everything once more; nothing is changed but the notes of what was read.
    """
    vault = Vault(settings.vault_folder)
    with warehouse.connect(autocommit=True) as connection:
        state = VaultState(connection, vault)
        named = _objects(list(kept_files(connection, most=settings.max_file_bytes)))
        lying = {sha256: vault.size_of(sha256) for sha256 in vault.names()}
        problems = [
            VaultProblem(
                problem.value, kept.part, kept.feed, kept.name, kept.file_id, sha256,
                str(vault.path_of(sha256)),
            )
            for sha256, kept in (named | {other: _NOBODYS for other in lying if other not in named}).items()
            if (problem := state.problem(sha256, size=kept.size, is_read=True))
        ]  # fmt: skip
    unnamed = len(lying.keys() - named.keys())
    return VaultCheck(len(lying), sum(lying.values()), unnamed, tuple(problems))


@dataclass(frozen=True)
class _Object:
    """What an object is to the first file it belongs to."""

    part: str
    feed: str
    name: str
    file_id: str
    size: int | None


_NOBODYS = _Object("", "", "", "", None)


def _objects(files: list[Kept]) -> dict[str, _Object]:
    """Return each object once, with the first file it belongs to."""
    named: dict[str, _Object] = {}
    for file in files:
        data = _Object("data", file.feed, file.name, file.file_id, file.size)
        manifest = _Object("manifest", file.feed, file.name, file.file_id, None)
        named.setdefault(file.sha256, data)
        named.setdefault(file.manifest_sha256, manifest)
    return named
