"""What the archive's admin pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.contrib import admin
from django.contrib.admin.widgets import (
    AdminTextareaWidget,
    AutocompleteSelect,
    RelatedFieldWidgetWrapper,
)
from django.db.models import Model, QuerySet, TextField, URLField
from django.forms import RadioSelect
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from archive.admin.fields import ParagraphsField
from archive.admin.paging import BoundedPaginator, SwiftChangeList

M = TypeVar("M", bound=Model)
P = TypeVar("P", bound=Model)

# Generic for the type checker alone: Django's classes take no parameters when they run.
if TYPE_CHECKING:

    class _Admin(admin.ModelAdmin[M]):
        pass

    class _Inline(admin.TabularInline[M, P]):
        pass

    _FormSet = BaseInlineFormSet[Any, Any, Any]

else:

    class _Admin(admin.ModelAdmin, Generic[M]):
        pass

    class _Inline(admin.TabularInline, Generic[M, P]):
        pass

    _FormSet = BaseInlineFormSet


_FORM_FIELDS: dict[Any, dict[str, Any]] = {
    URLField: {"assume_scheme": "https"},
    TextField: {"form_class": ParagraphsField, "widget": AdminTextareaWidget(attrs={"rows": 3})},
}


class _Choice(AutocompleteSelect):
    """A choice found while one types, which says what it is for as long as it is empty."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        attrs: dict[str, Any] = super().build_attrs(*args, **kwargs)
        return {**attrs, "data-placeholder": f"Choose: {self.field.verbose_name}"}


class _Choices:
    """Beside a choice one may add what is missing, not change or delete what others use too."""

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]  # mixed into admin classes
            kwargs["widget"] = _Choice(db_field, self.admin_site)  # type: ignore[attr-defined]  # as above
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # as above

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # as above
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = False
            field.widget.can_delete_related = False
            field.widget.can_view_related = False
        return field


class ArchiveAdmin(_Choices, _Admin[M]):
    """Lists that stay quick however long they are: bounded counts, no counts per filter."""

    formfield_overrides = _FORM_FIELDS
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 100
    list_max_show_all = 0
    # Deleting many at once first reads everything that hangs on them; it is done one by one.
    bulk_delete = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[SwiftChangeList]:
        return SwiftChangeList

    def for_list(self, queryset: QuerySet[M]) -> QuerySet[M]:
        """The rows of a list page, without what the list does not show."""
        return queryset

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if not self.bulk_delete:
            actions.pop("delete_selected", None)
        return actions


class _NeverWritten:
    """Permissions of what is looked at only: whoever may change it elsewhere may see it here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(_NeverWritten, ArchiveAdmin[M]):
    """A model that the archive itself keeps, or that is never changed once written."""

    actions = None


class ReadOnlyInline(_NeverWritten, _Inline[M, P]):
    """Rows that are shown with what they belong to."""

    extra = 0
    can_delete = False


class LabelledFormSet(_FormSet):
    """Says aloud what each cell of a table is: Django's tables have headings alone."""

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            if not field.widget.is_hidden and not isinstance(field.widget, RadioSelect):
                label = "Delete this row" if name == DELETION_FIELD_NAME else field.label
                field.widget.attrs.setdefault("aria-label", label)


class EditableInline(_Choices, _Inline[M, P]):
    """Rows that are edited with what they belong to; empty ones come when asked for."""

    extra = 0
    formset = LabelledFormSet
    formfield_overrides = _FORM_FIELDS


def change_link(obj: Model | None, text: str | None = None) -> SafeString | str:
    """A link to an object's page in the admin, a dash for none."""
    if obj is None:
        return "–"
    meta = obj._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[obj.pk])
    return format_html('<a href="{}">{}</a>', url, str(obj) if text is None else text)


def list_url(model: type[Model], **parameters: str | int) -> str:
    """The address of a model's list, narrowed by ``parameters``."""
    meta = model._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return f"{url}?{urlencode(parameters)}" if parameters else url


def list_link(text: str, model: type[Model], **parameters: str | int) -> SafeString:
    """A link to a model's list, narrowed by ``parameters``."""
    return format_html('<a href="{}">{}</a>', list_url(model, **parameters), text)
