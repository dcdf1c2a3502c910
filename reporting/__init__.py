"""Publish a month: collect its report cells and scorecard, render them, number them, have them signed.

A publication is a snapshot (docs/publications.md): what it shows is stored with it, so that rendering it
again gives the same bytes, whatever has been built since.
"""
