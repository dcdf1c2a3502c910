"""The rates and what is made of them: categories, fund data, longitudinal checks, thresholds, grades."""
