"""Quality: divisions by tables with grades; each rate with its trend; rules with counts and failing rows."""
