"""Articles and entities in lists, and the ways to further pages of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import cast

from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.safestring import mark_safe

from archive.models import Entity
from archive.services.found import FoundArticle, TaggedEntity
from archive.text.analysis import UNDETERMINED
from archive.text.dates import english
from archive.text.languages import direction
from archive.text.numbers import spaced
from archive.web.addresses import article_url, entity_url, path_of
from archive.web.page_models import Direction, Link, PageLinks, ResultView, TagLink

TAGS_SHOWN = 4
STORY = "story"
"""Where on an article's page the other reports of its story stand."""
_AROUND = 2  # pages named to each side of the one shown
_ISO_PERIOD = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_LAST_MONTH = 12


def result_view(found: FoundArticle, why_url: str = "") -> ResultView:
    """One article of a list, with the page that says why it was found where there is one."""
    article = found.article
    published, iso = _dated(article.published)
    prefix = get_script_prefix()
    return ResultView(
        id=article.public_id,
        url=article_url(article.public_id),
        # Both were escaped where words were marked; only <mark> is left in them.
        headline_html=mark_safe(found.headline_html),  # noqa: S308
        snippet_html=mark_safe(found.snippet_html),  # noqa: S308
        published=published,
        published_iso=iso,
        source=article.source.name if article.source else "",
        source_url=path_of("source", article.source.slug) if article.source else "",
        language=language_tag(article.language),
        direction=_direction(article.language),
        tags=tuple(_tag_link(entity, prefix) for entity in found.entities[:TAGS_SHOWN]),
        score=found.score,
        why_url=why_url,
        also=result_views(found.also),
        others=_others(found),
        others_url=f"{article_url(article.public_id)}#{STORY}" if found.reports else "",
    )


def _others(found: FoundArticle) -> str:
    """Who else tells the story, counted by outlets where other ones do."""
    number, what = (found.outlets, "outlet") if found.outlets else (found.reports, "report")
    return f"{spaced(number)} more {what}{'' if number == 1 else 's'}" if number else ""


def result_views(found: Iterable[FoundArticle]) -> tuple[ResultView, ...]:
    """A list of articles."""
    return tuple(result_view(each) for each in found)


def tag_link(entity: Entity | TaggedEntity, count: int = 0) -> TagLink:
    """A link to the page of an entity."""
    return TagLink(
        kind=entity.kind,
        label=entity.name,
        url=entity_url(entity.kind, entity.slug),
        count=count,
    )


@lru_cache(maxsize=10_000)
def _tag_link(
    entity: TaggedEntity,
    prefix: str,  # noqa: ARG001 - part of the key
) -> TagLink:
    """The same entities are named again and again."""
    return tag_link(entity)


def language_tag(language: str) -> str:
    """A tag for the attribute ``lang``; empty where the language is not known."""
    return "" if language == UNDETERMINED else language


def direction_of(language: str) -> Direction:
    """The direction in which a language is written."""
    return cast("Direction", direction(language))


_direction = lru_cache(maxsize=1_000)(direction_of)


@lru_cache(maxsize=20_000)
def _dated(published: str) -> tuple[str, str]:
    """A date in words and for ``<time datetime>``; many articles share one."""
    return english(published), iso_for_time(published)


def iso_for_time(written: str) -> str:
    """An EDTF date for ``<time datetime>``, which knows years, months and days only."""
    if not _ISO_PERIOD.fullmatch(written):
        return ""
    is_season = len(written) == 7 and int(written[5:7]) > _LAST_MONTH
    return "" if is_season else written


def web_address(url: str) -> str:
    """``url`` where it leads to a web page, else nothing: ``javascript:`` must not be followed."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def numbered_pages(
    *, number: int, total: int, size: int, most: int, url_of: Callable[[int], str]
) -> PageLinks:
    """Links to the pages of a list whose length is known; paging ends after ``most`` rows."""
    last = max(1, min(-(-total // size), most // size))
    near = range(max(1, number - _AROUND), min(last, number + _AROUND) + 1)
    shown = sorted({1, *near, last})
    return PageLinks(
        number=number,
        last=last,
        previous_url=url_of(min(number - 1, last)) if number > 1 else "",
        next_url=url_of(number + 1) if number < last else "",
        numbered=tuple(
            Link(label=str(page), url=url_of(page), current=page == number) for page in shown
        )
        if last > 1
        else (),
        beyond=(
            f"Only the first {spaced(most)} can be turned to. Narrow the search to see the others."
            if total > most
            else ""
        ),
    )


def following_pages(*, number: int, more: bool, url_of: Callable[[int], str]) -> PageLinks:
    """Links to the neighbours of a page of a list whose length is not counted."""
    return PageLinks(
        number=number,
        last=None if more else number,
        previous_url=url_of(number - 1) if number > 1 else "",
        next_url=url_of(number + 1) if more else "",
    )


def page_url(request: HttpRequest, number: int) -> str:
    """The address of another page of the list that ``request`` asks for."""
    asked = request.GET.copy()
    asked.pop("page", None)
    if number > 1:
        asked["page"] = str(number)
    return f"{request.path}?{asked.urlencode()}" if asked else request.path
