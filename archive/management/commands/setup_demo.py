"""``manage.py setup_demo``: all that the demo needs before its server starts."""

from __future__ import annotations

import secrets
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from archive.exceptions import IndexLocked, VocabularyError
from archive.management.import_report import complaints
from archive.services import indexing, outbox
from archive.services.patience import patiently
from archive.services.seeds import load_seeds

ACCOUNT = "editor"
PASSWORD_BYTES = 12


class Command(BaseCommand):
    help = (
        "Prepare the demo: database, static files, seeds, index and a staff account, whose "
        "password is printed once. A second run is quick and changes nothing."
    )
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = [
                self._migrate(),
                self._collect_static(),
                self._load_seeds(),
                self._update_index(),
                self._create_account(),
            ]
        except VocabularyError as error:
            raise CommandError(str(error)) from error
        for sentence in filter(None, done):
            self.stdout.write(sentence)
        if not any(done):
            self.stdout.write("The archive is ready; nothing had to be done.")

    def _migrate(self) -> str:
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ""
        call_command("migrate", verbosity=0, interactive=False)
        return "The database is set up."

    def _collect_static(self) -> str:
        """Collect where a file is new, gone or changed, as seen by size and time."""
        found = sorted(
            (name, Path(storage.path(name)).stat())
            for finder in get_finders()
            for name, storage in finder.list([])
        )
        seen = "\n".join(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in found)
        digest = sha256(seen.encode()).hexdigest()
        root = Path(settings.STATIC_ROOT)
        stamp = root.with_name(f"{root.name}-collected")  # beside it: what is in it is served
        if any(root.iterdir()) and stamp.exists() and stamp.read_text() == digest:
            return ""
        call_command("collectstatic", verbosity=0, interactive=False)
        stamp.write_text(digest)
        return "The static files are collected."

    def _load_seeds(self) -> str:
        report = load_seeds(index=False)
        for part in report.articles:
            for sentence in complaints(part):
                self.stderr.write(sentence)
        return report.sentence if report.changed else ""

    def _update_index(self) -> str:
        try:
            status = indexing.index_status().index
            if not status.generation or status.rebuild_due:
                return f"The index is built, with {indexing.rebuild_index():,} articles."
            written = patiently(outbox.drain)
            return f"{written:,} articles were brought into the index." if written else ""
        except IndexLocked:
            return "Another process is writing to the index and will bring the articles in."

    def _create_account(self) -> str:
        if User.objects.filter(username=ACCOUNT).exists():
            return ""
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        User.objects.create_superuser(ACCOUNT, password=password)
        return f"Log in to /admin/ as “{ACCOUNT}” with the password {password} (shown only now)."
