"""Contribution bases: units, persons and exceptions of a publication, and the sheet of one unit."""
