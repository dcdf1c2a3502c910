"""The scorecard page."""
