"""``postmaster.pid``: which process serves a data folder, and whether it still is one that does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from fundwatch.errors import FolderUnusable, ServiceFailed
from fundwatch.host import is_alive

# Where the file holds the port, counted from 0; the first line is the process.
_PORT_LINE = 3
# No process has this number: PostgreSQL looks for it in vain, and starts.
_NOBODY = "2147483647"
_NUMBER = re.compile(r"[1-9][0-9]{0,8}|2147483647", re.ASCII)


@dataclass(frozen=True)
class Serving:
    """The process that serves a data folder; ``port`` is None while it has not noted one."""

    process: int
    port: int | None


def read(data: Path) -> Serving | None:
    """Return the process that serves ``data``, None when none does.

    Another program may have the number by now, after a crash or in a container that was made anew.
    Raises: ServiceFailed when the file is damaged, FolderUnusable when it is another user's.
    """
    lines = _lines(data)
    if not lines:
        return None
    process = int(lines[0])
    if not is_alive(process) or not _may_serve(process, data):
        return None
    port = lines[_PORT_LINE].strip() if len(lines) > _PORT_LINE else ""
    return Serving(process, int(port) if port.isdecimal() else None)


def forget_another_program(data: Path) -> None:
    """Let PostgreSQL start where the file names a process that is another program.

    The rest of the file stays: PostgreSQL still finds processes of the former server by their shared memory.
    """
    lines = _lines(data)
    if lines and is_alive(int(lines[0])) and not _may_serve(int(lines[0]), data):
        with (data / "postmaster.pid").open("r+") as handle:  # in place: the account keeps owning it
            handle.truncate()
            handle.write("\n".join([_NOBODY, *lines[1:]]) + "\n")


def _lines(data: Path) -> list[str]:
    path = data / "postmaster.pid"
    try:
        lines = path.read_bytes().decode(errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except PermissionError:
        raise FolderUnusable(
            f"the folder {data.parent} is closed to this user",
            next_step="Run the command as its owner, or set FUNDWATCH_HOME to a folder of your own",
        ) from None
    if not _NUMBER.fullmatch(lines[0] if lines else ""):
        raise ServiceFailed(
            f"the file {path} is damaged, so it cannot be said whether the embedded database runs",
            state="Its data is unchanged",
            next_step=f"See that no process postgres -D {data} runs, remove that file, run the command again",
        )
    return lines


def _may_serve(process: int, data: Path) -> bool:
    """Return whether a process may be the server of ``data``: its command line says what it is."""
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes().decode(errors="replace")
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    except OSError:
        return True
    program, *arguments = command.split("\0")
    if Path(program).name != "postgres":
        return False
    if "-D" not in arguments[:-1]:
        return True
    folder = Path(arguments[arguments.index("-D") + 1])
    try:
        return folder.samefile(data)
    except OSError:
        return True  # a folder that cannot be seen from here may be this one
