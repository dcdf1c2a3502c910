"""The agency's database as a source: connecting, its dialects, its rows as lines of COPY text."""
