"""The trained model: a dated JSON of this package, with its training report beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from crosschecks.linkage.engines import DUCKDB
from crosschecks.linkage.register import population_class
from crosschecks.linkage.settings import person_settings

DUPLICATE_SHARE: Final = 0.2
"""Share of the persons without a valid number that have a second id, before anything is compared."""
_FOLDER = "trained"


@dataclass(frozen=True)
class Model:
    """A trained model: its name (``persons-<day>``) and Splink's own settings with their parameters."""

    name: str
    splink_settings: dict[str, Any]

    def settings_for(self, population: int, *, engine: str = DUCKDB) -> dict[str, Any]:
        """Return the settings for a register: the more persons, the less likely two of them are one human.

        Their conditions are written for ``engine``.
        """
        prior = DUPLICATE_SHARE / rounded_population(population)
        return {**self._written_for(engine), "probability_two_random_records_match": prior}

    def _written_for(self, engine: str) -> dict[str, Any]:
        """Return the trained settings, their conditions as the engine reads them."""
        if engine == self.splink_settings["sql_dialect"]:
            return self.splink_settings
        written = person_settings().create_settings_dict(engine)
        comparisons = [
            {
                **trained,
                "comparison_levels": [
                    {**level, "sql_condition": translated["sql_condition"]}
                    for level, translated in zip(
                        trained["comparison_levels"], comparison["comparison_levels"], strict=True
                    )
                ],
            }
            for trained, comparison in zip(
                self.splink_settings["comparisons"], written["comparisons"], strict=True
            )
        ]
        rules = "blocking_rules_to_generate_predictions"
        return {
            **self.splink_settings, "sql_dialect": engine, "comparisons": comparisons, rules: written[rules],
        }  # fmt: skip


def rounded_population(population: int) -> int:
    """Return the number of persons that probabilities are stated for: the next power of two, two at least."""
    return int(2 ** max(population_class(population), 1))


def newest_model() -> Model:
    """Return the model trained last, by the day in its name."""
    folder = files("crosschecks.linkage").joinpath(_FOLDER)
    name = max(entry.name for entry in folder.iterdir() if entry.name.endswith(".json"))
    document = json.loads(folder.joinpath(name).read_text(encoding="utf-8"))
    return Model(name.removesuffix(".json"), document["splink"])
