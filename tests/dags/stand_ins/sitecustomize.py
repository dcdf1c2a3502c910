"""Python imports this first: in Airflow's processes it puts stand-ins in the place of what the steps call.

The steps themselves stay (``pipeline.steps``: lock, ``ops.runs``). Each stand-in writes one line
``<what> <feeds> <month>`` to the file STAND_IN_CALLS, and fails when that line is in STAND_IN_CALLS.fails.
"""

import importlib.util
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

CALLS = Path(os.environ["STAND_IN_CALLS"])
FAILS = CALLS.with_suffix(".fails")
CANARY = "王小明 230602199001011234"


@dataclass(frozen=True)
class Done:
    """What a stand-in found: always the same, and what a step adds to it."""

    earlier_months: tuple[str, ...] = ()
    workbooks: int | None = None
    folder: str | None = None
    bases: object | None = None

    def counts(self) -> dict[str, int]:
        """Return the counts of a step."""
        return {"rows": 1}


def stand_in(what: str):
    """Return a function that notes its call."""

    def call(*_arguments, month: str, feeds=(), **_options):
        line = " ".join([what, *feeds, month])
        with CALLS.open("a") as calls:
            calls.write(line + "\n")
        if FAILS.exists() and line in FAILS.read_text():
            raise ValueError(CANARY)
        return Done()

    return call


def replace(module: str, **members) -> None:
    """Put a module of ``members`` in the place of ``module``."""
    made = ModuleType(module)
    made.__dict__.update(members)
    if "." not in module:
        made.__spec__ = importlib.util.find_spec(module)  # the package's files are still hashed
    sys.modules[module] = made


replace("ingestion", land=stand_in("land"))
replace("crosschecks", check=stand_in("crosscheck"))
replace("expectations", measure=stand_in("measure"))
replace("reporting.publications.drafting", publish=stand_in("publish"))
replace("reporting.publications.signed_edition", missing=lambda *_: (), write_signed=lambda *_, **__: None)
replace("reporting.error_lists.writing", write_error_lists=lambda *_, **__: 0)
replace("pipeline.dbt_runner", build=stand_in("build"), BuildSummary=object)
replace("reconciliation", reconcile=stand_in("build"))
replace("reconciliation.bases", verify_bases=lambda *_, **__: None)
replace("reporting.base_sheets.writing", write_county_workbooks=lambda *_, **__: 0)
# The folder stays: its other modules are the real ones.
replace(
    "fundwatch.site",
    load_site=lambda *_: "1",
    __path__=[str(Path(__file__).parents[3] / "fundwatch" / "site")],
)
