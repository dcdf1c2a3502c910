"""Linkage of persons: pairs of person ids of one human that no equal identity number shows (class D)."""

from crosschecks.linkage.linking import LinkageSummary, link

__all__ = ["LinkageSummary", "link"]
