"""Files of the feeds: received from the inbox, validated, and landed wholly or not at all."""

from ingestion.files.loading.intake import FeedProcessed, process_feed

__all__ = ["FeedProcessed", "process_feed"]
