"""The admin: where editors curate. Importing the package registers every model."""

from __future__ import annotations

from archive.admin import (
    article,
    entity,
    import_run,
    outbox,
    profile,
    received,
    redirect,
    source,
    synonym,
    tag,
    version,
)

__all__ = [
    "article",
    "entity",
    "import_run",
    "outbox",
    "profile",
    "received",
    "redirect",
    "source",
    "synonym",
    "tag",
    "version",
]
