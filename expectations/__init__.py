"""Measure the quality of landed rows: the rates, rules, thresholds and grades of a month (docs/quality.md).

One declaration per rule (``expectations.rules``) gives both the Great Expectations suite of a table and the
rule's bit in the one scan that counts by division. Results are in schema ``quality``.
"""

from expectations.measure import measure
from expectations.summary import MeasureSummary

__all__ = ["MeasureSummary", "measure"]
