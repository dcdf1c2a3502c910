"""The feeds, by name."""

FILE_FEEDS = ("tax", "bank", "civil_registry", "finance", "declaration")
FEEDS = ("production", *FILE_FEEDS)
