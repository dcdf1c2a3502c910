"""Why an event of a case is void, as ``ops.void_case_events`` has it, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

VOID_EVENTS: Mapping[str, tuple[str, str]] = {
    "month_forgotten": ("无效：该月已撤销", "void: its month was forgotten"),
    "point_holds": ("无效：该月重新编制后仍有此疑点", "void: its month lists the point after all"),
}
