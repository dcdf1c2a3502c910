"""Links the persons of a warehouse on Spark: ``python link_on_spark.py PACKAGES HOME DATABASE_URL``.

``PACKAGES`` is where pyspark is installed; it stands behind the packages of this Python.
"""

from __future__ import annotations

import sys
from pathlib import Path

from crosschecks.linkage import link
from fundwatch.database.warehouse import open_warehouse
from fundwatch.settings import Settings


def main(packages: str, home: str, url: str) -> None:
    """Link, and let an exit code of 0 say that it was done."""
    sys.path.append(packages)
    link(open_warehouse(Settings(home=Path(home), database_url=url)), engine="spark")


if __name__ == "__main__":
    main(*sys.argv[1:])
