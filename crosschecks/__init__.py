"""Cross-checks: match the sources against each other and list suspicious points.

Matching by equal identity numbers, the rules and the cases are models of ``dbt_project/models/crosschecks``;
what SQL cannot do, judging how alike two names are, happens here between two builds of that layer.
"""

from crosschecks.checking import check
from crosschecks.summary import CaseSummary, RuleCount

__all__ = ["CaseSummary", "RuleCount", "check"]
