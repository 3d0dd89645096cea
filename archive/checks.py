"""System checks of the archive: each has an id and a hint that names what to do."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from archive.conf import archive_settings
from archive.engines.registry import ENGINES


def check_settings(**_: Any) -> list[CheckMessage]:
    """archive.E001: an unknown setting. archive.E002: an unknown engine."""
    try:
        chosen = archive_settings()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint="Correct settings.ARCHIVE.", id="archive.E001")]
    if chosen.ENGINE not in ENGINES:
        return [
            Error(
                f"There is no search engine named {chosen.ENGINE!r}.",
                hint=f"Set ARCHIVE_ENGINE to one of: {', '.join(sorted(ENGINES))}.",
                id="archive.E002",
            )
        ]
    return []


def register_all() -> None:
    """Register every check; called once when the application is ready."""
    register(check_settings, Tags.compatibility)
