"""Commands of cases: the queue, and the life of one case."""
