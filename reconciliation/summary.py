"""What the reconciliation of a month found, read from what its models keep."""

from __future__ import annotations

from dataclasses import dataclass

from fundwatch.database.warehouse import Warehouse

_STATUSES = ("matched", "amount_differs", "tax_only", "agency_only", "unknown_payer", "late_fee")


@dataclass(frozen=True)
class ReviewSummary:
    """The arrival review of a month: files, vouchers, rows by status, and what was left out.

    While no tax file of the month has arrived there are no rows: contributions are not held against a
    feed that is missing.
    """

    month: str
    tax_files: int
    vouchers: int
    vouchers_matched: int
    rows: dict[str, int]
    left_out: dict[str, int]

    def counts(self) -> dict[str, int | str]:
        """Return figures and short words only."""
        received = f"{self.tax_files} voucher files" if self.tax_files else "not received"
        return {
            "tax": received,
            "vouchers": self.vouchers,
            "vouchers_matched": self.vouchers_matched,
            **{f"rows_{status}": count for status, count in self.rows.items()},
            **self.left_out,
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
        },
    )
