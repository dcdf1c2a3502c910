"""The seed of what tests make at run time: drawn anew for a run, or the one that is to be repeated."""

from __future__ import annotations

import os
import secrets

SEED = int(os.environ.get("FUNDWATCH_TEST_SEED") or secrets.randbelow(10**6))
