"""Commands of the portal: its server, and its users."""
