"""What the index has yet to hear of. The archive writes and empties these tables itself."""

from __future__ import annotations

from django.contrib import admin

from archive.admin.base import ReadOnlyAdmin
from archive.models import OutboxRow, PublicEpoch


@admin.register(OutboxRow)
class OutboxRowAdmin(ReadOnlyAdmin[OutboxRow]):
    """Articles that the index must look at again."""

    list_display = ("public_id", "due_at", "hides")
    list_filter = ("hides",)
    ordering = ("pk",)
    search_fields = ("=public_id",)
    search_help_text = "The public id of an article."
    fields = ("public_id", "due_at", "hides")


@admin.register(PublicEpoch)
class PublicEpochAdmin(ReadOnlyAdmin[PublicEpoch]):
    """How often what the public sees has changed."""

    list_display = ("value",)
    fields = ("value",)
