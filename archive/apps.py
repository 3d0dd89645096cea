"""Wiring of the application."""

from __future__ import annotations

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """The archive's one Django application."""

    name = "archive"
    verbose_name = "News archive"

    def ready(self) -> None:
        from archive import checks, signals

        checks.register_all()
        signals.connect_all()
