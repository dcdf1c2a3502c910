"""Named places where a test can make a process die, freeze or fail, to see that nothing is lost or doubled.

Nothing happens outside tests: both FUNDWATCH_TESTING=1 and FUNDWATCH_FAILPOINT must be set when the process
begins. They are no settings and belong in no site's environment.

FUNDWATCH_FAILPOINT      ``NAME:HIT[:ACTION]``, the HIT-th time NAME is reached; ``*`` is any name.
FUNDWATCH_FAILPOINT_LOG  a file to which the name of every place reached is appended.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ANY = "*"


class FailpointReached(RuntimeError):
    """What the action ``raise`` raises: an error nobody foresaw."""


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _raise() -> None:
    raise FailpointReached


def _fill_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


_ACTIONS = {"kill": _kill, "stop": _stop, "raise": _raise, "enospc": _fill_disk}


@dataclass
class _Armed:
    """A failpoint that waits for its hit."""

    name: str
    remaining: int
    action: str
    log: Path | None

    def reach(self, name: str) -> None:
        if self.log:
            with self.log.open("a", encoding="utf-8") as log:
                log.write(f"{name}\n")
        if self.name in (ANY, name):
            self.remaining -= 1
            if self.remaining == 0:
                _ACTIONS[self.action]()


def failpoint(name: str) -> None:
    """Mark a place where a process may die; ``name`` is ``<what>.<where>``: ``landing.before_commit``.

    Costs one comparison outside tests. Inside a loop, call it per batch, not per row.
    """
    if _armed is not None:
        _armed.reach(name)


def arm(environment: Mapping[str, str]) -> None:
    """Arm what ``environment`` asks for, or nothing; called once when the process begins.

    Raises: ValueError when FUNDWATCH_FAILPOINT cannot be read (in tests only).
    """
    global _armed  # noqa: PLW0603 - the one switch of this module
    wanted = environment.get("FUNDWATCH_FAILPOINT") if environment.get("FUNDWATCH_TESTING") == "1" else None
    _armed = _read(wanted, environment.get("FUNDWATCH_FAILPOINT_LOG")) if wanted else None


def _read(wanted: str, log: str | None) -> _Armed:
    name, hit, action = (*wanted.split(":"), "kill")[:3]
    if action not in _ACTIONS:
        raise ValueError("FUNDWATCH_FAILPOINT is not NAME:HIT[:ACTION]")
    return _Armed(name=name, remaining=int(hit), action=action, log=Path(log) if log else None)


_armed: _Armed | None = None
arm(os.environ)
