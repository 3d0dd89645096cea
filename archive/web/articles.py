"""The page of one article."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from archive.facets.language import language_name
from archive.models import AccessLevel, Article, EntityKind
from archive.services.articles import (
    public_article,
    public_changes,
    similar_articles,
    withdrawal_reason,
)
from archive.services.found import extract_of, shown_title
from archive.services.stories import Report, story_of
from archive.text.analysis import UNDETERMINED, fold, primary_language
from archive.web.addresses import tagged_url
from archive.web.caching import public_answer
from archive.web.kinds import plural
from archive.web.lists import (
    direction_of,
    iso_for_time,
    language_tag,
    result_views,
    tag_link,
    web_address,
)
from archive.web.page_models import (
    ArticlePageView,
    Fact,
    ReferenceView,
    ReportView,
    TagGroup,
    WithdrawnPageView,
)

_ACCESS_NOTES = {
    AccessLevel.FULL: "",
    AccessLevel.SNIPPET: "Only a short extract of this article may be shown here.",
    AccessLevel.METADATA: "The text of this article may not be shown here.",
}


@require_safe
@public_answer
def article(request: HttpRequest, public_id: str) -> HttpResponse:
    """An article, or the tombstone of a withdrawn one."""
    found = public_article(public_id)
    if found is not None:
        return render(request, "article.html", {"page": article_page(found)})
    reason = withdrawal_reason(public_id)
    if reason is None:
        raise Http404
    page = WithdrawnPageView(reason=reason)
    response = render(request, "withdrawn.html", {"page": page}, status=410)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def article_page(article: Article) -> ArticlePageView:
    """What the page says of an article that was read by ``public_article``."""
    readable = article.access != AccessLevel.METADATA
    whole = article.access == AccessLevel.FULL
    story = story_of(article)
    told = {report.article.pk for report in story}
    return ArticlePageView(
        id=article.public_id,
        url=article.get_absolute_url(),
        headline=shown_title(article),
        summary=article.summary if readable else "",
        paragraphs=tuple(article.paragraphs) if whole else (),
        # A summary that is shown above need not be said again.
        extract="" if whole or article.summary else extract_of(article),
        access_note=_ACCESS_NOTES[AccessLevel(article.access)],
        byline=_listed(article.bylines),
        published=article.published_english,
        published_iso=iso_for_time(article.published),
        published_url=_day_url(article),
        source=article.source.name if article.source else "",
        source_url=article.source.get_absolute_url() if article.source else "",
        language=language_tag(article.language),
        direction=direction_of(article.language),
        language_name=language_name(article.language),
        canonical_url=web_address(article.canonical_url),
        credit=article.credit,
        usage_terms=article.usage_terms or (article.source.usage_terms if article.source else ""),
        facts=_facts(article),
        tag_groups=_tag_groups(article),
        references=tuple(
            ReferenceView(label=reference.label, url=web_address(reference.url))
            for reference in (article.references.all() if readable else ())
        ),
        story=tuple(map(_report_view, story)),
        # What tells the same story stands above them.
        similar=result_views(
            found for found in similar_articles(article) if found.article.pk not in told
        ),
        provenance=_provenance(article),
    )


def _report_view(report: Report) -> ReportView:
    article = report.article
    return ReportView(
        url=article.get_absolute_url(),
        headline=shown_title(article),
        published=article.published_english,
        published_iso=iso_for_time(article.published),
        source=article.source.name if article.source else "",
        source_url=article.source.get_absolute_url() if article.source else "",
        language=language_tag(article.language),
        direction=direction_of(article.language),
        percent=round(100 * report.likeness),
    )


def _facts(article: Article) -> tuple[Fact, ...]:
    facts = []
    if article.section:
        facts.append(
            Fact(
                label="Section",
                value=article.section,
                url=tagged_url("section", fold(article.section.strip())),
            )
        )
    facts += [
        Fact(label=label, value=value)
        for label, value in (("Page", article.page), ("Edition", article.edition))
        if value
    ]
    if article.language != UNDETERMINED:
        facts.append(
            Fact(
                label="Language",
                value=language_name(article.language),
                url=tagged_url("language", primary_language(article.language)),
            )
        )
    return tuple(facts)


def _tag_groups(article: Article) -> tuple[TagGroup, ...]:
    tags = article.shown_tags  # type: ignore[attr-defined]  # found.counted_tags
    groups = []
    for kind in EntityKind:
        links = tuple(tag_link(tag.entity, tag.count) for tag in tags if tag.entity.kind == kind)
        if links:
            groups.append(TagGroup(kind=kind, label=plural(kind), tags=links))
    return tuple(groups)


def _provenance(article: Article) -> tuple[str, ...]:
    origin = f" from {article.source.name}" if article.source else ""
    said = [f"Added to this archive on {_day(article.created_at)}{origin}."]
    said += [
        f"On {_day(change.at)}, {_listed(change.parts)} "
        f"{'was' if len(change.parts) == 1 else 'were'} changed."
        for change in public_changes(article)
    ]
    return tuple(said)


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "j F Y")


def _day_url(article: Article) -> str:
    """The page of the day, month or year of publication; of the undated, where there is none."""
    written = iso_for_time(article.published)
    if written:
        parts = [int(part) for part in written.split("-")]
        return reverse(f"browse-{('year', 'month', 'day')[len(parts) - 1]}", args=parts)
    return "" if article.published else reverse("browse-undated")


def _listed(words: tuple[str, ...] | list[str]) -> str:
    """``one, two and three``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
