"""Runs the migrations on the connection that `Store.migrate` hands over."""

from alembic import context

from chat.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite cannot change a column, so that its table is written anew.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
