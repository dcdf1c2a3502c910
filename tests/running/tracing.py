"""What coverage need not slow: its tracer looks at our packages alone, but costs each line of any other, too.

In a run without coverage nothing here changes anything.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any


@contextmanager
def untraced() -> Iterator[None]:
    """Run what is inside, and the threads it starts, without a tracer."""
    tracer, tracer_of_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    try:
        yield
    finally:
        sys.settrace(tracer)
        threading.settrace(tracer_of_threads)  # type: ignore[arg-type]


def leave_dbt_untraced() -> None:
    """Let dbt run without a tracer in this process; whoever calls it is traced as before.

    Our own functions that dbt calls are then measured where tests build in their own process.
    """
    if sys.gettrace() is None:
        return
    from dbt.cli.main import dbtRunner

    invoke = dbtRunner.invoke

    @wraps(invoke)
    def invoke_untraced(*arguments: Any, **options: Any) -> Any:
        with untraced():
            return invoke(*arguments, **options)

    dbtRunner.invoke = invoke_untraced  # type: ignore[method-assign]
