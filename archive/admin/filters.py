"""Ways to narrow a list that an index can answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from archive.models import Article, Source


class TextFilter(admin.SimpleListFilter):
    """A filter that is typed, since its values are too many to list."""

    template = "admin/text_filter.html"
    hint = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("", "")]  # without any, Django leaves the filter out

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]  # what our own template reads
        others = {
            name: values
            for name, values in changelist.filter_params.items()
            if name != self.parameter_name
        }
        yield {
            "name": self.parameter_name,
            "value": self.value() or "",
            "hint": self.hint,
            "others": [(name, value) for name, values in others.items() for value in values],
            "clear": changelist.get_query_string(remove=[self.parameter_name or ""]),
        }


class SourceFilter(TextFilter):
    """Articles of the sources whose name begins like this."""

    title = "source"
    parameter_name = "from"
    hint = "Name or its beginning"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        typed = (self.value() or "").strip()
        if not typed:
            return queryset
        sources = Source.objects.filter(Q(name__istartswith=typed) | Q(slug=typed.lower()))
        # Keys, not a subquery: the planner then goes by the index on the source.
        return queryset.filter(source__in=list(sources.values_list("pk", flat=True)))


class RunFilter(TextFilter):
    """Articles that an import run brought."""

    title = "import run"
    parameter_name = "run"
    hint = "Number of the run"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        typed = (self.value() or "").strip()
        if not typed:
            return queryset
        name = "import_run" if queryset.model is Article else "run"
        # Beyond the largest key a database could not even compare it.
        known = typed.isdecimal() and len(typed) < 19
        return queryset.filter(**{name: int(typed)}) if known else queryset.none()


class DatedFilter(admin.SimpleListFilter):
    """Whether a date of publication is known."""

    title = "date"
    parameter_name = "dated"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "undated"), ("yes", "dated")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Article]
    ) -> QuerySet[Article] | None:
        if self.value() in ("no", "yes"):
            return queryset.filter(published_lower__isnull=self.value() == "no")
        return None


class WrittenFilter(admin.SimpleListFilter):
    """Whether an import brought the article, or an editor wrote it here."""

    title = "where it comes from"
    parameter_name = "written"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("import", "an import"), ("here", "written here")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Article]
    ) -> QuerySet[Article] | None:
        if self.value() in ("import", "here"):
            return queryset.filter(import_run__isnull=self.value() == "here")
        return None
