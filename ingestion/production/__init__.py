"""The production database: read in one consistent transaction, landed as what changed since."""

from ingestion.production.extract import FORMAT, land_production

__all__ = ["FORMAT", "land_production"]
