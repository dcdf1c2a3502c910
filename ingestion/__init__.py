"""Ingestion: land what arrives, files and production extracts, unchanged and exactly once."""

from ingestion.landing import land
from ingestion.summary import FileNote, LandingSummary, TableLanded

__all__ = ["FileNote", "LandingSummary", "TableLanded", "land"]
