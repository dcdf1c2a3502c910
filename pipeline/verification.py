"""``fundwatch audit verify``: everything of which a hash is kept is read through and compared with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from fundwatch import audit
from fundwatch.actors import current_user
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings

if TYPE_CHECKING:
    import psycopg

_ACTION = "publications, files and vault read through"


@dataclass(frozen=True)
class Line:
    """One line of the result: what was verified, of how much, and what is wrong, empty when nothing is.

    ``stream`` is a stream of the audit log, or the name of something else; ``head`` is where it stands.
    """

    stream: str
    entries: int
    head: str
    fault: str


@dataclass(frozen=True)
class Verification:
    """When everything was read through last, by whom, and how many faults were found."""

    at: datetime
    actor: str
    faults: int


def verify(settings: Settings, *, anchors: Iterable[str] = ()) -> list[Line]:
    """Verify the audit log, every publication with its files, what readers see, and the vault.

    ``anchors`` are heads of the log of publications, noted elsewhere.
    Again:  all of it is read again; that it was done is entered in the audit log.
    Raises: AuditBroken when an anchor is malformed.
    """
    from ingestion.files.operations.vault_check import check_vault
    from reporting.publications import verifying

    warehouse = open_warehouse(settings)
    with warehouse.connect() as connection:
        verdicts = audit.verify(connection, anchors={audit.PUBLICATIONS: tuple(anchors)})
        lines = [Line(chain.stream, chain.entries, chain.head, chain.fault) for chain in verdicts]
        subjects = verifying.verify(connection, settings.home)
        lines += [Line(part.subject, part.count, part.sha256, part.fault) for part in subjects]
    vault = check_vault(warehouse, settings)
    faults = [f"{file.part or 'object'} {file.path} is {file.problem}" for file in vault.problems]
    lines += [Line("vault", vault.objects, "", fault) for fault in faults or [""]]
    with warehouse.connect() as connection:
        audit.append(
            connection,
            stream=audit.VERIFICATIONS,
            actor=current_user(),
            action=_ACTION,
            about="warehouse",
            details={"faults": sum(bool(line.fault) for line in lines), "vault_objects": vault.objects},
        )
    return lines


def last_verification(connection: psycopg.Connection) -> Verification | None:
    """Return when everything was read through last, None when it never was."""
    last = audit.entries(connection, stream=audit.VERIFICATIONS, last=1)
    return Verification(last[0].at, last[0].actor, int(last[0].values["faults"])) if last else None
