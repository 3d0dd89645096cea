"""Stories: the articles that are alike to one, as when several outlets print a wire report.

What is stored is a fingerprint of each article. Who is alike is found by equal bands and judged
when it is asked for, among the articles that the public may see. So the order and the batches of
imports make no difference, whatever is deleted, hidden or restored leaves nothing to be mended, and
an article that may not be seen joins no two others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.utils import timezone

from archive.models import AccessLevel, Article, Fingerprint, Status
from archive.services.bulk import insert_rows
from archive.services.found import FoundArticle
from archive.text.fingerprint import BAND_BITS, BANDS, fingerprint, likeness
from archive.text.fingerprint import Fingerprint as Print

DAYS_APART = 7
"""Reports of one story lie at most so many days apart, first possible days counted."""
ALIKE = 0.5
"""From this likeness on reports of different outlets are one story."""
ALIKE_IN_ONE_OUTLET = 0.9
"""Of one outlet, only what is all but the same: its weather reports share most of their words."""
MOST_COMPARED = 2_000
"""Articles that a page is compared with at most; a text may stand in thousands."""
MOST_SHOWN = 50
ROWS_AT_ONCE = 500

_STRETCH = 28  # days that share bands; reports of the days around are looked for in both
# The stretch leads, so that an import in order of time writes to one place of each index.
_BAND = (1 << BAND_BITS) - 1
_NO_BANDS = (None,) * BANDS
_NAMES = tuple(f"band_{number}" for number in range(1, BANDS + 1))
_FIELDS = ("article", "version", "day", "signature", *_NAMES)

_LISTED = (
    *("public_id", "headline", "body", "language", "published", "published_lower", "access"),
    *("source__name", "source__slug"),
)

# Article, version, day, signature, and the bands: whole numbers, or None where there are none.
Row = tuple[int, int, int | None, bytes, *tuple[Any, ...]]

# Every page of results asks these two, so they are written as they are sent. A cross join is made
# in the order given: a database that knows no better would read all articles that are published.
_KNOWN = f"""
SELECT known.article_id, known.day, known.signature, article.source_id,
    {", ".join(f"known.{name}" for name in _NAMES)}
FROM archive_fingerprint known JOIN archive_article article
    ON article.id = known.article_id AND article.version = known.version
WHERE known.shared AND article.access <> %s AND known.article_id IN ({{}})
"""  # noqa: S608 - names of columns
_SHARING = f"""
SELECT article_id, shared, {", ".join(_NAMES)} FROM archive_fingerprint WHERE {{}}
"""  # noqa: S608 - names of columns
_PUBLIC_ALIKE = """
SELECT known.article_id, known.day, known.signature, article.source_id
FROM archive_fingerprint known CROSS JOIN archive_article article
LEFT JOIN archive_source source ON source.id = article.source_id
WHERE ({}) AND article.id = known.article_id AND article.version = known.version
    AND article.status = %s AND article.access <> %s
    AND (article.embargo_until IS NULL OR article.embargo_until <= %s)
    AND (article.source_id IS NULL OR source.visible)
LIMIT %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An article of a story, with its likeness to the one that the story was asked for."""

    article: Article
    likeness: float


class _Text(NamedTuple):
    """What is compared of an article."""

    article: int
    day: int | None
    signature: bytes
    source: int | None


@dataclass(frozen=True, slots=True)
class _Story:
    """A text and the public ones that are alike to it, with their likeness."""

    text: _Text
    alike: Mapping[int, float]
    sources: frozenset[int]


GROUPED_BY = ("version", "published_lower", "headline", "summary", "body")
"""The fields of an article that ``group_articles`` looks at."""


def group_articles(
    articles: Iterable[Article], *, prints: Mapping[int, Print | None] | None = None
) -> None:
    """Store the fingerprints of new and changed articles, in the running transaction.

    ``prints`` has those that were taken before, by the keys of articles.
    Costs four statements for up to 500 articles. Of two in transactions of the same moment neither
    meets the other, which ``group_stored`` makes up for. Whoever calls tells the public that
    something has changed.
    """
    rows = [
        row_of(a.pk, a.version, a.published_lower, a.headline, a.summary, a.body)
        if prints is None
        else _row(a.pk, a.version, a.published_lower, prints[a.pk])
        for a in articles
    ]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        replace_rows(rows[start : start + ROWS_AT_ONCE])


def story_of(article: Article, *, limit: int = MOST_SHOWN) -> list[Report]:
    """The public articles alike to a public one, the earliest first; of many, the ones most alike.

    An article of which the public may not read the text is in no story: its likeness to another
    would tell the text.
    """
    story = _stories([article.pk]).get(article.pk)
    if story is None:
        return []
    closest = sorted(story.alike, key=lambda other: (-story.alike[other], other))[:limit]
    rows = Article.objects.public().filter(pk__in=closest).select_related("source").only(*_LISTED)
    return [
        Report(article=row, likeness=story.alike[row.pk])
        for row in sorted(rows, key=lambda row: (row.published_lower or date.max, row.public_id))
    ]


def folded(found: Sequence[FoundArticle]) -> list[FoundArticle]:
    """A page of hits with each story told once: by the first of its hits, the others beneath it.

    Only reports of other outlets go beneath it: what one outlet says twice, it says twice. No hit
    is lost: those left out stand in ``also`` of the one that they are alike to. ``reports``
    and ``outlets`` count all that is public and alike to it, and whose that is beside its own
    outlet, whether the search finds them or not. Costs one query where nothing has a fingerprint,
    else two.
    """
    stories = _stories([hit.article.pk for hit in found])
    beneath: dict[int, list[FoundArticle]] = {}
    sources: dict[int, int | None] = {}
    shown = []
    for hit in found:
        key, source = hit.article.pk, hit.article.source_id
        first = next(
            (
                other
                for other in beneath
                if source not in (None, sources[other])
                and other in stories
                and key in stories[other].alike
            ),
            None,
        )
        if first is not None:
            beneath[first].append(hit)
            continue
        shown.append(hit)
        beneath[key], sources[key] = [], source
    return [
        replace(
            hit,
            also=tuple(beneath[hit.article.pk]),
            reports=len(story.alike),
            outlets=len(story.sources - {story.text.source}),
        )
        if (story := stories.get(hit.article.pk)) is not None
        else hit
        for hit in shown
    ]


def _stories(articles: Sequence[int]) -> dict[int, _Story]:
    """The stories of articles that are public; none of those that nothing is alike to."""
    texts: list[_Text] = []
    wanted = _Bands()
    with connection.cursor() as cursor:
        for start in range(0, len(articles), ROWS_AT_ONCE):
            keys = ",".join(map(str, articles[start : start + ROWS_AT_ONCE]))
            cursor.execute(_KNOWN.format(keys), [AccessLevel.METADATA])
            for article, day, signature, source, *bands in cursor.fetchall():
                texts.append(_Text(article, day, bytes(signature), source))
                wanted.add(day, bands)
        if not texts:
            return {}
        cursor.execute(
            _PUBLIC_ALIKE.format(wanted.condition),
            [
                Status.PUBLISHED,
                AccessLevel.METADATA,
                connection.ops.adapt_datetimefield_value(timezone.now()),
                MOST_COMPARED,
            ],
        )
        others = [
            _Text(article, day, bytes(signature), source)
            for article, day, signature, source in cursor.fetchall()
        ]
    return _judged(texts, others)


class _Bands:
    """The bands that articles may share with given ones, in all stretches of days around them."""

    def __init__(self) -> None:
        self._wanted: tuple[set[int], ...] = tuple(set() for _ in _NAMES)

    def add(self, day: int | None, bands: Iterable[int]) -> None:
        """Look for those of one more."""
        here = _stretch(day)
        steps = [around - here << BAND_BITS for around in _stretches_around(day)]
        for wanted, band in zip(self._wanted, bands, strict=True):
            for step in steps:
                wanted.add(band + step)

    def __bool__(self) -> bool:
        return bool(self._wanted[0])

    @property
    def condition(self) -> str:
        """The condition in SQL that a fingerprint has one of them; numbers alone stand in it."""
        return " OR ".join(
            f"{name} IN ({','.join(map(str, wanted))})"
            for name, wanted in zip(_NAMES, self._wanted, strict=True)
        )


def _judged(texts: Sequence[_Text], others: Sequence[_Text]) -> dict[int, _Story]:
    if not others:
        return {}
    grid = likeness([text.signature for text in texts], [other.signature for other in others])
    alike: defaultdict[int, dict[_Text, float]] = defaultdict(dict)
    for row, column in np.argwhere(grid >= ALIKE).tolist():
        text, other = texts[row], others[column]
        if _is_one_story(text, other, grid[row, column]):
            alike[row][other] = float(grid[row, column])
    return {
        texts[row].article: _Story(
            texts[row],
            {other.article: share for other, share in found.items()},
            frozenset(other.source for other in found if other.source is not None),
        )
        for row, found in alike.items()
    }


def _is_one_story(text: _Text, other: _Text, share: float) -> bool:
    if text.article == other.article or (text.day is None) != (other.day is None):
        return False
    if text.day is not None and other.day is not None and abs(text.day - other.day) > DAYS_APART:
        return False
    # Of two whose outlets are not known, nothing says that they are different ones.
    return share >= (ALIKE_IN_ONE_OUTLET if text.source == other.source else ALIKE)


def row_of(
    key: int, version: int, published: date | None, headline: str, summary: str, body: str
) -> Row:
    """The fingerprint of an article as it is stored."""
    found = fingerprint(headline=headline, summary=summary, body=body)
    return _row(key, version, published, found)


def _row(key: int, version: int, published: date | None, found: Print | None) -> Row:
    day = published.toordinal() if published is not None else None
    if found is None:
        return (key, version, day, b"", *_NO_BANDS)
    stretch = _stretch(day) << BAND_BITS
    return (key, version, day, found.signature, *(stretch + band for band in found.bands))


def stored_rows(articles: Sequence[int]) -> dict[int, Row]:
    """The fingerprints of articles, by article."""
    rows = Fingerprint.objects.filter(article__in=articles)
    return {
        article: (article, version, day, bytes(signature), *bands)
        for article, version, day, signature, *bands in rows.values_list(*_FIELDS)
    }


def replace_rows(rows: Sequence[Row]) -> None:
    """Store the fingerprints of up to 500 articles in place of those they have.

    Notes of these and of others which have a band in common.
    """
    known = Fingerprint.objects.filter(article__in=[row[0] for row in rows])
    known._raw_delete(using=known.db)
    sharing = note_shared(rows)
    insert_rows(
        Fingerprint,
        names=(*_FIELDS, "shared"),
        rows=[(*row, row[0] in sharing) for row in rows],
        constants={},
    )


def note_shared(rows: Sequence[Row]) -> set[int]:
    """Note of stored fingerprints which have a band in common with given ones.

    Returns the articles of those given, stored or not, which share one with another.
    """
    wanted = _Bands()
    having: tuple[dict[int, int], ...] = tuple({} for _ in _NAMES)
    sharing: set[int] = set()

    def meet(article: int, bands: Iterable[int]) -> None:
        for known, band in zip(having, bands, strict=True):
            first = known.setdefault(band & _BAND, article)
            if first != article:
                sharing.add(first)
                sharing.add(article)

    for article, _, day, signature, *bands in rows:
        if signature:
            wanted.add(day, bands)
            meet(article, bands)
    if not wanted:
        return sharing
    with connection.cursor() as cursor:
        cursor.execute(_SHARING.format(wanted.condition))
        found = cursor.fetchall()
    for article, _, *bands in found:
        meet(article, bands)
    unnoted = [article for article, shared, *_ in found if article in sharing and not shared]
    for start in range(0, len(unnoted), ROWS_AT_ONCE):
        some = unnoted[start : start + ROWS_AT_ONCE]
        Fingerprint.objects.filter(article__in=some).update(shared=True)
    return sharing


def _stretch(day: int | None) -> int:
    """The stretch of days that a day lies in; undated articles have one of their own."""
    return -1 if day is None else day // _STRETCH


def _stretches_around(day: int | None) -> set[int]:
    if day is None:
        return {_stretch(None)}
    return {_stretch(day - DAYS_APART), _stretch(day + DAYS_APART)}
