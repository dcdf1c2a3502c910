"""Files of the feeds: received from the inbox, validated, and landed wholly or not at all."""

from ingestion.files.loading.intake import process_feed

__all__ = ["process_feed"]
