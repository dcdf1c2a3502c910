"""A task on the start page: how many of something wait, and where they are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """``count`` of what ``text`` (Chinese) says, at ``url``; of ``urgent`` ones there should be none."""

    count: int | None
    text: str
    url: str
    urgent: bool = False
