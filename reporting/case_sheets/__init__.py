"""Evidence sheets: a page per case with every row behind it; of a death, the settlement of its benefits."""

from reporting.case_sheets.sheet import case_sheet

__all__ = ["case_sheet"]
