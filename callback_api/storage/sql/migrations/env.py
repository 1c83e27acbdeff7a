"""Environment of Alembic: the connection of `migrate`, within its transaction, with our own version table."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table=context.config.attributes["tables"].version,
    transaction_per_migration=False,
)
context.run_migrations(prefix=context.config.attributes["tables"].prefix)
