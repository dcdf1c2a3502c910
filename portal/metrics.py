"""What Prometheus is told: counts and seconds, of all workers together; no user, id or value in a label."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client import Counter, Gauge, Histogram
    from prometheus_client.core import GaugeMetricFamily

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)
# What a request is counted under that no route took.
UNROUTED = "none"


class Metrics:
    """The counters of one process; they are written into files that ``serve`` adds up over all of them.

    ``requests`` (route, method, status), ``seconds`` (route), ``sign_ins`` (result), ``denials`` (kind),
    ``reveals``, ``pool`` (pool, state: size, idle, waiting). ``sign_ins`` counts what is entered of
    signing in (in, failed, locked, out, ended), ``denials`` what is entered as refused, by slug.
    """

    def __init__(self) -> None:
        """Make the counters; the folder is named by then, and the library asks for it when it is imported."""
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        registry = CollectorRegistry()
        name = "fundwatch_portal"
        self.requests: Counter = Counter(
            f"{name}_requests", "Requests answered", ("route", "method", "status"), registry=registry
        )
        self.seconds: Histogram = Histogram(
            f"{name}_request_seconds", "Seconds a request took", ("route",),
            buckets=_BUCKETS, registry=registry,
        )  # fmt: skip
        self.sign_ins: Counter = Counter(
            f"{name}_sign_ins", "Attempts to sign in", ("result",), registry=registry
        )
        self.denials: Counter = Counter(f"{name}_denials", "Requests refused", ("kind",), registry=registry)
        self.reveals: Counter = Counter(f"{name}_reveals", "Reveals of personal values", registry=registry)
        self.pool: Gauge = Gauge(
            f"{name}_pool", "Connections of the pools", ("pool", "state"),
            registry=registry, multiprocess_mode="livesum",
        )  # fmt: skip

    def show_pools(self, pools: Mapping[str, Mapping[str, int]]) -> None:
        """Show the connections of this process as they are now: pool -> state -> how many."""
        for pool, states in pools.items():
            for state, count in states.items():
                self.pool.labels(pool, state).set(count)


def prepare(folder: Path) -> None:
    """Empty the folder the processes count in, and name it to all that are started from here on."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    os.environ[_FOLDER] = str(folder)


def serve(port: int, *, gauges: Callable[[], Mapping[str, float]]) -> None:
    """Answer Prometheus on a port of 127.0.0.1, in a thread of this process, as long as it runs.

    ``gauges`` gives what the database knows at that moment: ``sessions``, ``publication``.
    """
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    registry.register(_Living(Path(os.environ[_FOLDER])))
    MultiProcessCollector(registry)
    registry.register(_Known(gauges))
    start_http_server(port, addr="127.0.0.1", registry=registry)


class _Living:
    """Forgets the gauges of processes that are no more, before they are added up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterator[GaugeMetricFamily]:
        from prometheus_client.multiprocess import mark_process_dead

        pids = {path.stem.rpartition("_")[2] for path in self._folder.glob("gauge_live*.db")}
        for pid in pids:
            if not Path(f"/proc/{pid}").exists():
                mark_process_dead(int(pid))
        yield from ()


class _Known:
    """Gauges that are asked of the database when Prometheus asks; none while it does not answer."""

    def __init__(self, gauges: Callable[[], Mapping[str, float]]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[GaugeMetricFamily]:
        from prometheus_client.core import GaugeMetricFamily

        texts = {"sessions": "Live sessions", "publication": "Number of the last approved publication"}
        for name, value in self._gauges().items():
            yield GaugeMetricFamily(f"fundwatch_portal_{name}", texts[name], value=value)
