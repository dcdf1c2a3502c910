"""Rectification lists per county, as workbooks."""
