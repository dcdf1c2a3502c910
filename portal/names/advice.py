"""What a file's state and reason mean and what to do: the texts of ``advice.toml``, in both languages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Advice:
    """What something means, and the next step, each in Chinese and in English."""

    meaning: tuple[str, str]
    next_step: tuple[str, str]


def advice(state: str, reason: str) -> Advice | None:
    """Return what a file's state and reason mean; its reason tells more than its state. None: not known."""
    return reasons().get(reason) if reason else states().get(state)


def states() -> dict[str, Advice]:
    """Return what the states of files that need no reason mean."""
    return _read()["states"]


def reasons() -> dict[str, Advice]:
    """Return what the reasons of files mean."""
    return _read()["reasons"]


@cache
def _read() -> dict[str, dict[str, Advice]]:
    text = resources.files("portal.names").joinpath("advice.toml").read_text("utf-8")
    return {
        kind: {
            code: Advice(
                (texts["meaning"][0], texts["meaning"][1]), (texts["next_step"][0], texts["next_step"][1])
            )
            for code, texts in table.items()
        }
        for kind, table in tomllib.loads(text).items()
    }
