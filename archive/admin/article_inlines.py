"""What is edited with an article: its tags and what it cites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Case, IntegerField, QuerySet, URLField, Value, When
from django.forms import URLInput
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from archive.admin.base import EditableInline, LabelledFormSet, change_link
from archive.admin.entity import EntityAdmin
from archive.admin.tag_forms import TagStateForm
from archive.models import Article, ArticleReference, Entity, Tag, TagState

if TYPE_CHECKING:
    _TagForm = forms.ModelForm[Tag]
    _ReferenceForm = forms.ModelForm[ArticleReference]
    _EntityChoice = forms.ModelChoiceField[Entity]
else:
    _TagForm = _ReferenceForm = forms.ModelForm
    _EntityChoice = forms.ModelChoiceField

MAX_REFERENCES = 500


class TagInline(EditableInline[Tag, Article]):
    """The tags there are; what waits for a decision stands first."""

    model = Tag
    form = TagStateForm
    verbose_name_plural = "tags"
    fields = ("entity_link", "state", "origin", "times", "reasons")
    readonly_fields = ("entity_link", "origin", "times", "reasons")
    radio_fields = {"state": admin.HORIZONTAL}
    can_delete = False
    classes = ("tags",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        waiting_first = Case(
            When(state=TagState.SUGGESTED, then=Value(0)),
            When(state=TagState.REJECTED, then=Value(2)),
            default=Value(1),
            output_field=IntegerField(),
        )
        return (
            super()
            .get_queryset(request)
            .select_related("entity")
            .prefetch_related("evidence__by")
            .order_by(waiting_first, "-count", "pk")
        )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="entity")
    def entity_link(self, tag: Tag) -> SafeString:
        return format_html(
            '{} <span class="quiet">{}</span>',
            change_link(tag.entity),
            tag.entity.get_kind_display(),
        )

    @admin.display(description="times in the text")
    def times(self, tag: Tag) -> int:
        return tag.count

    @admin.display(description="why it is there")
    def reasons(self, tag: Tag) -> str:
        return "; ".join(
            str(evidence)
            + (f": “{evidence.surface}”" if evidence.surface else "")
            + (f" ({evidence.by})" if evidence.by is not None else "")
            for evidence in tag.evidence.all()
        )


class NewTagForm(_TagForm):
    """An entity that the article is about. One that is tagged already is confirmed."""

    def validate_unique(self) -> None:
        """Nothing to say: the same entity twice is still one tag."""

    def validate_constraints(self) -> None:
        """As above."""


class NewTagFormSet(LabelledFormSet):
    """New tags only."""

    def validate_unique(self) -> None:
        """As in the form."""


class NewTagInline(EditableInline[Tag, Article]):
    """Tags to be added by hand."""

    model = Tag
    form = NewTagForm
    formset = NewTagFormSet
    verbose_name = "tag"
    verbose_name_plural = "new tags"
    fields = ("entity",)
    autocomplete_fields = ("entity",)
    can_delete = False
    classes = ("new-tags",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return super().get_queryset(request).none()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "entity" and field is not None:
            field.label_from_instance = EntityAdmin.choice_label
        return field


class ReferenceForm(_ReferenceForm):
    """A reference; places count from 1, and a new one without a place comes last."""

    order = forms.IntegerField(
        label="Place",
        required=False,
        min_value=1,
        max_value=MAX_REFERENCES,
        widget=forms.NumberInput(attrs={"class": "vPlaceField"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["order"] = None if self.instance._state.adding else self.instance.order + 1

    def validate_unique(self) -> None:
        """Places are given anew when all references are saved together."""

    def validate_constraints(self) -> None:
        """As above."""


class ReferenceFormSet(LabelledFormSet):
    """All that an article cites."""

    def validate_unique(self) -> None:
        """As in the form."""

    def in_order(self) -> list[tuple[str, str]]:
        """Labels and addresses by their places, those without one at the end."""
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("label") and not form.cleaned_data.get("DELETE")
        ]
        kept.sort(key=lambda row: row["order"] or MAX_REFERENCES + 1)
        return [(row["label"], row["url"]) for row in kept]


class ReferenceInline(EditableInline[ArticleReference, Article]):
    """What the article cites."""

    formfield_overrides = {URLField: {"assume_scheme": "https", "widget": URLInput}}
    model = ArticleReference
    form = ReferenceForm
    formset = ReferenceFormSet
    verbose_name = "related source"
    verbose_name_plural = "related sources"
    fields = ("order", "label", "url")
    max_num = MAX_REFERENCES
    classes = ("references",)
