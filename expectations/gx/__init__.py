"""Expectations of our own for Great Expectations, usable on any columns of any table of PostgreSQL.

Each counts rows checked and rows failing in SQL; the engine bundles the counts of a suite into one query per
table. No value of a row is asked for. ``conditions`` is the SQL and imports nothing; ``rows`` is what all of
them share; ``columns`` are the expectations.
"""
