"""Commands of cases: ``cases`` lists the queue, ``case`` shows one and records its next event."""
