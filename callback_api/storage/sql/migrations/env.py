"""How Alembic runs: on the connection that `migrate` gives it, within its transaction, with a version table of ours."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table=context.config.attributes["tables"].version,
    transaction_per_migration=False,
)
context.run_migrations(prefix=context.config.attributes["tables"].prefix)
