"""What is planted for the cross-checks: scenes of fresh persons, one module a group of rules."""
