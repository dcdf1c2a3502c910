"""Files of the feeds: found in the inbox, checked, and landed wholly or not at all."""

from ingestion.files.loading.intake import take_feed

__all__ = ["take_feed"]
