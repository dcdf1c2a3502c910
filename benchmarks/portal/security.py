"""What judging in the database and the audit log cost."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.findings import Section
from benchmarks.generated_city import PERSONS
from benchmarks.portal import audit, policies
from benchmarks.portal.warehouse import published_city


def measure(folder: Path) -> Section:
    """Time statements through the policies and without them, then exports and reveals with their entries."""
    with published_city(folder, persons=PERSONS) as city:
        findings = [*policies.findings(city), *audit.findings(city)]
    how = (
        f"{city.size}. Medians; equal rows were checked first. Through the policies the reading role asks the"
        " views of `published` under a session, for a user of one county with that division in the where, as"
        " the portal's lists and home pages do; the plain where names number and divisions on the tables, as"
        " the pipeline's own user, whom policies do not judge. An entry's time is that of its transaction,"
        " commit included, within the request: judging and counting are in it, too."
        f" Load of the machine {os.getloadavg()[1]:.1f}."
    )
    return Section("The portal's judging and its log", how, findings)
