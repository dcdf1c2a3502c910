"""Reconciliation: set tax bureau, treasury, banks and books against the ledgers, to the cent.

The checks are models of ``dbt_project/models/reconciliation``; what SQL cannot do, such as choosing which
entries belong together, happens here between two builds of that layer.
"""

from reconciliation.reconciling import reconcile
from reconciliation.summary import LEFT_OUT_COLUMNS, ReviewSummary, read_left_out, read_review

__all__ = ["LEFT_OUT_COLUMNS", "ReviewSummary", "read_left_out", "read_review", "reconcile"]
