"""How Alembic reaches the tables. It always runs on the connection that `Database.migrate` opened."""

from alembic import context

from vastine.edges.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
