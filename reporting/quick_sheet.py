"""A worksheet of many cells: the bytes that xlsxwriter writes, with less work for each cell."""

from __future__ import annotations

import re
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellNumberTuple, CellStringTuple, Worksheet

# What xlsxwriter escapes, or marks as space to keep.
_UNUSUAL = re.compile(r'["&<>_\x00-\x1f\ufffe\uffff]|^\s|\s$')
_COLUMNS = tuple(xl_col_to_name(column) for column in range(64))


class QuickSheet(Worksheet):
    """A sheet of a workbook in ``constant_memory``, added as its ``worksheet_class``."""

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """Write a number or an ordinary text at once; leave all else to xlsxwriter."""
        kind = type(cell)
        if cell.format is not None and col < len(_COLUMNS):
            opening = f'<c r="{_COLUMNS[col]}{row + 1}" s="{cell.format._get_xf_index()}"'
            if kind is CellNumberTuple:
                self.fh.write(f"{opening}><v>{cell.number:.16G}</v></c>")
                return
            if kind is CellStringTuple and self.constant_memory and not _UNUSUAL.search(cell.string):
                self.fh.write(f'{opening} t="inlineStr"><is><t>{cell.string}</t></is></c>')
                return
        super()._write_cell(row, col, cell)
