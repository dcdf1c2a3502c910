"""The database of the warehouse: the server it runs on, its schema, its roles, connections to it."""
