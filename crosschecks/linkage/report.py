"""Writes a trained model as a dated JSON with its training report beside it."""

from __future__ import annotations

import json
from pathlib import Path

from crosschecks.linkage import copies
from crosschecks.linkage.model import DUPLICATE_SHARE
from crosschecks.linkage.thresholds import LINK, REVIEW
from crosschecks.linkage.training import SAMPLED_PAIRS, Training

_ASSUMED = (
    ("number missing", copies.NUMBER_MISSING),
    ("number with one character replaced or two neighbours swapped", copies.NUMBER_SLIPPED),
    ("number another", 1 - copies.NUMBER_MISSING - copies.NUMBER_SLIPPED),
    ("name with a character of the same sound", copies.NAME_SOUNDING),
    ("name with another character", copies.NAME_CLOSE),
    ("name another", copies.NAME_ANOTHER),
    ("date of birth slipped", copies.BIRTH_SLIPPED),
    ("date of birth another", copies.BIRTH_ANOTHER),
    ("date of birth missing", copies.BIRTH_MISSING),
    ("sex another", copies.SEX_ANOTHER),
    ("sex missing", copies.SEX_MISSING),
    ("written twice under one invalid number", copies.WRITTEN_TWICE),
)


def write_training(training: Training, folder: Path) -> tuple[Path, Path]:
    """Write ``<name>.json`` and ``<name>.md`` into ``folder``; return both paths.

    Again: the same training writes the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "trained_on": {
            "persons": training.persons,
            "copies": training.copies,
            "register_sha256": training.register_sha256,
            "seed": training.seed,
        },
        "splink": training.model.splink_settings,
    }
    model = folder / f"{training.model.name}.json"
    report = folder / f"{training.model.name}.md"
    model.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    report.write_text("\n".join(_report(training)) + "\n", encoding="utf-8")
    return model, report


def _report(training: Training) -> list[str]:
    return [
        f"# Training of {training.model.name}",
        "",
        f"{training.persons:,} persons with a valid number, {training.copies:,} copies of them without one;",
        f"seed {training.seed}.",
        f"Register: SHA-256 `{training.register_sha256}`.",
        "",
        "## How a second registration is taken to differ",
        "",
        "| What | Share of copies |",
        "|---|---|",
        *(f"| {what} | {share:.3f} |" for what, share in _ASSUMED),
        "",
        "## Parameters",
        "",
        f"`u` from {SAMPLED_PAIRS:,} random pairs of persons, `m` from the copies.",
        "A level without an example gets one pair in all.",
        f"Before anything is compared, {DUPLICATE_SHARE:.0%} of the persons without a valid number are taken",
        "to have a second id.",
        "",
        "| Compared | Level | m | u |",
        "|---|---|---|---|",
        *_parameters(training),
        "",
        "## Blocking",
        "",
        "| Both records share | Pairs | Of one human |",
        "|---|---|---|",
        *(f"| `{block}` | {pairs:,} | {right:,} |" for block, pairs, right in training.blocks),
        "",
        "## Thresholds",
        "",
        f"Linked from {LINK}, for review from {REVIEW}; class E and pairs in doubt are left out.",
        "",
        "| Probability from | Pairs | Right | Precision | Recall |",
        "|---|---|---|---|---|",
        *(
            f"| {row.threshold} | {row.linked:,} | {row.right:,} | {row.precision:.4f} | {row.recall:.4f} |"
            for row in training.measured
        ),
        "",
        f"There are {training.measured[0].planted:,} pairs to find.",
    ]


def _parameters(training: Training) -> list[str]:
    return [
        f"| {comparison['output_column_name']} | {level['label_for_charts'].replace('|', ' ')}"
        f" | {level['m_probability']:.4g} | {level['u_probability']:.4g} |"
        for comparison in training.model.splink_settings["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level")
    ]
