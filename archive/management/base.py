"""What the commands of the archive have in common."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class ArchiveCommand(BaseCommand):
    """A command that needs the tables as this version has them, and says so where they are not."""

    requires_migrations_checks = True

    def check_migrations(self) -> None:
        """Raise CommandError, with exit code 2, where the database waits for a migration."""
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError(
                "The database is not set up, or not for this version of the archive. "
                "Run first: manage.py migrate",
                returncode=2,
            )
