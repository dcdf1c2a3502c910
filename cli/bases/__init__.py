"""Commands about contribution bases."""
