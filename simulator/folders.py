"""The folder of a city: what an earlier simulation wrote there goes, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

from fundwatch.errors import FolderUnusable


def clear(out: Path) -> None:
    """Remove what an earlier simulation wrote, and nothing else.

    Only a simulation leaves a folder ``truth``; an inbox, a site or a production database without one is
    somebody's own.
    """
    databases = [*out.glob("production-????-??.db"), *out.glob("production.db")]
    others = [path for path in (out / "inbox", out / "site") if path.exists()]
    if not (out / "truth").is_dir() and [*others, *databases]:
        raise FolderUnusable(
            f"{out} holds an inbox, a site or a production database that no simulation wrote",
            next_step="Give --out a new or empty folder",
        )
    (out / "truth").mkdir(parents=True, exist_ok=True)
    for folder in ("inbox", "site"):
        shutil.rmtree(out / folder, ignore_errors=True)
    for record in (out / "truth").glob("*.json"):
        record.unlink()
    for database_file in databases:
        database_file.unlink()
