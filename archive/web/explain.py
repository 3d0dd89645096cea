"""Why an article was found: the page behind "Why this article?" and its address in the API."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from archive.exceptions import IndexMissing, SearchIndexError
from archive.services import explaining
from archive.services.presenting_reasons import reasons_data
from archive.services.questions import SearchQuestion
from archive.web.addresses import search_url
from archive.web.api import search_parameters
from archive.web.api_errors import (
    PublicAPIView,
    error_answer,
    error_body,
    parameter_error,
    query_error,
)
from archive.web.caching import public_answer
from archive.web.explain_page import NotExplainedView, explain_page
from archive.web.explain_serializers import ReasonsSerializer
from archive.web.filters import SearchFilterSet, problems_of
from archive.web.limits import in_turn, limited
from archive.web.search_page import NOT_BUILT, OUT_OF_ORDER, RETRY_AFTER
from archive.web.serializers import ErrorSerializer

NOT_MET = "This article does not meet the query, so there is nothing to explain."
_HINT = "Where it was published or changed a moment ago, try again soon."


@require_safe
@limited
@in_turn
@public_answer
def explain(request: HttpRequest, public_id: str) -> HttpResponse:
    """How the query was read, where its words stand, what that scores and what filters do."""
    filters = SearchFilterSet(request.GET)
    problems = problems_of(filters.errors)
    question = filters.question()
    try:
        reasons = explaining.explain(question, public_id)
    except SearchIndexError as error:
        sentence = NOT_BUILT if isinstance(error, IndexMissing) else OUT_OF_ORDER
        return _not_explained(
            request, question, "The search index cannot answer", sentence, status=503
        )
    if reasons is None:
        raise Http404
    if reasons.explanation is None:
        return _not_explained(
            request, question, "Not found by this search", f"{NOT_MET} {_HINT}", status=404
        )
    page = explain_page(reasons, field_problems=problems)
    response = render(
        request,
        "explain.html",
        {"page": page},
        status=400 if problems or reasons.problem else 200,
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response


class ExplainView(PublicAPIView):
    """Why an article was found."""

    @extend_schema(
        parameters=search_parameters(),
        responses={
            200: ReasonsSerializer,
            400: ErrorSerializer,
            404: ErrorSerializer,
            429: ErrorSerializer,
            503: ErrorSerializer,
        },
    )
    def get(self, request: Request, public_id: str) -> Response:
        """What the words of a query score in one article, and what each filter takes away."""
        filters = SearchFilterSet(request.query_params)
        problems = problems_of(filters.errors)
        if problems:
            return parameter_error(problems[0])
        reasons = explaining.explain(filters.question(), public_id)
        if reasons is None:
            raise Http404
        if reasons.problem is not None:
            return query_error(reasons.problem)
        if reasons.explanation is None:
            return error_answer(error_body(NOT_MET, hint=_HINT), status=404)
        return Response(reasons_data(reasons, address=request.build_absolute_uri))


def _not_explained(
    request: HttpRequest, question: SearchQuestion, title: str, message: str, *, status: int
) -> HttpResponse:
    page = NotExplainedView(title=title, message=message, back_url=search_url(question))
    response = render(request, "not_explained.html", {"page": page}, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response
