"""Scores pairs of records with Splink: the same few lines for persons and for any other columns."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from splink import Linker, SettingsCreator
    from splink.internals.splink_dataframe import SplinkDataFrame

_LOG = "splink"


def linker_of(frames: list[SplinkDataFrame], settings: SettingsCreator | dict[str, Any]) -> Linker:
    """Return Splink's linker over tables of one engine; its talk stays out of the logs.

    What it would say of columns it does not find is talk, too, and takes longer to work out than a
    few persons to score: a wrong column stops its SQL.
    """
    from splink import Linker
    from splink.logging import disable

    linker = Linker(frames if len(frames) > 1 else frames[0], settings, validate_settings=False)
    disable()
    logging.getLogger(_LOG).setLevel(logging.ERROR)
    return linker


def score_between(
    left: SplinkDataFrame,
    right: SplinkDataFrame,
    *,
    frequencies: SplinkDataFrame,
    settings: dict[str, Any],
    least: float,
) -> SplinkDataFrame:
    """Score the blocked pairs of a left and a right record; return those of probability ``least`` or more."""
    linker = linker_of([right], settings)
    linker.table_management.register_term_frequency_lookup(frequencies, "name")
    return linker.inference.predict_between(
        left, right, threshold_match_probability=least, warning_mode="never"
    )
