"""Profiles of imports: how the columns of a supplier are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget

from archive.admin.base import ArchiveAdmin
from archive.exceptions import MappingError, UnknownFormat
from archive.models import ImportProfile
from archive.services.importing_profiles import checked_mapping

if TYPE_CHECKING:
    _ProfileForm = forms.ModelForm[ImportProfile]
else:
    _ProfileForm = forms.ModelForm


class RulesField(forms.CharField):
    """A list of rules as lines."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class ProfileForm(_ProfileForm):
    """Takes the rules with which an import could begin, and no others."""

    mapping = RulesField(
        label="Columns",
        widget=AdminTextareaWidget(attrs={"rows": 12, "dir": "auto"}),
        help_text="One on each line: Title=headline, Tags=topics:, for a list with commas, "
        "Datum=published:%d.%m.%Y for a date, source==The Quay for what is always the same.",
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if "mapping" in said:
            try:
                checked_mapping(said["mapping"], said.get("format") or None)
            except UnknownFormat as error:
                self.add_error("format", str(error))
            except MappingError as error:
                self.add_error("mapping", str(error))
        return said


@admin.register(ImportProfile)
class ImportProfileAdmin(ArchiveAdmin[ImportProfile]):
    """Profiles, by name."""

    form = ProfileForm
    list_display = ("name", "format", "updated_at")
    search_fields = ("name",)
    search_help_text = "Any part of a name."
    readonly_fields = ("created_at", "updated_at")
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "format", "mapping", "created_at", "updated_at"),
                "description": (
                    "import_articles --profile reads files by it. A change holds from the next "
                    "import on; one that is resumed goes on with the columns that it began with."
                ),
            },
        ),
    )
