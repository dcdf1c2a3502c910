"""Links the persons of a batch: whoever changed is scored again, then whom that touches is decided anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

from psycopg import Connection, sql

from crosschecks.linkage import register
from crosschecks.linkage.candidates import choose_candidates, write_candidates
from crosschecks.linkage.deciding import Decision, ScoredPair, decide
from crosschecks.linkage.engines import DUCKDB, Engine, open_engine
from crosschecks.linkage.model import Model, newest_model, rounded_population
from crosschecks.linkage.register import LAYER, Changes, in_batches
from crosschecks.linkage.scoring import score_between
from crosschecks.linkage.thresholds import REVIEW
from fundwatch.database.warehouse import Warehouse
from fundwatch.queries import one_row

_LEVELS = ("name", "birth", "sex", "number")
_SCORED: LiteralString = (
    "select pairs.person_id, pairs.other_person_id, pairs.probability, pairs.name_level, pairs.birth_level,"
    " pairs.sex_level, pairs.number_level, one.identity_number_18, other.identity_number_18,"
    " one.number, other.number"
    " from crosschecks.linkage_pairs as pairs"
    " inner join crosschecks.linkage_persons as one on pairs.person_id = one.person_id"
    " inner join crosschecks.linkage_persons as other on pairs.other_person_id = other.person_id"
    " where {condition}"
    ' order by pairs.person_id collate "C", pairs.other_person_id collate "C"'
)
# Whoever lost a pair or is scored anew, and whom he is paired with: their claims on numbers may have changed.
_TOUCHED: LiteralString = """
    create temp table linkage_touched on commit drop as
    with anew as (
        select person_id, other_person_id
        from crosschecks.linkage_pairs
        where
            person_id in (select person_id from linkage_relinked)
            or other_person_id in (select person_id from linkage_relinked)
    )
    select person_id from linkage_parted
    union
    select person_id from anew
    union
    select other_person_id from anew;
    create temp table linkage_beside on commit drop as
    select person_id from linkage_touched
    union
    select pairs.person_id
    from crosschecks.linkage_pairs as pairs
    inner join linkage_touched as touched on pairs.other_person_id = touched.person_id
    union
    select pairs.other_person_id
    from crosschecks.linkage_pairs as pairs
    inner join linkage_touched as touched on pairs.person_id = touched.person_id;
    delete from crosschecks.linked_pairs
    where
        person_id in (select person_id from linkage_touched)
        or other_person_id in (select person_id from linkage_touched)
"""
_OF_BESIDE: LiteralString = (
    "pairs.person_id in (select person_id from linkage_beside)"
    " or pairs.other_person_id in (select person_id from linkage_beside)"
)


@dataclass(frozen=True)
class LinkageSummary:
    """Persons in all, those linked again, records compared for it; pairs linked and for review."""

    persons: int
    relinked: int
    candidates: int
    linked: int
    for_review: int


def link(
    warehouse: Warehouse, *, month: str | None = None, engine: str = DUCKDB, model: Model | None = None
) -> LinkageSummary:
    """Link the persons of ``crosschecks.linkable_persons`` and store the pairs of class D.

    Shape:  ``crosschecks.linked_pairs``, one row per pair of person ids, the smaller first, with its
            probability, whether it is linked or for review, and the reasons in words. ``month`` is the month
            whose batch that is: where known, only persons with another version than in the month linked last
            are read.
    Again:  only who is new or changed is compared again, in one transaction; the result equals a full run.
    Raises: SettingInvalid when the engine is not installed; nothing is changed then.
    """
    chosen = model or newest_model()
    register.prepare(warehouse)
    with warehouse.connect(layer=LAYER) as connection:
        changes = register.update(connection, model=chosen.name, month=month)
        candidates = _score(connection, engine, chosen, changes) if changes.relinked else 0
        linked, for_review = _store_decisions(connection, is_whole=changes.is_whole)
    return LinkageSummary(changes.population, changes.relinked, candidates, linked, for_review)


def _score(connection: Connection, engine_name: str, model: Model, changes: Changes) -> int:
    """Score the pairs of whoever is relinked; return how many records were compared."""
    if not choose_candidates(connection):
        return 0
    with open_engine(engine_name) as engine:
        settings = model.settings_for(changes.population, engine=engine_name)
        return _score_candidates(connection, engine, settings, changes.population)


def _score_candidates(
    connection: Connection, engine: Engine, settings: dict[str, Any], population: int
) -> int:
    candidates = write_candidates(connection, engine.folder, population=rounded_population(population))
    left, right, frequencies = (
        engine.read(path, f"linkage_{path.stem}")
        for path in (candidates.left, candidates.right, candidates.frequencies)
    )
    scored = score_between(left, right, frequencies=frequencies, settings=settings, least=REVIEW)
    path = engine.folder / "scored.parquet"
    levels = ", ".join(f"gamma_{name}" for name in _LEVELS)
    engine.write(scored, f"person_id_l, person_id_r, match_probability, {levels}", path)
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "copy crosschecks.linkage_pairs (person_id, other_person_id, probability,"
            " name_level, birth_level, sex_level, number_level) from stdin"
        ) as copy,
    ):
        for left, right, *values in _rows(path):
            copy.write_row((min(left, right), max(left, right), *values))
    return candidates.count


def _rows(path: Path) -> Iterator[tuple]:
    """Stream the rows of a Parquet file, or of a folder of them."""
    import pyarrow.dataset as ds

    for batch in ds.dataset(path, format="parquet").to_batches():
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _store_decisions(connection: Connection, *, is_whole: bool) -> tuple[int, int]:
    """Decide the pairs of whoever is touched, or all; return how many are linked and for review."""
    if is_whole:
        connection.execute("truncate crosschecks.linked_pairs")
        _copy_decisions(connection, decide(_scored_pairs(connection, "true")))
    else:
        connection.execute(_TOUCHED)
        touched = {key for (key,) in connection.execute("select person_id from linkage_touched")}
        decisions = decide(_scored_pairs(connection, _OF_BESIDE))
        _copy_decisions(
            connection, (of for of in decisions if of.person_id in touched or of.other_person_id in touched)
        )
    connection.execute("analyze crosschecks.linked_pairs")
    linked, for_review = one_row(
        connection.execute(
            "select count(*) filter (where is_linked), count(*) filter (where not is_linked)"
            " from crosschecks.linked_pairs"
        )
    )
    return linked, for_review


def _scored_pairs(connection: Connection, condition: LiteralString) -> list[ScoredPair]:
    query = sql.SQL(_SCORED).format(condition=sql.SQL(condition))
    return [ScoredPair(*row) for batch in in_batches(connection, query) for row in batch]


def _copy_decisions(connection: Connection, decisions: Iterable[Decision]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "copy crosschecks.linked_pairs (person_id, other_person_id, is_linked, score,"
            " reason_zh, reason_en) from stdin"
        ) as copy,
    ):
        for decision in decisions:
            copy.write_row(
                (
                    decision.person_id, decision.other_person_id, decision.is_linked,
                    f"{decision.probability:.6f}", decision.reason_zh, decision.reason_en,
                )
            )  # fmt: skip
