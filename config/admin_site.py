"""The admin site itself: its names, the order of its lists, how a choice is labelled.

Not in ``archive/admin``: that package registers with the site when it is imported, and the site
must be there before.
"""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

# What editors come for stands first; what the archive keeps for itself, last.
_APPS = {"archive": "Archive", "auth": "People", "axes": "Sign-ins"}
_MODELS = (
    "Article",
    "Tag",
    "Entity",
    "Source",
    "Synonym",
    "ImportRun",
    "ImportRecord",
    "ReceivedDocument",
    "ArticleVersion",
    "EntityRedirect",
    "OutboxRow",
    "PublicEpoch",
)


class ArchiveAdminSite(admin.AdminSite):
    """Django's own, under the archive's name."""

    site_header = "News archive"
    site_title = "News archive"
    index_title = "Curation"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """In the order of the work, not of the alphabet."""
        apps: list[Any] = super().get_app_list(request, app_label)
        for app in apps:
            app["name"] = _APPS.get(app["app_label"], app["name"])
            app["models"].sort(key=lambda model: _place(_MODELS, model["object_name"]))
        return sorted(apps, key=lambda app: _place(tuple(_APPS), app["app_label"]))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast("HttpResponse", _ChoicesView.as_view(admin_site=self)(request))


class _ChoicesView(AutocompleteJsonView):
    """Choices as their admin names them: Russia, a party, is not Russia, a place."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        result: dict[str, Any] = super().serialize_result(obj, to_field_name)
        label = getattr(self.model_admin, "choice_label", None)
        return result if label is None else {**result, "text": label(obj)}


def _place(order: tuple[str, ...], name: str) -> int:
    return order.index(name) if name in order else len(order)
