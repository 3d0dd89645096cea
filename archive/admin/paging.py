"""Lists of hundreds of thousands of rows, without counting or sorting all of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst

BOUND = 10_000
"""The last row that paging reaches; what lies beyond is for a filter or a search."""

if TYPE_CHECKING:
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator


class BoundedPaginator(_Paginator):
    """Counts ``BOUND`` rows at most. ``beyond`` says that there are more."""

    @cached_property
    def _counted(self) -> int:
        if isinstance(self.object_list, QuerySet):
            return self.object_list.order_by()[: BOUND + 1].count()
        return len(self.object_list)

    @cached_property
    def count(self) -> int:
        return min(self._counted, BOUND)

    @property
    def beyond(self) -> bool:
        """Whether there are rows that no page reaches."""
        return self._counted > BOUND


class SwiftChangeList(ChangeList):
    """Finds a page's keys first and its rows by them.

    Keys can be filtered and sorted in an index alone. Rows hold whole articles: sorting those
    reads all of them before the first is shown.
    """

    model_admin: Any  # an ArchiveAdmin

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_popup:
            self.title = capfirst(str(self.opts.verbose_name_plural))

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        keys = list(self.result_list.values_list("pk", flat=True))
        shown = self.model_admin.for_list(self.apply_select_related(self.root_queryset))
        rows = shown.order_by().in_bulk(keys)
        # A row may have vanished between the two questions.
        self.result_list = [rows[key] for key in keys if key in rows]
