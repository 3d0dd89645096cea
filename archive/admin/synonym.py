"""Synonyms: words that find one another's articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget

from archive.admin.base import ArchiveAdmin
from archive.admin.fields import LanguageField
from archive.models import Synonym

if TYPE_CHECKING:
    _SynonymForm = forms.ModelForm[Synonym]
else:
    _SynonymForm = forms.ModelForm


class SynonymForm(_SynonymForm):
    """A group as an editor writes it: its words under each other."""

    terms = forms.CharField(
        label="Words and phrases",
        widget=AdminTextareaWidget(attrs={"rows": 6, "dir": "auto"}),
        help_text=Synonym._meta.get_field("terms").help_text,
    )
    language = LanguageField(
        undetermined="", help_text=Synonym._meta.get_field("language").help_text
    )


@admin.register(Synonym)
class SynonymAdmin(ArchiveAdmin[Synonym]):
    """Groups, by their first word."""

    form = SynonymForm
    list_display = ("group", "language", "active")
    list_filter = ("active", "one_way")
    search_fields = ("terms",)
    search_help_text = "Any part of a word or phrase."
    fieldsets = (
        (
            None,
            {
                "fields": ("terms", "one_way", "language", "active"),
                "description": (
                    "A reader who types one of these words finds the articles that have another "
                    "of them as well, and the search page says so. A change holds from the next "
                    "search on. Names of persons, places and parties need no synonyms: their "
                    "other names are found already."
                ),
            },
        ),
    )

    @admin.display(description="words and phrases", ordering="terms")
    def group(self, synonym: Synonym) -> str:
        return str(synonym)
