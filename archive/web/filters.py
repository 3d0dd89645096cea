"""The parameters of searches and lists, declared once for pages and API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from typing import Any, ClassVar, cast

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.forms.utils import ErrorDict

from archive.conf import archive_settings
from archive.exceptions import DateError, QueryBoundError
from archive.facets.registry import FACETS
from archive.models import Article, Entity, EntityKind, Source
from archive.search.request import Sort
from archive.services.questions import (
    SearchQuestion,
    check_date,
    check_page_size,
    check_period,
    check_range,
    check_reach,
    days_of,
)
from archive.web.page_models import FieldProblem
from archive.web.params import MultipleSlugField, PeriodField

Narrowing = Callable[[SearchQuestion, Any], SearchQuestion]

# ``date`` is what people guess; the others are the orders there are.
_SORTS = {
    "relevance": Sort.RELEVANCE,
    "balanced": Sort.BALANCED,
    "newest": Sort.NEWEST,
    "date": Sort.NEWEST,
    "oldest": Sort.OLDEST,
}


class QuestionFilter(django_filters.Filter):
    """A filter that narrows a :class:`SearchQuestion` instead of a queryset."""

    def __init__(self, *, narrow: Narrowing, field: forms.Field, help_text: str) -> None:
        super().__init__()
        self.narrow = narrow
        self._field = field
        self.help_text = help_text

    @property
    def field(self) -> forms.Field:
        return self._field

    def __deepcopy__(self, memo: dict[int, Any]) -> QuestionFilter:
        # Every search has filters of its own; the form copies the fields that it changes.
        return copy(self)

    def filter(self, question: SearchQuestion, value: Any) -> SearchQuestion:
        return question if value in (None, "", ()) else self.narrow(question, value)


def _facet_filter(name: str) -> QuestionFilter:
    def narrow(question: SearchQuestion, values: tuple[str, ...]) -> SearchQuestion:
        return replace(question, chosen={**question.chosen, name: values})

    return QuestionFilter(
        narrow=narrow,
        field=MultipleSlugField(),
        help_text=f"{FACETS[name].label}, by slug or name. Repeat it to widen the search.",
    )


def check_paging(form: forms.Form, given: dict[str, Any]) -> None:
    """Add errors for a page that is too large or too far on."""
    page, size = given.get("page"), given.get("page_size")
    try:
        if size:
            check_page_size(int(size))
    except QueryBoundError as error:
        form.add_error("page_size", str(error))
        return
    try:
        check_reach(page=int(page or 1), page_size=int(size) if size else None)
    except QueryBoundError as error:
        form.add_error("page", str(error))


class SearchForm(forms.Form):
    """Checks what several parameters say together."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        check_paging(self, given)
        try:
            check_range(given.get("date_from", ""), given.get("date_to", ""))
        except DateError as error:
            self.add_error("date_to", str(error))
        return given


class _Shared(dict[str, forms.Field]):
    """Fields that no form changes, so that every form can have the same ones."""

    def __deepcopy__(self, memo: dict[int, Any]) -> _Shared:
        return self


class SearchFilterSet(django_filters.FilterSet):
    """The parameters of a search, from the query string to a :class:`SearchQuestion`."""

    q = QuestionFilter(
        narrow=lambda question, text: replace(question, text=text),
        field=forms.CharField(required=False, strip=True),
        help_text="Words, phrases and fields, as the search help describes.",
    )
    party = _facet_filter("party")
    place = _facet_filter("place")
    person = _facet_filter("person")
    organisation = _facet_filter("organisation")
    topic = _facet_filter("topic")
    source = _facet_filter("source")
    section = _facet_filter("section")
    language = _facet_filter("language")
    date = QuestionFilter(
        narrow=lambda question, values: replace(question, dates=values),
        field=MultipleSlugField(check=check_date),
        help_text="A year, month or day (2025, 2025-06, 2025-06-02), or none for undated.",
    )
    date_from = QuestionFilter(
        narrow=lambda question, text: replace(question, date_from=text),
        field=PeriodField(check=check_period),
        help_text="Published on or after the first day of this year, month or day.",
    )
    date_to = QuestionFilter(
        narrow=lambda question, text: replace(question, date_to=text),
        field=PeriodField(check=check_period),
        help_text="Published on or before the last day of this year, month or day.",
    )
    sort = QuestionFilter(
        narrow=lambda question, name: replace(question, sort=_SORTS[name]),
        field=forms.ChoiceField(
            required=False,
            choices=[(name, name) for name in _SORTS],
            error_messages={
                "invalid_choice": "Results cannot be sorted by “%(value)s”. "
                "Choose relevance, balanced, newest or oldest."
            },
        ),
        help_text="relevance, balanced (relevance and date), newest or oldest.",
    )
    expand = QuestionFilter(
        narrow=lambda question, said: replace(question, literally=said == "no"),
        field=forms.ChoiceField(
            required=False,
            choices=[("yes", "yes"), ("no", "no")],
            error_messages={
                "invalid_choice": "“%(value)s” says neither yes nor no. Write no to search only "
                "for what was typed."
            },
        ),
        help_text="no: search only for what was typed, without synonyms and without the other "
        "names and the tags of whom the words name.",
    )
    group = QuestionFilter(
        narrow=lambda question, said: replace(question, ungrouped=said == "no"),
        field=forms.ChoiceField(
            required=False,
            choices=[("yes", "yes"), ("no", "no")],
            error_messages={
                "invalid_choice": "“%(value)s” says neither yes nor no. Write no to see every "
                "article by itself."
            },
        ),
        help_text="no: show every article by itself, though several on the page tell one story.",
    )
    page = QuestionFilter(
        narrow=lambda question, number: question.on_page(number),
        field=forms.IntegerField(required=False, min_value=1),
        help_text="Which page of results, from 1.",
    )
    page_size = QuestionFilter(
        narrow=lambda question, size: replace(question, page_size=size),
        field=forms.IntegerField(required=False, min_value=1),
        help_text="Results on a page.",
    )

    _form_class: ClassVar[type[forms.Form] | None] = None

    class Meta:
        form = SearchForm

    def __init__(self, data: Mapping[str, Any]) -> None:
        # The base class wants a queryset; a search begins with a question instead.
        super().__init__(data, queryset=Article.objects.none())

    def get_form_class(self) -> type[forms.Form]:
        """The same for every search, so it is made once."""
        if self._form_class is None:
            form = super().get_form_class()
            form.base_fields = _Shared(form.base_fields)
            type(self)._form_class = form
        return cast("type[forms.Form]", self._form_class)

    def filter_queryset(self, queryset: SearchQuestion) -> SearchQuestion:
        """Narrow a question by every parameter that could be read."""
        question = queryset
        for name, value in self.form.cleaned_data.items():
            question = self.filters[name].filter(question, value)
        return question

    def question(self) -> SearchQuestion:
        """What is asked, parameters that could not be read left out."""
        self.errors  # noqa: B018 - validates
        return self.filter_queryset(SearchQuestion())


def problems_of(errors: ErrorDict) -> tuple[FieldProblem, ...]:
    """A sentence for each parameter that could not be read."""
    return tuple(
        FieldProblem(parameter=parameter, message=" ".join(str(message) for message in messages))
        for parameter, messages in errors.items()
    )


class _ListForm(forms.Form):
    """Checks the page of a list."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        check_paging(self, given)
        return given


class PagedFilterSet(django_filters.FilterSet):
    """A list over a queryset that is turned page by page. Paging itself is the caller's."""

    page = django_filters.NumberFilter(method="unfiltered", min_value=1, decimal_places=0)
    page_size = django_filters.NumberFilter(method="unfiltered", min_value=1, decimal_places=0)

    class Meta:
        form = _ListForm

    def unfiltered(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return queryset

    @property
    def number(self) -> int:
        """Which page is asked for, from 1."""
        return int(self.form.cleaned_data.get("page") or 1)

    @property
    def size(self) -> int:
        """How many rows a page has."""
        return int(self.form.cleaned_data.get("page_size") or archive_settings().PAGE_SIZE)


class EntityFilterSet(PagedFilterSet):
    """Entities by kind and by the beginning of their name."""

    kind = django_filters.ChoiceFilter(choices=EntityKind.choices)
    q = django_filters.CharFilter(field_name="name", lookup_expr="istartswith", max_length=200)

    class Meta(PagedFilterSet.Meta):
        model = Entity
        fields: tuple[str, ...] = ()


class SourceFilterSet(PagedFilterSet):
    """Sources by the beginning of their name."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="istartswith", max_length=200)

    class Meta(PagedFilterSet.Meta):
        model = Source
        fields: tuple[str, ...] = ()


class BrowseFilterSet(PagedFilterSet):
    """Articles that were published within one year, month or day, or without a date.

    ``period`` is ISO. Of a year, it picks the articles whose month is not known; those whose month
    is, stand on the pages of the months.
    """

    period = django_filters.CharFilter(method="within")
    undated = django_filters.BooleanFilter(field_name="published_lower", lookup_expr="isnull")

    class Meta(PagedFilterSet.Meta):
        model = Article
        fields: tuple[str, ...] = ()

    def within(self, queryset: QuerySet[Article], name: str, period: str) -> QuerySet[Article]:
        days = days_of(period)
        if len(period) > len("2025"):
            return queryset.filter(
                # Bounded at both ends, so that an index need not be read to its end.
                published_lower__range=(days.lower, days.upper),
                published_upper__lte=days.upper,
            )
        fits_in_month = Q()
        for number in range(1, 13):
            month = days_of(f"{period}-{number:02}")
            fits_in_month |= Q(published_lower__gte=month.lower, published_upper__lte=month.upper)
        return queryset.filter(
            ~fits_in_month,
            # Said apart so that an index over uncertain dates alone can answer.
            published_upper__gt=F("published_lower"),
            published_lower__lte=days.upper,
            published_upper__gte=days.lower,
        )
