"""Modules the jinja templater of sqlfluff sees under their own names (``library_path``)."""
