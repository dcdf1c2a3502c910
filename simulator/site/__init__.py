"""The site's parameter files of the simulated city."""
