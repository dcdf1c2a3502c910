"""Form B1: the bases of one unit, and per county the exceptions and the units that have any."""
