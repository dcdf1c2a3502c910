"""Work lists: what a county has to verify, as a workbook, and the verdicts of a returned one."""
