"""Publish a month: collect its report cells and scorecard, render them, number them, have them signed.

A publication is a snapshot (docs/publications.md): what it shows is stored with it, so that rendering it
again gives the same bytes, whatever has been built since.
"""

from reporting.publications.drafting import publish
from reporting.publications.signoff import approve, review
from reporting.publications.store import Publication, find

__all__ = ["Publication", "approve", "find", "publish", "review"]
