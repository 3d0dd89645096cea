"""The vocabulary: parties, places, persons, organisations and topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from archive.admin.base import ArchiveAdmin, EditableInline, list_link
from archive.admin.fields import LanguageField
from archive.models import Article, Entity, EntityAlias, EntityIdentifier, Tag
from archive.services.entities import descendants_of

if TYPE_CHECKING:
    _EntityForm = forms.ModelForm[Entity]
    _AliasForm = forms.ModelForm[EntityAlias]
else:
    _EntityForm = _AliasForm = forms.ModelForm


class EntityForm(_EntityForm):
    """Keeps the tree a tree, and coordinates with places."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        kind, parent = cleaned.get("kind"), cleaned.get("parent")
        if kind is not None and parent is not None:
            if parent.kind != kind:
                self.add_error(
                    "parent", f"{parent.name} is a {parent.kind}. Choose a {kind} to stand above."
                )
            elif self.instance.pk and parent.pk in descendants_of([self.instance.pk]):
                self.add_error(
                    "parent",
                    f"{parent.name} is this entity or stands below it. Choose one further up.",
                )
        self._clean_coordinates(cleaned)
        return cleaned

    def _clean_coordinates(self, cleaned: dict[str, Any]) -> None:
        for name, limit in (("latitude", 90), ("longitude", 180)):
            value = cleaned.get(name)
            if value is None:
                continue
            if cleaned.get("kind") not in (None, "place"):
                self.add_error(name, "Only places have coordinates. Leave it empty.")
            elif abs(value) > limit:
                self.add_error(name, f"Write degrees from -{limit} to {limit}.")
        known = {name for name in ("latitude", "longitude") if cleaned.get(name) is not None}
        if len(known) == 1 and not self.errors.keys() & {"latitude", "longitude"}:
            missing = "longitude" if "latitude" in known else "latitude"
            self.add_error(missing, "Give both coordinates, or neither.")


class AliasForm(_AliasForm):
    """An alias in a language, or in all of them."""

    language = LanguageField(undetermined="")


class AliasInline(EditableInline[EntityAlias, Entity]):
    model = EntityAlias
    form = AliasForm
    verbose_name = "other name"
    verbose_name_plural = "other names"
    fields = ("name", "language", "metonym")


class IdentifierInline(EditableInline[EntityIdentifier, Entity]):
    model = EntityIdentifier
    verbose_name = "identifier elsewhere"
    verbose_name_plural = "identifiers elsewhere"
    fields = ("scheme", "value")


@admin.register(Entity)
class EntityAdmin(ArchiveAdmin[Entity]):
    """Entities, by name."""

    form = EntityForm
    list_display = ("name", "kind", "parent", "slug")
    list_filter = ("kind", "in_texts")
    list_select_related = ("parent",)
    search_fields = ("name",)
    search_help_text = "The beginning of a name, of one of its words, or of another name."
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("articles",)
    inlines = (AliasInline, IdentifierInline)
    fieldsets = (
        (None, {"fields": ("kind", "name", "slug", "description", "in_texts", "articles")}),
        (
            "Place in the tree",
            {
                "fields": ("parent",),
                "description": (
                    "A place counts the articles of all places below it. "
                    "The parent is of the same kind."
                ),
            },
        ),
        ("Coordinates of a place", {"fields": (("latitude", "longitude"),)}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entity], search_term: str
    ) -> tuple[QuerySet[Entity], bool]:
        term = " ".join(search_term.split())
        if not term:
            return queryset, False
        # SQLite folds the case of ASCII alone, so other scripts are asked for as they are written.
        spellings = {term, term.lower(), term.capitalize(), term.title()}
        named, aliased = Q(), Q()
        for spelling in spellings:
            named |= Q(name__istartswith=spelling) | Q(name__icontains=f" {spelling}")
            aliased |= Q(name__istartswith=spelling)
        aliases = EntityAlias.objects.filter(aliased, metonym=False)
        return queryset.filter(named | Q(pk__in=aliases.values("entity"))), False

    def has_delete_permission(self, request: HttpRequest, obj: Entity | None = None) -> bool:
        """Only what tags no article and has nothing below it can go."""
        if obj is not None and (obj.tags.exists() or obj.children.exists()):
            return False
        return super().has_delete_permission(request, obj)

    @staticmethod
    def choice_label(entity: Entity) -> str:
        """What an autocomplete shows: a name alone may be a party's and a place's."""
        return f"{entity.name} ({entity.get_kind_display()})"

    @admin.display(description="its articles")
    def articles(self, entity: Entity) -> SafeString | str:
        if entity.pk is None:
            return "none yet"
        if not Tag.objects.filter(entity=entity).exists():
            return "none is tagged with it"
        return list_link("Show them", Article, q=f'{entity.kind}:"{entity.slug}"')
