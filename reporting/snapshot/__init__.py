"""What a publication holds: the month's figures, cases and quality, read once from the warehouse."""
