"""Sources: who published what, and whether anyone may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from archive.admin.base import ArchiveAdmin, EditableInline, list_link
from archive.admin.fields import CountryField, LanguageField, PairsField
from archive.admin.paging import BOUND
from archive.models import Article, Source, SourceFeed
from archive.services.fetching_addresses import AddressRefused, target_of
from archive.text.numbers import spaced

if TYPE_CHECKING:
    _SourceForm = forms.ModelForm[Source]
    _FeedForm = forms.ModelForm[SourceFeed]
else:
    _SourceForm = _FeedForm = forms.ModelForm


class SourceForm(_SourceForm):
    """Knows countries and languages when it sees them."""

    country = CountryField(required=False)
    language = LanguageField(undetermined="")
    identifiers = PairsField(
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text="Scheme and value, one pair on each line, such as issn: 1234-5679.",
    )


class FeedForm(_FeedForm):
    """Takes the addresses that would be fetched, and no others."""

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            target_of(url)
        except AddressRefused as error:
            raise forms.ValidationError(str(error)) from error
        return url

    def save(self, commit: bool = True) -> SourceFeed:
        """Another address, or a feed that is switched on again, is asked for anew, and soon."""
        if {"url", "active"} & set(self.changed_data):
            feed = self.instance
            feed.etag = feed.last_modified = feed.last_error = ""
            feed.failures, feed.next_poll_at = 0, timezone.now()
        return super().save(commit)


class FeedInline(EditableInline[SourceFeed, Source]):
    model = SourceFeed
    form = FeedForm
    verbose_name_plural = "feeds that are fetched"
    fields = ("url", "status", "active", "last_polled_at", "last_status", "last_error")
    readonly_fields = ("last_polled_at", "last_status", "last_error")


@admin.register(Source)
class SourceAdmin(ArchiveAdmin[Source]):
    """Sources, by name."""

    form = SourceForm
    list_display = ("name", "kind", "country", "language", "visible")
    list_filter = ("visible", "kind")
    search_fields = ("name",)
    search_help_text = "The beginning of a name, of one of its words, or of a slug."
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("articles",)
    inlines = (FeedInline,)
    fieldsets = (
        (None, {"fields": ("name", "slug", "kind", "home_page", "identifiers")}),
        ("Where and in what language", {"fields": ("country", "language")}),
        ("Rights", {"fields": ("usage_terms",)}),
        (
            "Visibility",
            {
                "fields": ("visible", "articles"),
                "description": (
                    "A hidden source takes all its articles from the public pages, at once, "
                    "and gives them back when it is shown again."
                ),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> Any:
        """The slug is part of the identity of every article: with another, imports come twice."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else (*fields, "slug")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Source | None = None) -> Any:
        return super().get_prepopulated_fields(request, obj) if obj is None else {}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Source], search_term: str
    ) -> tuple[QuerySet[Source], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        return queryset.filter(
            Q(name__istartswith=term)
            | Q(name__icontains=f" {term}")
            | Q(slug__startswith=term.lower())
        ), False

    def has_delete_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        """Only a source without articles can go; to ask is cheaper than to collect them."""
        if obj is not None and obj.articles.exists():
            return False
        return super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Source, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "visible" in form.changed_data:
            count = _articles_in_words(obj)
            text = (
                f"{obj.name} is shown again, and with it {count}. Drafts, withdrawn articles and "
                "those under an embargo stay where they are."
                if obj.visible
                else f"{obj.name} is hidden, and with it {count}."
            )
            self.message_user(request, text, messages.WARNING)

    @admin.display(description="its articles")
    def articles(self, source: Source) -> SafeString | str:
        if source.pk is None:
            return "none yet"
        return list_link(_articles_in_words(source), Article, source__id__exact=source.pk)


def _articles_in_words(source: Source) -> str:
    """How many articles a source has, counted no further than ``BOUND``."""
    count = source.articles.order_by()[: BOUND + 1].count()
    if count > BOUND:
        return f"more than {spaced(BOUND)} articles"
    return "1 article" if count == 1 else f"{spaced(count)} articles"
