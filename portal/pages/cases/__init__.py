"""Suspicious points: the queue, one point with its evidence and what was done, a search by number."""
