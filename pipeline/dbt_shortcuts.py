"""What dbt is spared because nobody here reads it; dbt has no settings for that."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def spare_unread_work() -> None:
    """Let dbt neither search the source of its behaviour flags nor write out its debug events.

    The search reads the source of every imported module and costs seconds in each invocation. An event
    becomes a protobuf message, which is a fifth of what a build of small tables costs; those of level debug
    reach no log and no listener (``dbt_runner`` hears of each model's beginning, which has level info).
    Again:  changes nothing.
    """
    from dbt_common.behavior_flags import BehaviorFlagRendered
    from dbt_common.events.base_types import BaseEvent, DebugLevel
    from dbt_common.events.event_manager import EventManager

    BehaviorFlagRendered._default_source = staticmethod(lambda: "dbt")  # type: ignore[method-assign]
    fire = EventManager.fire_event

    def hold_nothing(_event: BaseEvent, *_: Any, **__: Any) -> None:
        """Keep no message."""

    def fire_what_is_read(self: EventManager, e: Any, *arguments: Any, **options: Any) -> None:
        if not isinstance(e, DebugLevel):
            fire(self, e, *arguments, **options)

    DebugLevel.__init__ = hold_nothing  # type: ignore[assignment, method-assign]
    EventManager.fire_event = fire_what_is_read  # type: ignore[method-assign]
