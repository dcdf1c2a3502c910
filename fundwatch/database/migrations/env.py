"""Alembic's entry point: run the revisions on the warehouse we were given."""

from alembic import context
from sqlalchemy import create_engine

from fundwatch.database.migrations import VERSION_TABLE

engine = create_engine(context.config.attributes["url"], hide_parameters=True)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        version_table=VERSION_TABLE,
        version_table_schema="ops",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
