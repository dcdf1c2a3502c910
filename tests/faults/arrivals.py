"""The arrivals of the fault tests: a file of every format, one of every outcome, two months of production."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from fundwatch.months import parse_range
from fundwatch.settings import Settings
from simulator import simulate
from tests.integration.ingestion.support import file_of, receipts, voucher, vouchers, write_file

BEFORE, MONTH = "2024-05", "2024-06"
# One county's files of each format, and those sent for the whole city.
_KEPT = (f"230602-{MONTH}", f"230600-{MONTH}")
_COUNTY = "230603"
_PERSONS = 60
# A table the source has no rows of before the month.
_BEGUN = "YC02"


def write_arrivals(folder: Path) -> Settings:
    """Write a city into ``folder`` and return settings that read it; ``home`` and the database are to be set.

    The month before is landed first, in peace; faults strike while the month itself is landed.
    """
    city = folder / "city"
    simulate(
        out=city, months=parse_range(f"{BEFORE}..{MONTH}"), persons=_PERSONS, seed=7, production_url=None
    )
    with closing(sqlite3.connect(city / f"production-{BEFORE}.db")) as production, production:
        production.execute(f"delete from {_BEGUN}")  # so that its first rows are landed with the month
    for path in (city / "inbox").rglob("*"):
        if path.is_file() and not any(kept in path.name for kept in _KEPT):
            path.unlink()
    settings = Settings(
        home=folder / "home",
        inbox=city / "inbox",
        site=city / "site",
        production_url=f"sqlite:///{city}/production-{{month}}.db",
    )
    _write_fates(settings)
    return settings


def _write_fates(settings: Settings) -> None:
    """Add a file of every outcome: quarantined, repeated, replaced, duplicate, held, rejected, waiting."""
    repeated = voucher(amount="7.10")
    good = [voucher(amount="10.00") for _ in range(150)]
    mixed = vouchers(*good, repeated, repeated, voucher(amount="0.50", collected_on=""))
    _tax(settings, "mixed.csv", **mixed)
    _tax(settings, "mixed-again.csv", **mixed)
    unreadable = vouchers(*[voucher(amount="20.00") for _ in range(120)], voucher(amount="1,0"))
    _tax(settings, "unreadable-amount.csv", **{**unreadable, "amount_total": "2410.00"}, sequence=2)
    _tax(settings, "after-a-gap.csv", **vouchers(voucher()), sequence=9)
    _tax(settings, "too-many-refused.csv", **vouchers(voucher(), voucher(kind="?")), sequence=3)
    _tax(settings, "altered.csv", **vouchers(voucher()), sha256="0" * 64, sequence=5)
    _tax(settings, "early.csv", **vouchers(voucher()), month="2024-07")
    _tax(settings, "without-manifest.csv", **vouchers(voucher()), manifest=False)
    columns = ("month", "fund", "subject_code", "subject_name", "opening", "debit", "credit", "closing")
    balance = file_of(columns, [("202406", "110", "1002", "存款", "1.00", "2.00", "0.50", "2.50")])
    form = {"format": "trial-balance-csv/1", "amount_total": "2.50", "division": _COUNTY}
    write_file(settings, "finance", "balance.csv", **balance, **form)
    for month in (BEFORE, MONTH):
        old = receipts((f"r-{month}", "", "110", "5.00", "2024-06-20", "", _COUNTY))
        new = receipts((f"r-{month}", "", "110", "6.00", "2024-06-20", "", _COUNTY))
        replaced = hashlib.sha256(old["content"]).hexdigest()
        _tax(settings, f"receipts-{month}.csv", **old, month=month)
        _tax(settings, f"receipts-{month}-corrected.csv", **new, month=month, sequence=2, replaces=replaced)


def as_it_was_before(settings: Settings) -> Settings:
    """Return settings that read the inbox as it was the month before."""
    inbox = settings.inbox_folder.with_name("inbox-before")
    (inbox / "tax").mkdir(parents=True, exist_ok=True)
    for path in (settings.inbox_folder / "tax").glob(f"receipts-{BEFORE}.csv*"):
        shutil.copy2(path, inbox / "tax")
    return replace(settings, inbox=inbox)


def _tax(settings: Settings, name: str, content: bytes, **stated: object) -> None:
    write_file(settings, "tax", name, content, division=_COUNTY, **stated)
