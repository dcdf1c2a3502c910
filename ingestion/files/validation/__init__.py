"""Whether a file and each of its rows can be loaded, and what is refused for which reason."""
