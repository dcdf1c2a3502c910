"""The content of a publication: the month's figures, cases and quality, read once from the warehouse."""
