"""Judge what landed: the rates, the rules, thresholds and grades of a month (docs/quality.md).

One declaration per rule (``expectations.rules``) gives both the Great Expectations suite that judges the
whole table and the rule's place in the one scan that counts by division. Results live in schema ``quality``.
"""

from expectations.measure import measure
from expectations.summary import MeasureSummary

__all__ = ["MeasureSummary", "measure"]
