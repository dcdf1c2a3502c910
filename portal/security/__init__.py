"""Who is there: sessions, passwords, forms of our own, identity providers."""
