"""R5, the quality bulletin."""
