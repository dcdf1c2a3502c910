"""Vega-Lite drawn as SVG in a child process: where the library aborts, it aborts that process alone."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from typing import IO

from fundwatch.errors import ServiceFailed
from reporting.drawing.fonts import fonts_folder

_STOP_SECONDS = 5.0
_TURN = threading.Lock()


def draw(specification: str) -> str:
    """Return the SVG of a Vega-Lite specification, given as JSON.

    Raises: ServiceFailed (the renderer ended, or refused the specification).
    Again:  the same bytes; a renderer that ended is started anew.
    """
    # A fork of a process that drew has a renderer of its own; threads take turns at one.
    process = os.getpid()
    with _TURN:
        renderer = _RENDERERS.get(process) or _RENDERERS.setdefault(process, _Renderer())
        reply = renderer.ask(specification)
        if reply is None:
            del _RENDERERS[process]
            renderer.close()
            raise _failed(f"the renderer ended with {renderer.exit_code}")
    if "svg" not in reply:
        raise _failed(reply["error"])
    return reply["svg"]


class _Renderer:
    """The child process: one line of JSON in, one line of JSON out."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "reporting.drawing.svg_renderer"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8",
        )  # fmt: skip
        atexit.register(self.close)

    @property
    def exit_code(self) -> int | None:
        """Exit code of the child, negative for a signal; None while it runs."""
        return self._process.returncode

    def ask(self, specification: str) -> dict[str, str] | None:
        """Return the reply to a specification; None when the child ended instead."""
        requests, replies = self._process.stdin, self._process.stdout
        if requests is None or replies is None:
            return None
        try:
            requests.write(f"{specification}\n")
            requests.flush()
            line = replies.readline()
        except (BrokenPipeError, ValueError):
            return None
        reply: dict[str, str] | None = json.loads(line) if line.endswith("\n") else None
        return reply

    def close(self) -> None:
        """End the child and wait for it."""
        atexit.unregister(self.close)
        for pipe in (self._process.stdin, self._process.stdout):
            _close(pipe)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


# Process id -> its renderer.
_RENDERERS: dict[int, _Renderer] = {}


def _close(pipe: IO[str] | None) -> None:
    if pipe is not None:
        try:
            pipe.close()
        except BrokenPipeError:
            return


def _failed(reason: str) -> ServiceFailed:
    return ServiceFailed(
        f"a chart could not be drawn: {reason}",
        state="Nothing was published",
        next_step="Run the command again; if it fails again, report it with the names of the divisions",
    )


def main() -> None:
    """Draw what stdin asks for, line by line, until it ends."""
    import vl_convert

    # Chinese texts are measured with the font that draws them.
    vl_convert.register_font_directory(str(fonts_folder()))
    for line in sys.stdin:
        try:
            reply = {"svg": vl_convert.vegalite_to_svg(json.loads(line))}
        except ValueError as error:
            reply = {"error": " ".join(str(error).split())[:200]}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
