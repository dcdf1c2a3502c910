"""The quarterly analysis."""
