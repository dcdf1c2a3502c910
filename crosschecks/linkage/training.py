"""Trains the model on a register of persons and copies of them, reproducibly; measures what it then finds."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from crosschecks.linkage.copies import Person, copies_of
from crosschecks.linkage.deciding import ScoredPair, decide
from crosschecks.linkage.engines import DUCKDB, Engine, open_engine
from crosschecks.linkage.frames import record_batch, write_frequencies
from crosschecks.linkage.model import Model, rounded_population
from crosschecks.linkage.records import compared
from crosschecks.linkage.scoring import linker_of, score_between
from crosschecks.linkage.settings import BLOCKS, person_settings
from crosschecks.linkage.thresholds import LINK, REVIEW
from fundwatch.database.warehouse import Warehouse
from fundwatch.errors import NotFound, UsageWrong

if TYPE_CHECKING:
    from splink.internals.splink_dataframe import SplinkDataFrame

SAMPLED_PAIRS: Final = 5_000_000
"""Random pairs that say how often values of two humans agree: a birthday is shared once in 20,000."""
FEWEST_PERSONS: Final = 1000
_DIGITS = 6
_MEASURED_AT: Final = (REVIEW, 0.9, 0.95, LINK, 0.999)
_PERSONS = (
    "select person_id, person_name, identity_number, identity_number_18, birth_on, sex"
    ' from crosschecks.linkable_persons order by person_id collate "C"'
)


@dataclass(frozen=True)
class Measured:
    """What is found of the copies from a probability on: pairs linked, right ones, and those there are."""

    threshold: float
    linked: int
    right: int
    planted: int

    @property
    def precision(self) -> float:
        """Right among the linked pairs."""
        return self.right / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        """Linked among the pairs there are."""
        return self.right / self.planted if self.planted else 1.0


@dataclass(frozen=True)
class Training:
    """A trained model, the register it was trained on, the pairs of each block, and what it finds."""

    model: Model
    seed: int
    persons: int
    copies: int
    register_sha256: str
    blocks: tuple[tuple[str, int, int], ...]
    measured: tuple[Measured, ...]


def model_name(day: str) -> str:
    """Return the name of the model trained on a day.

    Raises: UsageWrong when it is no day, written YYYY-MM-DD.
    """
    try:
        return f"persons-{date.fromisoformat(day):%Y-%m-%d}"
    except ValueError:
        raise UsageWrong("a model is dated by a day", next_step="Write it as YYYY-MM-DD") from None


def read_register(warehouse: Warehouse) -> list[Person]:
    """Return the persons of the batch checked last that have a name and a valid number, one a number.

    Raises: NotFound when there are too few of them to learn from, or no month was checked.
    """
    humans: dict[str, Person] = {}
    with warehouse.connect(layer="crosschecks") as connection:
        (is_built,) = connection.execute(
            "select to_regclass('crosschecks.linkable_persons') is not null"
        ).fetchone() or (False,)
        rows = connection.execute(_PERSONS).fetchall() if is_built else []
    for person_id, name, number, valid_number, birth, sex in rows:
        values = compared(name, number, valid_number, birth, sex)
        if valid_number and values.name and valid_number not in humans:
            humans[valid_number] = Person(
                person_id, valid_number, values.name, valid_number, values.birth, values.sex, is_valid=True
            )
    if len(humans) < FEWEST_PERSONS:
        raise NotFound(
            f"a model is trained on {FEWEST_PERSONS} persons with a valid number; there are {len(humans)}",
            next_step="Run fundwatch crosscheck for a month of the whole register first",
        )
    return list(humans.values())


def train(persons: Sequence[Person], *, name: str, seed: int) -> Training:
    """Train a model on persons and copies of them.

    Again:  the same persons and seed give the same model, digit by digit.
    """
    copies = copies_of(persons, seed=seed)
    with open_engine(DUCKDB) as engine:
        register, frequencies = _load(engine, [*persons, *copies])
        model = Model(name, _estimated(engine, register, frequencies, seed=seed, persons=len(persons)))
        measured = tuple(_measure(engine, model, register, frequencies, [*persons, *copies]))
        blocks = tuple(_counted_blocks(engine))
    return Training(model, seed, len(persons), len(copies), _sha256(persons), blocks, measured)


def _load(engine: Engine, people: Sequence[Person]) -> tuple[SplinkDataFrame, SplinkDataFrame]:
    """Load the training register and the frequencies of its names into the engine."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    batch = record_batch(
        [
            (
                person.person_id, person.name, person.number, person.birth, person.sex, person.is_valid,
                not person.is_valid,
            )
            for person in people
        ]
    )  # fmt: skip
    table = pa.Table.from_batches([batch]).append_column(
        "human", pa.array([person.human for person in people], pa.string())
    )
    pq.write_table(table, engine.folder / "register.parquet")
    counts = Counter(person.name for person in people)
    write_frequencies(
        engine.folder / "names.parquet",
        {name: math.ceil(math.log2(count)) for name, count in counts.items()},
        population=rounded_population(len(people)),
    )
    return (
        engine.read(engine.folder / "register.parquet", "register"),
        engine.read(engine.folder / "names.parquet", "names"),
    )


def _estimated(
    engine: Engine, register: SplinkDataFrame, frequencies: SplinkDataFrame, *, seed: int, persons: int
) -> dict[str, Any]:
    """Return the settings with how often values agree: of two humans by chance (u), of one human (m).

    Chance is measured among the persons alone; the copies say how one human is written down twice.
    """
    strangers = linker_of(
        [engine.select("strangers", "select * from register where is_valid")], person_settings()
    )
    strangers.table_management.register_term_frequency_lookup(frequencies, "name")
    strangers.training.estimate_u_using_random_sampling(
        max_pairs=SAMPLED_PAIRS, seed=seed, min_count_per_level=None
    )
    linker = linker_of([register], strangers.misc.save_model_to_json())
    linker.table_management.register_term_frequency_lookup(frequencies, "name")
    linker.training.estimate_m_from_label_column("human")
    return _completed(linker.misc.save_model_to_json(), least=2 / (persons * (persons - 1)))


def _completed(settings: dict[str, Any], *, least: float) -> dict[str, Any]:
    """Round the parameters, and give ``least`` to those of which the register holds no example."""
    for comparison in settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            if level.get("is_null_level"):
                continue
            for parameter in ("m_probability", "u_probability"):
                value = max(level.get(parameter) or 0.0, least)
                level[parameter] = float(f"{value:.{_DIGITS}g}")
    settings["probability_two_random_records_match"] = float(f"{least:.{_DIGITS}g}")
    settings["linker_uid"] = ""
    return settings


def _measure(
    engine: Engine, model: Model, register: SplinkDataFrame, frequencies: SplinkDataFrame,
    people: Sequence[Person],
) -> Iterator[Measured]:  # fmt: skip
    """Link the training register as a month's is linked, and compare with what was planted."""
    copies = engine.select("copies", "select * from register where not is_valid")
    scored = score_between(
        copies, register, frequencies=frequencies, settings=model.settings_for(len(people)), least=REVIEW
    )
    of = {person.person_id: person for person in people}
    rows = engine.rows(
        "select person_id_l, person_id_r, match_probability, gamma_name, gamma_birth, gamma_sex, gamma_number"
        f" from {scored.physical_name} order by 1, 2"
    )
    pairs = [_scored(row, of) for row in rows]
    humans = Counter(person.human for person in people)
    planted = sum(count * (count - 1) // 2 for count in humans.values())
    decisions = [decision for decision in decide(pairs) if decision.is_linked or decision.probability < LINK]
    for threshold in _MEASURED_AT:
        linked = [
            of[decision.person_id].human == of[decision.other_person_id].human
            for decision in decisions
            if decision.probability >= threshold
        ]
        yield Measured(threshold, len(linked), sum(linked), planted)


def _scored(row: tuple[Any, ...], of: dict[str, Person]) -> ScoredPair:
    left, right = of[row[0]], of[row[1]]
    _, _, probability, name, birth, sex, number = row
    return ScoredPair(
        person_id=left.person_id,
        other_person_id=right.person_id,
        probability=probability,
        name_level=name,
        birth_level=birth,
        sex_level=sex,
        number_level=number,
        valid_number=left.number if left.is_valid else None,
        other_valid_number=right.number if right.is_valid else None,
        number=left.number,
        other_number=right.number,
    )


def _counted_blocks(engine: Engine) -> Iterator[tuple[str, int, int]]:
    """Yield for each block what it is, how many pairs it compares, and how many of them are one human."""
    for block in BLOCKS:
        ((compared_pairs, right),) = engine.rows(
            "select count(*), count(*) filter (l.human = r.human) from register as l inner join register as r"
            f" on {block.shared('l', 'r')} where not l.is_valid and (r.is_valid or l.person_id < r.person_id)"
        )
        yield (
            ", ".join(key.format("").replace("(.", "(").lstrip(".") for key in block.keys),
            compared_pairs,
            right,
        )


def _sha256(persons: Sequence[Person]) -> str:
    """Return the SHA-256 of the register, so that a training can be told from another."""
    digest = hashlib.sha256()
    for person in persons:
        digest.update(repr(person).encode())
    return digest.hexdigest()
