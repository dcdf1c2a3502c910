"""How pages are drawn: charts, sparklines, typesetting, HTML templates."""
