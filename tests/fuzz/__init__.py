"""Fuzzing of every parser: whatever the bytes are, records or a failed check, soon, in little memory.

``growing`` grows inputs by the lines of our code they reach; ``targets`` is the one place that knows how
parsers are called. FUNDWATCH_TEST_FUZZ_SECONDS lengthens the run, FUNDWATCH_TEST_FUZZ_SEED varies it.
"""
