"""Publish a month: collect its report cells and scorecard, render them, number them, sign them off.

A publication is a snapshot (docs/publications.md): its content is stored with it, so that rendering it again
gives the same bytes, whatever has been built since.
"""
