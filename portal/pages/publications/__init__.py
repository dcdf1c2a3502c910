"""Publications: signatures, hashes, changed cells, files; review and approval."""
