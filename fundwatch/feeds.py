"""The feeds, by name."""

# Base declarations are sent once a year.
MONTHLY_FILE_FEEDS = ("tax", "bank", "civil_registry", "finance")
FILE_FEEDS = (*MONTHLY_FILE_FEEDS, "declaration")
FEEDS = ("production", *FILE_FEEDS)
