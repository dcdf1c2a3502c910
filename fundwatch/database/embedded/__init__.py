"""The embedded PostgreSQL: ``server`` creates, starts and stops it, ``account`` is who root runs it as."""

from fundwatch.database.embedded.server import AIRFLOW, EmbeddedPostgres, ServerStatus

__all__ = ["AIRFLOW", "EmbeddedPostgres", "ServerStatus"]
