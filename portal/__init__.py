"""The portal: one door to what was published, and the database stands in it.

Server-rendered pages and a JSON API over the schemas ``published`` and ``portal``. Which rows a user sees is
decided by PostgreSQL from the session alone; nothing here filters rows by right.
"""
