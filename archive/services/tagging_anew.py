"""Tags of stored articles brought in line with a vocabulary that has changed since.

Only what the text names is compared and written, as evidence of the gazetteer: what suppliers gave
and what editors decided stays, and a rejected tag stays rejected. An article whose tags are right
already costs no write at all, so that a run which was killed is simply started again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from time import monotonic, process_time

from django.db import transaction
from django.db.models import Q, QuerySet

from archive.models import (
    Article,
    Entity,
    EntityKind,
    EntityRedirect,
    Origin,
    Status,
    Tag,
    TagEvidence,
)
from archive.services import outbox
from archive.services.following import Followed, follow_index
from archive.services.tagging import Evidence, NamedEntity, Tagger
from archive.services.tagging_found import (
    StoredTag,
    TagChanges,
    TagRow,
    changes_of_found,
    write_found,
)

ARTICLES_AT_ONCE = 500
_TEXTS_AT_ONCE = 50  # in memory: a single one may have many megabytes


@dataclass(slots=True, kw_only=True)
class TaggingReport:
    """What was compared and what became of it.

    ``articles`` counts those whose tags were compared, ``changed`` those of them that were not as
    the vocabulary would have them; ``added``, ``altered`` and ``removed`` count tags.
    ``cpu_seconds`` is the time of the processor that looking for names took, of ``searched`` texts.
    """

    articles: int = 0
    changed: int = 0
    added: int = 0
    altered: int = 0
    removed: int = 0
    searched: int = 0
    cpu_seconds: float = 0.0
    seconds: float = 0.0
    index: Followed = field(default_factory=Followed)

    @property
    def rate(self) -> float:
        """Texts in which names were looked for, in a second of the processor."""
        return self.searched / self.cpu_seconds if self.cpu_seconds else 0.0


def tag_articles(
    *,
    entities: Sequence[str] = (),
    since: date | None = None,
    withdrawn_too: bool = False,
    dry_run: bool = False,
    index: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> TaggingReport:
    """Compare the tags of articles with what the vocabulary says now and write what differs.

    ``entities`` (``kind:slug``) narrows it to articles that name one of them or were tagged with it
    because they did; ``since`` to those dated that day or later. Withdrawn articles are passed over
    unless ``withdrawn_too``. ``progress`` is told how many articles are done, and of how many.

    Raises ValueError where there is no such entity, before anything is read.
    """
    began = monotonic()
    wanted = _articles(since=since, withdrawn_too=withdrawn_too)
    work = _Work(only=_keys_of(entities), dry_run=dry_run)
    total = wanted.count() if progress else 0
    done = last = 0
    while keys := list(
        wanted.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:ARTICLES_AT_ONCE]
    ):
        last = keys[-1]
        work.bring_in_line(keys)
        done += len(keys)
        if progress is not None:
            progress(done, total)
    if index and not dry_run:
        work.report.index = follow_index()
    work.report.seconds = monotonic() - began
    return work.report


def _articles(*, since: date | None, withdrawn_too: bool) -> QuerySet[Article]:
    wanted: QuerySet[Article] = Article.objects.all()
    if since is not None:
        wanted = wanted.filter(published_upper__gte=since)
    return wanted if withdrawn_too else wanted.exclude(status=Status.WITHDRAWN)


def _keys_of(named: Sequence[str]) -> frozenset[int] | None:
    """The entities of these kinds and slugs, None where none are given. Raises ValueError."""
    keys = set()
    for given in named:
        kind, colon, slug = given.partition(":")
        if not colon or kind not in EntityKind.values:
            raise ValueError(
                f"“{given}” names no entity. Write its kind ({', '.join(EntityKind.values)}), a "
                "colon and its slug: place:istanbul."
            )
        found = (
            Entity.objects.filter(kind=kind, slug=slug).values_list("pk", flat=True).first()
            or EntityRedirect.objects.filter(kind=kind, slug=slug)
            .values_list("entity_id", flat=True)
            .first()
        )
        if found is None:
            raise ValueError(f"There is no {kind} “{slug}”. The admin lists slugs of entities.")
        keys.add(found)
    return frozenset(keys) if named else None


@dataclass(slots=True)
class _Text:
    """What an article's text names, as of one version of the article."""

    article: int
    version: int
    named: tuple[NamedEntity, ...]


class _Work:
    """One run: the vocabulary as it was when the run began, and the tally."""

    def __init__(self, *, only: frozenset[int] | None, dry_run: bool) -> None:
        self.report = TaggingReport()
        self._tagger = Tagger()
        self._only = only
        self._narrow = None if only is None else Tagger(only=only)
        self._dry_run = dry_run

    def bring_in_line(self, articles: Sequence[int]) -> None:
        """Compare a batch of articles and write, in one transaction, what differs."""
        compared = list(self._texts(articles))
        self.report.articles += len(compared)
        differing = _differing(compared)
        if not differing:
            return
        if not self._dry_run:
            with transaction.atomic():
                differing = self._settle([text for text, _ in differing])
        self.report.changed += len(differing)
        for _, changes in differing:
            self.report.added += len(changes.new)
            self.report.altered += changes.kept
            self.report.removed += len(changes.gone)

    def _settle(self, texts: Sequence[_Text]) -> list[tuple[_Text, TagChanges]]:
        """Compare again, now that nobody else can write, and write; returns what was written.

        An import or an editor may have come between, and entities may have been merged.
        """
        articles = Article.objects.select_for_update().filter(pk__in=[t.article for t in texts])
        versions = dict(articles.values_list("pk", "version"))
        current = [text for text in texts if versions.get(text.article) == text.version]
        settled = {text.article for text in current}
        current += self._texts([key for key in versions if key not in settled])
        known = _known_entities(current)
        for text in current:
            text.named = tuple(found for found in text.named if found.entity in known)
        differing = _differing(current)
        write_found([(text.article, changes) for text, changes in differing])
        written = [text.article for text, _ in differing]
        outbox.enqueue_where(Q(pk__in=written), visibility_changes=False)
        return differing

    def _texts(self, articles: Collection[int]) -> Iterator[_Text]:
        """The articles that are to be compared, with what they name."""
        tagged: set[int] = set()
        if self._only is not None:
            tagged.update(
                TagEvidence.objects.filter(
                    tag__article__in=articles, tag__entity__in=self._only, origin=Origin.GAZETTEER
                ).values_list("tag__article_id", flat=True)
            )
        rows = (
            Article.objects.filter(pk__in=articles)
            .order_by("pk")
            .values_list("pk", "version", "language", "headline", "summary", "body")
        )
        for pk, version, language, *parts in rows.iterator(chunk_size=_TEXTS_AT_ONCE):
            text = "\n\n".join(parts)
            began = process_time()
            named = None
            if self._narrow is None or pk in tagged or self._narrow.names_any(text, language):
                named = self._tagger.named_in(text, language)
            self.report.cpu_seconds += process_time() - began
            self.report.searched += 1
            if named is not None:
                yield _Text(pk, version, named)


def _differing(texts: Sequence[_Text]) -> list[tuple[_Text, TagChanges]]:
    stored = _stored_tags([text.article for text in texts])
    compared = (
        (text, changes_of_found(stored=stored.get(text.article, []), named=text.named))
        for text in texts
    )
    return [(text, changes) for text, changes in compared if changes]


def _known_entities(texts: Iterable[_Text]) -> frozenset[int]:
    """Those of the named entities that are still there."""
    keys = sorted({found.entity for text in texts for found in text.named})
    return frozenset(
        key
        for start in range(0, len(keys), ARTICLES_AT_ONCE)
        for key in Entity.objects.filter(pk__in=keys[start : start + ARTICLES_AT_ONCE]).values_list(
            "pk", flat=True
        )
    )


def _stored_tags(articles: Collection[int]) -> Mapping[int, list[StoredTag]]:
    """The tags of articles, by article."""
    stored: defaultdict[int, list[StoredTag]] = defaultdict(list)
    by_key: dict[int, StoredTag] = {}
    for key, article, entity, origin, state, count, position in Tag.objects.filter(
        article__in=articles
    ).values_list("pk", "article_id", "entity_id", "origin", "state", "count", "first_position"):
        by_key[key] = StoredTag(key=key, entity=entity, row=TagRow(origin, state, count, position))
        stored[article].append(by_key[key])
    for key, origin, surface, count, position in TagEvidence.objects.filter(
        tag__article__in=articles, origin__in=(Origin.IMPORT, Origin.GAZETTEER)
    ).values_list("tag_id", "origin", "surface", "count", "first_position"):
        tag = by_key.get(key)
        if tag is not None and origin == Origin.IMPORT:
            tag.given = True
        elif tag is not None:
            tag.found = Evidence(
                origin=Origin.GAZETTEER, surface=surface, count=count, first_position=position
            )
    return stored
