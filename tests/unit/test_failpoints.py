"""Failpoints act in tests that ask for them, at the hit that is meant, and never otherwise."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys

import pytest

from fundwatch import failpoints
from fundwatch.failpoints import FailpointReached, arm, failpoint


@pytest.fixture(autouse=True)
def _disarmed():
    yield
    arm({})


def armed(wanted: str, **more: str) -> None:
    arm({"FUNDWATCH_TESTING": "1", "FUNDWATCH_FAILPOINT": wanted, **more})


def test_failpoint_does_nothing_when_none_is_asked_for():
    arm({"FUNDWATCH_TESTING": "1"})
    failpoint("a.b")
    assert failpoints._armed is None


@pytest.mark.parametrize("testing", [{}, {"FUNDWATCH_TESTING": ""}, {"FUNDWATCH_TESTING": "true"}])
def test_failpoint_does_nothing_when_nobody_is_testing(testing):
    arm({"FUNDWATCH_FAILPOINT": "*:1:raise", **testing})
    failpoint("a.b")
    assert failpoints._armed is None


def test_failpoint_acts_at_the_hit_of_its_name_and_once():
    armed("a.b:2:raise")
    failpoint("a.b")
    failpoint("a.c")
    with pytest.raises(FailpointReached):
        failpoint("a.b")
    failpoint("a.b")


def test_failpoint_counts_every_name_when_any_is_asked_for():
    armed("*:3:raise")
    failpoint("a.b")
    failpoint("a.c")
    with pytest.raises(FailpointReached):
        failpoint("a.d")


def test_failpoint_reports_a_full_disk():
    armed("a.b:1:enospc")
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)) as caught:
        failpoint("a.b")
    assert caught.value.errno == errno.ENOSPC


def test_failpoint_logs_every_place_reached(tmp_path):
    armed("*:0", FUNDWATCH_FAILPOINT_LOG=str(tmp_path / "log"))
    failpoint("a.b")
    failpoint("a.c")
    assert (tmp_path / "log").read_text().split() == ["a.b", "a.c"]


def test_failpoint_kills_the_process_by_default_when_the_environment_asks_for_it():
    program = "from fundwatch.failpoints import failpoint; failpoint('a.b')"
    wanted = {"FUNDWATCH_TESTING": "1", "FUNDWATCH_FAILPOINT": "a.b:1"}
    done = subprocess.run([sys.executable, "-c", program], env={**os.environ, **wanted}, check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("wanted", ["a.b", "a.b:x", "a.b:1:explode", ":::"])
def test_failpoint_that_cannot_be_read_is_refused(wanted):
    with pytest.raises(ValueError, match=r"FUNDWATCH_FAILPOINT|invalid literal|not enough"):
        armed(wanted)
