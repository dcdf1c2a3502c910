"""Great Expectations: our own expectations, the validator, one validation run, and its Data Docs.

Our expectations work on any columns of any table of PostgreSQL. Each counts rows checked and rows failing in
SQL; the engine bundles the counts of a suite into one query per table. No value of a row is read.
``conditions`` is the SQL and imports nothing; ``base`` is the common base class.
"""
