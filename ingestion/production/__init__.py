"""The production database: read in one consistent transaction; only changes are landed."""

from ingestion.production.extract import land_production
from ingestion.production.ledger import FORMAT

__all__ = ["FORMAT", "land_production"]
