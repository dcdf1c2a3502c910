"""What links the persons of a warehouse: we, a bare Splink script, recordlinkage.

``python -m benchmarks.linkage.legs LEG HOME DATABASE_URL MONTH`` prints the pairs and what they took as JSON.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.findings import peak_memory, taken
from crosschecks.linkage import link
from crosschecks.linkage.frames import record_batch, write_frequencies
from crosschecks.linkage.model import newest_model, rounded_population
from crosschecks.linkage.records import compared
from crosschecks.linkage.settings import BLOCKS
from crosschecks.linkage.thresholds import REVIEW
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings

_READ = (
    "select person_id, person_name, identity_number, identity_number_18, birth_on, sex"
    " from crosschecks.linkable_persons"
)
_ONE_INVALID = "not (l.is_valid and r.is_valid)"
Found = dict[str, Any]


def ours(home: str, url: str, month: str) -> Found:
    """Link as the step does; return the pairs it scored."""
    link(open_warehouse(Settings(home=Path(home), database_url=url)), month=month)
    return {}


def splink(home: str, url: str, _month: str) -> Found:
    """Read everybody, work out what is compared, and let Splink predict."""
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq
    from splink import DuckDBAPI, Linker

    rows = _records(url)
    population = len(rows)
    settings = newest_model().settings_for(population)
    settings["blocking_rules_to_generate_predictions"] = [
        f"{block.shared('l', 'r')} and {_ONE_INVALID}" for block in BLOCKS
    ]
    counts = Counter(row[1] for row in rows if row[1] is not None)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        path = Path(folder)
        pq.write_table(pa.Table.from_batches([record_batch(rows)]), path / "persons.parquet")
        write_frequencies(
            path / "names.parquet",
            {name: math.ceil(math.log2(count)) for name, count in counts.items()},
            population=rounded_population(population),
        )
        connection = duckdb.connect(":memory:")
        api = DuckDBAPI(connection=connection)
        for table in ("persons", "names"):
            connection.execute(
                f"create table {table} as select * from read_parquet('{path / table}.parquet')"
            )
        linker = Linker(api.register("persons"), settings)
        linker.table_management.register_term_frequency_lookup(api.register("names"), "name")
        scored = linker.inference.predict(threshold_match_probability=REVIEW)
        pairs = connection.execute(
            f"select person_id_l, person_id_r, match_probability from {scored.physical_name}"
        ).fetchall()
    return {"pairs": _comparable(pairs)}


def recordlinkage(_home: str, url: str, _month: str) -> Found:
    """Read everybody, block and compare with recordlinkage; return how many pairs were compared."""
    import pandas as pd
    import recordlinkage as rl

    columns = ("person_id", "name", "number", "birth", "sex", "is_valid", "is_relinked")
    frame = pd.DataFrame(_records(url), columns=columns).set_index("person_id")
    index = rl.Index()
    for place, keys in enumerate(_block_columns(frame)):
        for number, key in enumerate(keys):
            frame[f"block_{place}_{number}"] = key
        index.block([f"block_{place}_{number}" for number in range(len(keys))])
    pairs = index.index(frame)
    valid = frame["is_valid"]
    both = valid.loc[pairs.get_level_values(0)].to_numpy() & valid.loc[pairs.get_level_values(1)].to_numpy()
    pairs = pairs[~both]
    compare = rl.Compare()
    compare.exact("name", "name")
    compare.string("name", "name", method="damerau_levenshtein")
    compare.string("birth", "birth", method="damerau_levenshtein")
    compare.exact("sex", "sex")
    compare.string("number", "number", method="damerau_levenshtein")
    compare.compute(pairs, frame)
    return {"pairs": [], "compared": len(pairs)}


def _block_columns(frame: Any) -> list[list[Any]]:
    """Return the values of each block, as ``settings.BLOCKS`` states them in SQL."""
    name, birth, number = frame["name"].str, frame["birth"].str, frame["number"].str
    return [
        [frame["name"], birth[:6]],
        [frame["name"], birth[4:8]],
        [frame["name"], birth[:4], birth[6:8]],
        [frame["birth"], name[:1]],
        [frame["birth"], name[-1:], name.len()],
        [number[:14]],
        [number[-12:]],
        [number[:6], number[-4:], name[:1]],
    ]


def _records(url: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(_READ).fetchall()
    values = [(row, compared(*row[1:])) for row in rows]
    return [(row[0], of.name, of.number, of.birth, of.sex, row[3] is not None, True) for row, of in values]


def _comparable(pairs: list[Any]) -> list[list[Any]]:
    return sorted(
        [min(person, other), max(person, other), f"{probability:.9f}"] for person, other, probability in pairs
    )


def _stored_pairs(url: str) -> list[list[Any]]:
    with psycopg.connect(url) as connection:
        return _comparable(
            connection.execute(
                "select person_id, other_person_id, probability from crosschecks.linkage_pairs"
            ).fetchall()
        )


def main(leg: str, home: str, url: str, month: str) -> None:
    """Run a leg; print what it found and what it took."""
    import pandas as pd  # noqa: F401 - imports are not counted
    import pypinyin  # noqa: F401
    import recordlinkage as _  # noqa: F401
    from splink import DuckDBAPI, Linker  # noqa: F401

    legs: dict[str, Callable[[str, str, str], Found]] = {
        "ours": ours, "splink": splink, "recordlinkage": recordlinkage,
    }  # fmt: skip
    linked: Found = {}
    run = taken(url, lambda: linked.update(legs[leg](home, url, month)))
    if leg == "ours":
        linked["pairs"] = _stored_pairs(url)
    print(json.dumps({**linked, "seconds": run.clock, "cpu": run.cpu, "memory": peak_memory()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
