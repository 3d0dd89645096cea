"""What the API says where it cannot answer."""

from __future__ import annotations

import logging
from typing import Any

from django.http import Http404
from rest_framework.exceptions import APIException
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from archive.exceptions import IndexMissing, QueryError, SearchIndexError
from archive.web.page_models import FieldProblem
from archive.web.search_page import NOT_BUILT, OUT_OF_ORDER, RETRY_AFTER

logger = logging.getLogger(__name__)


class PublicAPIView(APIView):
    """A view whose errors all have the shape of ``serializers.ErrorSerializer``."""

    def get_exception_handler(self) -> Any:
        return answer_exception


def error_body(
    message: str,
    *,
    hint: str = "",
    position: int | None = None,
    parameter: str | None = None,
) -> dict[str, Any]:
    """An error: what is wrong, what to do, and where."""
    return {
        "error": {"message": message, "hint": hint, "position": position, "parameter": parameter}
    }


def error_answer(body: dict[str, Any], *, status: int, retry_after: int = 0) -> Response:
    """An answer with an error in it."""
    headers = {"Retry-After": str(retry_after)} if retry_after else None
    return Response(body, status=status, headers=headers)


def query_error(error: QueryError) -> Response:
    """A query that cannot be read."""
    body = error_body(error.message, hint=error.hint, position=error.position, parameter="q")
    return error_answer(body, status=400)


def parameter_error(problem: FieldProblem) -> Response:
    """A parameter that cannot be taken."""
    return error_answer(error_body(problem.message, parameter=problem.parameter), status=400)


def answer_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what a view raised into an answer; None leaves it to Django."""
    if isinstance(error, SearchIndexError):
        logger.error("The search index could not answer: %s", error)
        sentence = NOT_BUILT if isinstance(error, IndexMissing) else OUT_OF_ORDER
        return error_answer(error_body(sentence), status=503, retry_after=RETRY_AFTER)
    if isinstance(error, Http404):
        return error_answer(error_body("There is nothing at this address."), status=404)
    response = exception_handler(error, context)
    if response is None or not isinstance(error, APIException):
        return response
    return error_answer(error_body(str(error.detail)), status=response.status_code)
