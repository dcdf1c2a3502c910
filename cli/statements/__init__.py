"""Commands of balance statements: one account's, and matches by hand."""
