"""The thresholds of the example site: what a table must reach, and how bad it is when it does not."""

from __future__ import annotations

from collections.abc import Iterator

_TABLES = ("AB01", "AB02", "AC01", "AC02", "AC43", "AC60", "AC82")
# Every month adds rows to these.
_GROWING = ("AB07", "AC43", "AC82", "AC83")
_CATEGORIES = {
    "employers": "1", "working_persons": "0.90", "retirees": "0.96", "deaths": "1", "dependants": "1",
    "impostor_claims": "1", "transfers": "1",
}  # fmt: skip
_FUND_FORMATS = (
    "tax-voucher-csv/1", "treasury-receipt-csv/1", "bank-statement-csv/1", "camt.053/1", "mt940/1",
    "payment-return-csv/1", "deposit-journal-csv/1", "cremation-csv/1", "police-fixed/1",
    "death-certificate-jsonl/1",
)  # fmt: skip


def threshold_rows() -> Iterator[tuple[object, ...]]:
    """Yield the rows of ``thresholds.csv``."""
    for table in _TABLES:
        yield _row("load_rate", table, low="1", target="1", severity="critical")
        yield _row("completeness", table, low="1", target="1", severity="warning")
        yield _row("fill_rate", table, low="0.98", target="1", severity="warning")
        yield _row("code_match_rate", table, low="0.99", target="1", severity="warning")
        yield _row("anomaly_rate", table, high="0.02", target="0", severity="warning", grace=1)
        yield _row("duplication_rate", table, high="0.001", target="0", severity="warning")
    yield _row("duplication_rate_identity", "AC01", high="0.0005", target="0", severity="critical")
    yield _row("coverage", "AC01", low="0.90", target="1", severity="info")
    for category, target in _CATEGORIES.items():
        yield _row("accuracy", f"category:{category}", low=target, target=target, severity="warning")
    for layout in _FUND_FORMATS:
        yield _row("load_rate", layout, low="1", target="1", severity="critical")
        yield _row("timeliness", layout, low="0.9", target="1", severity="info")
    yield _row("arrival_review_rate", "tax-voucher-csv/1", low="0.99", target="1", severity="warning")
    yield from _changes()


def _changes() -> Iterator[tuple[object, ...]]:
    """Yield how far a month may stray from the six before: rows in proportion, rates by points."""
    yield _row("change:rows", "", low="-0.1", high="0.1", severity="info")
    for table in _GROWING:
        yield _row("change:rows", table, low="-0.01", high="0.5", severity="info")
    for metric in ("completeness", "fill_rate", "code_match_rate", "accuracy"):
        yield _row(f"change:{metric}", "", low="-0.02", severity="info")
    for metric in ("anomaly_rate", "duplication_rate"):
        yield _row(f"change:{metric}", "", high="0.01", severity="info")


def _row(
    metric: str,
    table: str,
    *,
    severity: str,
    target: str = "",
    low: str = "",
    high: str = "",
    grace: int = 0,
) -> tuple[object, ...]:
    return (metric, table, "", low, high, target, severity, grace, "2020-01", "", "数据质量科", "初始设定")
