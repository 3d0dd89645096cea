"""The JSON API: the same questions and the same answers as the pages."""

from __future__ import annotations

from django.http import Http404
from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from archive.models import Entity
from archive.services import presenting, searching
from archive.services.articles import public_article, similar_articles, withdrawal_reason
from archive.services.listing import list_entities
from archive.services.stories import story_of
from archive.web.api_errors import (
    PublicAPIView,
    error_answer,
    error_body,
    parameter_error,
    query_error,
)
from archive.web.filters import EntityFilterSet, SearchFilterSet, problems_of
from archive.web.params import MultipleSlugField
from archive.web.serializers import (
    ArticleSerializer,
    EntitiesSerializer,
    ErrorSerializer,
    SearchAnswerSerializer,
)


def search_parameters() -> list[OpenApiParameter]:
    """The parameters of a search."""
    return _parameters(SearchFilterSet)


def _parameters(filters: type[FilterSet]) -> list[OpenApiParameter]:
    """The parameters that a filter set declares, as OpenAPI has them."""
    return [
        OpenApiParameter(
            name=name,
            type=OpenApiTypes.INT if name in ("page", "page_size") else OpenApiTypes.STR,
            many=isinstance(declared.field, MultipleSlugField),
            description=getattr(declared, "help_text", ""),
        )
        for name, declared in filters.base_filters.items()
    ]


class SearchView(PublicAPIView):
    """Search published articles."""

    @extend_schema(
        parameters=search_parameters(),
        responses={
            200: SearchAnswerSerializer,
            400: ErrorSerializer,
            429: ErrorSerializer,
            503: ErrorSerializer,
        },
    )
    def get(self, request: Request) -> Response:
        """Results and the counts of every facet for words, parties, places and dates."""
        filters = SearchFilterSet(request.query_params)
        problems = problems_of(filters.errors)
        if problems:
            return parameter_error(problems[0])
        answer = searching.search(filters.question())
        if answer.problem is not None:
            return query_error(answer.problem)
        return Response(presenting.answer_data(answer, address=request.build_absolute_uri))


class ArticleView(PublicAPIView):
    """One published article."""

    @extend_schema(responses={200: ArticleSerializer, 404: ErrorSerializer, 410: ErrorSerializer})
    def get(self, request: Request, public_id: str) -> Response:
        """An article with its tags, its references and what is like it."""
        article = public_article(public_id)
        if article is not None:
            return Response(
                presenting.article_data(
                    article,
                    similar=similar_articles(article),
                    story=story_of(article),
                    address=request.build_absolute_uri,
                )
            )
        reason = withdrawal_reason(public_id)
        if reason is None:
            raise Http404
        body = error_body("This article was withdrawn.", hint=reason)
        return error_answer(body, status=410)


class EntitiesView(PublicAPIView):
    """Parties, places, persons, organisations and topics of published articles."""

    @extend_schema(
        parameters=_parameters(EntityFilterSet),
        responses={200: EntitiesSerializer, 400: ErrorSerializer},
    )
    def get(self, request: Request) -> Response:
        """Entities by name; ``q`` is the beginning of one."""
        filters = EntityFilterSet(request.query_params, queryset=Entity.objects.all())
        problems = problems_of(filters.errors)
        if problems:
            return parameter_error(problems[0])
        rows, more = list_entities(
            filters.qs, offset=(filters.number - 1) * filters.size, limit=filters.size
        )

        def page(number: int) -> str:
            asked = request.query_params.copy()
            asked["page"] = str(number)
            return request.build_absolute_uri(f"{request.path}?{asked.urlencode()}")

        return Response(
            {
                "next": page(filters.number + 1) if more else None,
                "previous": page(filters.number - 1) if filters.number > 1 else None,
                "results": [
                    {
                        "kind": row.entity.kind,
                        "value": row.entity.slug,
                        "label": row.entity.name,
                        "count": row.count,
                        "url": request.build_absolute_uri(row.entity.get_absolute_url()),
                    }
                    for row in rows
                ],
            }
        )
