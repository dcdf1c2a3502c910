"""Home: for each role of the user what waits for it, with counts; a module for each role."""
