"""The intake of a file: one attempt at a time, wholly or not at all, with repeats and releases."""
