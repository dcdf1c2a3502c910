"""Lists as files: CSV as spreadsheets read it, and workbooks with real numbers."""

from portal.exports.asking import Wanted, exported

__all__ = ["Wanted", "exported"]
