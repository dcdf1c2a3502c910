"""The version of the code, and the commit it was checked out from where that is known."""

from __future__ import annotations

import subprocess
from pathlib import Path

from fundwatch import __version__

_ROOT = Path(__file__).resolve().parents[1]
_SHOWN = 12


def described() -> str:
    """Return ``fundwatch 0.1.0 (commit 1a2b3c4d5e6f)``; without the commit outside a checkout."""
    commit = _commit()
    return f"fundwatch {__version__}" + (f" (commit {commit})" if commit else "")


def _commit() -> str:
    """Return the commit of the checkout this code lies in, empty where there is none or no git."""
    try:
        done = subprocess.run(
            ["git", "-C", str(_ROOT), "rev-parse", "--show-toplevel", "HEAD"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError:
        return ""
    folder, _, commit = done.stdout.partition("\n")
    # A checkout of something else around an installed copy is not ours.
    return commit.strip()[:_SHOWN] if not done.returncode and Path(folder) == _ROOT else ""
