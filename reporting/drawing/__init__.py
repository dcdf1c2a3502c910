"""Rendering: charts, sparklines, typesetting, HTML templates."""
