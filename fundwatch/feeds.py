"""The feeds, by name."""

FILE_FEEDS = ("tax", "bank", "civil_registry", "finance")
FEEDS = ("production", *FILE_FEEDS)
