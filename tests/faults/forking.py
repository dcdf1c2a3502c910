"""A process that has imported the command line and forks a copy of itself for every command.

A copy starts in milliseconds where a new interpreter takes a second, and it is a process of its own: it can
be killed, frozen and continued. Requests and answers are lines of JSON; see ``workers.py`` for the caller.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from typing import Any

import sqlalchemy.dialects.sqlite.pysqlite  # noqa: F401 - imported once here instead of in every copy

import ingestion  # noqa: F401 - the same
from cli import files, main, months  # noqa: F401 - the same
from fundwatch import failpoints
from ingestion import locks


def serve() -> None:
    """Answer requests until there are no more."""
    for line in sys.stdin:
        request = json.loads(line)
        answer = _start(request) if request["do"] == "start" else _wait(request["pid"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _start(request: dict[str, Any]) -> dict[str, int]:
    pid = os.fork()
    if pid == 0:
        _become(request)
    return {"pid": pid}


def _wait(pid: int) -> dict[str, int]:
    """Wait until the process ends or is frozen."""
    return {"status": os.waitpid(pid, os.WUNTRACED)[1]}


def _become(request: dict[str, Any]) -> None:
    """Run one command in this copy, with the environment and the output files of the request."""
    for number, name in ((0, os.devnull), (1, request["output"]), (2, request["errors"])):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), number)
    os.environ.clear()
    os.environ.update(request["environment"])
    tempfile.tempdir = None
    locks.WAIT_SECONDS = request["patience"]
    sys.argv = ["fundwatch", *request["arguments"]]
    code = 1
    try:
        failpoints.arm(os.environ)
        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
