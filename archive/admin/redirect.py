"""Earlier slugs of entities; the archive writes them when a slug changes."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString

from archive.admin.base import ReadOnlyAdmin, change_link
from archive.models import EntityRedirect


@admin.register(EntityRedirect)
class EntityRedirectAdmin(ReadOnlyAdmin[EntityRedirect]):
    """Where old addresses of entities lead."""

    list_display = ("slug", "kind", "entity_link")
    list_filter = ("kind",)
    list_select_related = ("entity",)
    search_fields = ("^slug",)
    search_help_text = "The beginning of an earlier slug."
    fields = ("kind", "slug", "entity_link")

    @admin.display(description="leads to")
    def entity_link(self, redirect: EntityRedirect) -> SafeString | str:
        return change_link(redirect.entity)
