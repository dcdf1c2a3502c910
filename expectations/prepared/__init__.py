"""The prepared relation of a table: built once, refreshed by what changed, scanned and tallied."""
