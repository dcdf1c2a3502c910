"""What all of Fundwatch shares: settings, database, errors, identity and credit numbers, names, months.

Nothing here imports the packages that do the work; only ``cli`` calls them.
"""

__version__ = "0.1.0"
