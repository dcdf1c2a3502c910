"""Stands in for the model being rendered."""

resource_type = "model"
