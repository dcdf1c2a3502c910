"""What earlier releases left: a small warehouse of each, to upgrade from."""
