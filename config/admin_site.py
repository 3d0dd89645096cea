"""The admin site itself: its names, and how a choice is labelled while one types.

Not in ``archive/admin``: that package registers with the site when it is imported, and the site
must be there before.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Model
from django.http import HttpRequest, HttpResponse


class ArchiveAdminSite(admin.AdminSite):
    """Django's own, under the archive's name."""

    site_header = "News archive"
    site_title = "News archive"
    index_title = "Curation"

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return _ChoicesView.as_view(admin_site=self)(request)


class _ChoicesView(AutocompleteJsonView):
    """Choices as their admin names them: Russia, a party, is not Russia, a place."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        result: dict[str, Any] = super().serialize_result(obj, to_field_name)
        label = getattr(self.model_admin, "choice_label", None)
        return result if label is None else {**result, "text": label(obj)}
