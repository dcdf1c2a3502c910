"""Loading: the intake of files, one attempt at a time, each wholly or not at all; repeats and releases."""
