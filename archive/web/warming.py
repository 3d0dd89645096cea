"""A first search in a new process, so that no visitor waits for what it loads."""

from __future__ import annotations

import logging

from django.db import DatabaseError
from django.template.loader import render_to_string

from archive.exceptions import SearchIndexError
from archive.services import searching
from archive.services.questions import SearchQuestion
from archive.web.filters import SearchFilterSet
from archive.web.search_page import search_page

logger = logging.getLogger(__name__)

_QUESTIONS = ({"q": "the"}, {"sort": "newest"})


def warm_up() -> None:
    """Answer questions to nobody. A site that cannot answer them yet starts all the same."""
    try:
        for parameters in _QUESTIONS:
            _answer(SearchFilterSet(parameters).question())
    except (SearchIndexError, DatabaseError) as error:
        logger.info("The first search will be slower: %s", error)
    except Exception:  # a process that does not come up takes the whole site with it
        logger.exception("The first search will be slower.")


def _answer(question: SearchQuestion) -> str:
    return render_to_string("search.html", {"page": search_page(searching.search(question))})
