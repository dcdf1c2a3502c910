"""What the reconciliation of a month found, read from what its models keep."""

from __future__ import annotations

from dataclasses import dataclass

from fundwatch.database.warehouse import Warehouse
from reconciliation.bases import BasesSummary

# What the checks need beside vouchers, and the formats it comes in.
_FORMATS = {
    "treasury": ("tax", ("treasury-receipt-csv/1",)),
    "statements": ("bank", ("camt.053/1", "mt940/1", "bank-statement-csv/1")),
    "returns": ("bank", ("payment-return-csv/1",)),
    "journals": ("finance", ("deposit-journal-csv/1",)),
    "trial_balances": ("finance", ("trial-balance-csv/1",)),
}
_FILES = """
    select feed, format, count(*) from ops.files
    where month = %s and state = 'loaded' and feed in ('tax', 'bank', 'finance') group by feed, format
"""
_OTHERS = """
    select check_name || '_' || status, count(*) from reconciliation.results
    where month = %s and check_name <> 'arrival_review' group by check_name, status order by 1
"""
# A file that another one replaced took an entry with it: the match says nothing while it lacks one.
_INCOMPLETE = """
    select count(*) from ops.hand_match_states as matches
    where is_in_force and from_month <= %(month)s and not exists (
        select from reconciliation.statement_items as items
        where items.month = %(month)s and items.match_id = matches.match_id::text
    )
"""
# The arrival review counts its own by kind of row; of the other checks those that left something out.
_LEFT_OUT = """
    select check_name || '_left_out_' || reason, count(*) from reconciliation.left_out
    where month = %s and check_name <> 'arrival_review' group by check_name, reason order by 1
"""
LEFT_OUT_COLUMNS = ("check", "reason", "reference", "source_file_id", "source_row")
_LEFT_OUT_ROWS = """
    select check_name, reason, reference, source_file_id, source_row from reconciliation.left_out
    where month = %s order by check_name, reason, reference, source_file_id, source_row
"""
_STATUSES = ("matched", "amount_differs", "tax_only", "agency_only", "unknown_payer", "late_fee")


@dataclass(frozen=True)
class ReviewSummary:
    """What was reconciled of a month: files received, rows by check and status, and what was left out.

    While no tax file of the month has arrived the arrival review has no rows: contributions are not held
    against a feed that is missing. Each row of ``left_out`` stands in ``reconciliation.left_out``.
    ``files`` counts those of the other formats, ``others`` the rows of the other checks as
    ``<check>_<status>``, and matches by hand that do not hold because they lack an entry.
    """

    month: str
    tax_files: int
    vouchers: int
    vouchers_matched: int
    rows: dict[str, int]
    left_out: dict[str, int]
    files: dict[str, int]
    others: dict[str, int]
    bases: BasesSummary | None = None
    workbooks: int = 0

    def counts(self) -> dict[str, int | str]:
        """Return figures and short words only."""
        received = f"{self.tax_files} voucher files" if self.tax_files else "not received"
        return {
            "tax": received,
            **{what: f"{count} files" if count else "not received" for what, count in self.files.items()},
            "vouchers": self.vouchers,
            "vouchers_matched": self.vouchers_matched,
            **{f"rows_{status}": count for status, count in self.rows.items()},
            **self.left_out,
            **self.others,
            **(self.bases.counts() if self.bases else {}),
            **({"base_workbooks": self.workbooks} if self.bases else {}),
        }


def read_review(warehouse: Warehouse, *, month: str) -> ReviewSummary:
    """Return the figures of the arrival review of ``month`` as built last."""
    with warehouse.connect() as connection:
        figures = {
            metric: (numerator, denominator)
            for metric, numerator, denominator in connection.execute(
                "select metric, numerator, denominator from reconciliation.summary where month = %s",
                (month,),
            )
        }
        loaded = {(feed, form): count for feed, form, count in connection.execute(_FILES, (month,))}
        others: dict[str, int] = dict(connection.execute(_OTHERS, (month,)).fetchall())
        ((incomplete,),) = connection.execute(_INCOMPLETE, {"month": month})
        if incomplete:
            others["hand_matches_that_lack_an_entry"] = incomplete
        left_out: dict[str, int] = dict(connection.execute(_LEFT_OUT, (month,)).fetchall())
    matched, vouchers = figures.get("review_rate", (0, 0))
    return ReviewSummary(
        month=month,
        tax_files=figures.get("tax_files", (0, None))[0],
        vouchers=vouchers or 0,
        vouchers_matched=matched,
        rows={status: figures.get(f"rows_{status}", (0, None))[0] for status in _STATUSES},
        left_out={
            metric: count
            for metric, (count, _) in sorted(figures.items())
            if "left_out" in metric or metric == "refunds_without_original"
        }
        | left_out,
        files={
            what: sum(loaded.get((feed, form), 0) for form in forms)
            for what, (feed, forms) in _FORMATS.items()
        },
        others=others,
    )


def read_left_out(
    warehouse: Warehouse, *, month: str
) -> list[tuple[str, str, str | None, str | None, int | None]]:
    """Return what the checks of ``month`` left out as built last: ``LEFT_OUT_COLUMNS``, one row each."""
    with warehouse.connect() as connection:
        [(is_built,)] = connection.execute("select to_regclass('reconciliation.left_out') is not null")
        return connection.execute(_LEFT_OUT_ROWS, (month,)).fetchall() if is_built else []
