"""What was found in a month against what the simulator planted: recall and precision by rule and check."""

from pipeline.evaluation.bases import month_of_bases
from pipeline.evaluation.comparison import Evaluation
from pipeline.evaluation.rules import evaluate

__all__ = ["Evaluation", "evaluate", "month_of_bases"]
