"""Validation of a file and of each of its rows: what may land, what is quarantined for which reason."""
