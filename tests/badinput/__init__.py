"""Bad input, kind by kind: small named generators of files, each with its expected outcome.

The kinds are those of the fault catalogue (F envelope, C record and field, X tax, B bank, R death events,
N books, E production; QT too many refused, C00 values in bulk, ZZ two faults at once), the outcomes those of
docs/feeds. Nothing here uses the readers, the grammar or the contracts.
"""
