"""The rates and what is derived from them: categories, fund data, longitudinal checks, thresholds, grades."""
