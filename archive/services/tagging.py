"""Which entities an article is tagged with, by what its supplier says and what its text names.

A tag has one row of evidence for each origin. An import replaces the evidence of imports and of the
gazetteer, never an editor's, and never changes what an editor decided: a rejected tag stays
rejected, a confirmed one confirmed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from archive.formats.base import ArticleRecord
from archive.models import (
    Article,
    Entity,
    EntityAlias,
    EntityKind,
    ImportRun,
    Origin,
    Tag,
    TagEvidence,
    TagState,
)
from archive.services.bulk import insert_rows, update_rows
from archive.text.disambiguation import read_mentions
from archive.text.gazetteer import Gazetteer, GazetteerEntry, Mention

ROWS_AT_ONCE = 2_000
MAX_SURFACE = 200
_SHOWN = ("origin", "state", "count", "first_position")


@dataclass(slots=True, kw_only=True)
class NamedEntity:
    """An entity that a text names: its key, the first name as it stood and where, how often.

    Not frozen: a dozen are made of every article, which would take three times as long.
    """

    entity: int
    certain: bool
    surface: str
    count: int
    first_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why an article is tagged: the name as it stood, how often, and where first."""

    origin: Origin
    surface: str
    count: int = 0
    first_position: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedTag:
    """What a tag should be where no editor has a say in it."""

    state: TagState
    evidence: tuple[Evidence, ...]

    @property
    def origin(self) -> Origin:
        """The strongest: a supplier's word before a name found in the text."""
        origins = {evidence.origin for evidence in self.evidence}
        return Origin.IMPORT if Origin.IMPORT in origins else Origin.GAZETTEER

    @property
    def count(self) -> int:
        return max(evidence.count for evidence in self.evidence)

    @property
    def first_position(self) -> int | None:
        found = [e.first_position for e in self.evidence if e.first_position is not None]
        return min(found, default=None)


TagsByEntity = Mapping[int, WantedTag]


def text_of(article: Article | ArticleRecord) -> str:
    """What names are looked for in; positions of tags count its characters from 0."""
    return "\n\n".join((article.headline, article.summary, article.body))


class Tagger:
    """The names of the vocabulary, ready to be found; one object for a whole import.

    It holds the vocabulary as it was when the object was made: make another to see changes. With
    ``only`` it holds no more than these entities.
    """

    def __init__(self, *, only: Collection[int] | None = None) -> None:
        sought = Entity.objects.filter(in_texts=True)
        if only is not None:
            sought = sought.filter(pk__in=only)
        kinds = dict(sought.values_list("pk", "kind"))
        entries = [
            GazetteerEntry(key=pk, kind=kinds[pk], name=name)
            for pk, name in sought.order_by("pk").values_list("pk", "name")
        ]
        entries += [
            GazetteerEntry(
                key=entity, kind=kinds[entity], name=name, language=language, metonym=metonym
            )
            for entity, name, language, metonym in EntityAlias.objects.filter(entity__in=sought)
            .order_by("pk")
            .values_list("entity_id", "name", "language", "metonym")
            if entity in kinds
        ]
        self._gazetteer = Gazetteer(entries)

    def names_any(self, text: str, language: str) -> bool:
        """Whether a text holds any of the names."""
        return bool(self._gazetteer.find(text, language))

    def named(self, article: Article) -> tuple[NamedEntity, ...]:
        """The entities that the text of an article names, each once.

        A name that the text leaves in doubt is not certain. Nor is a topic: that a word occurs is
        no judgement of what the article is about.
        """
        return self.named_in(text_of(article), article.language)

    def named_in(self, text: str, language: str) -> tuple[NamedEntity, ...]:
        """The same of a text as ``text_of`` puts it together, in a language."""
        mentions = self._gazetteer.find(text, language)
        if not mentions:
            return ()
        # Readings come in the order of the text, so that the first of each is where it begins.
        first: tuple[dict[int, Mention], dict[int, Mention]] = ({}, {})
        counts: tuple[dict[int, int], dict[int, int]] = ({}, {})
        for mention, entry, sure in read_mentions(text, mentions, language):
            certain = sure and entry.kind != EntityKind.TOPIC
            known = counts[certain]
            if entry.key in known:
                known[entry.key] += 1
            else:
                known[entry.key] = 1
                first[certain][entry.key] = mention
        # What is certain of an entity takes the place of what is doubtful.
        places = first[False] | first[True]
        return tuple(
            NamedEntity(
                entity=entity,
                certain=entity in first[True],
                surface=mention.surface[:MAX_SURFACE],
                count=counts[entity in first[True]][entity],
                first_position=mention.start,
            )
            for entity, mention in places.items()
        )


def tags_wanted(*, given: Iterable[tuple[int, str]], named: Iterable[NamedEntity]) -> TagsByEntity:
    """Put together what a supplier gives, as entity and name, and what the text names.

    What is given counts, whatever the text says of it; what is merely named in doubt is suggested.
    """
    evidence: dict[int, dict[Origin, Evidence]] = defaultdict(dict)
    counted: set[int] = set()
    for entity, name in given:
        evidence[entity].setdefault(
            Origin.IMPORT, Evidence(origin=Origin.IMPORT, surface=name[:MAX_SURFACE])
        )
        counted.add(entity)
    for found in named:
        evidence[found.entity][Origin.GAZETTEER] = evidence_of(found)
        if found.certain:
            counted.add(found.entity)
    return {
        entity: WantedTag(
            state=TagState.AUTOMATIC if entity in counted else TagState.SUGGESTED,
            evidence=tuple(rows.values()),
        )
        for entity, rows in evidence.items()
    }


def evidence_of(found: NamedEntity) -> Evidence:
    """What a text that names an entity says for the tag."""
    return Evidence(
        origin=Origin.GAZETTEER,
        surface=found.surface,
        count=found.count,
        first_position=found.first_position,
    )


def create_tags(
    *, wanted: Sequence[tuple[Article, TagsByEntity]], run: ImportRun | None = None
) -> None:
    """Write the tags of articles that have none yet, in the running transaction.

    The caller writes the outbox rows.
    """
    create_tag_rows(
        [(article.pk, entity, tag) for article, tags in wanted for entity, tag in tags.items()],
        run,
    )


def replace_tags(
    *, wanted: Sequence[tuple[Article, TagsByEntity]], run: ImportRun | None = None
) -> None:
    """Bring the tags of known articles in line, in the running transaction.

    What editors decided stays. The caller writes the outbox rows.
    """
    articles = {article.pk: article for article, _ in wanted}
    existing: dict[int, dict[int, Tag]] = defaultdict(dict)
    for tag in Tag.objects.filter(article__in=articles):
        existing[tag.article_id][tag.entity_id] = tag
    TagEvidence.objects.filter(
        tag__article__in=articles, origin__in=(Origin.IMPORT, Origin.GAZETTEER)
    ).delete()
    new: list[tuple[int, int, WantedTag]] = []
    changed: list[tuple[int, Sequence[str | int | None]]] = []
    evidence: list[tuple[int, WantedTag]] = []
    vanished: list[int] = []
    for article, tags in wanted:
        known = existing[article.pk]
        new += [(article.pk, entity, tag) for entity, tag in tags.items() if entity not in known]
        for entity, tag in known.items():
            wish = tags.get(entity)
            if wish is None and not is_decided(tag.origin, tag.state):
                vanished.append(tag.pk)
                continue
            before = _shown(tag)
            _adapt(tag, wish)
            if _shown(tag) != before:
                changed.append((tag.pk, _shown(tag)))
            if wish is not None:
                evidence.append((tag.pk, wish))
    # Without signals: each would write an outbox row of its own beside the caller's.
    for start in range(0, len(vanished), ROWS_AT_ONCE):
        keys = vanished[start : start + ROWS_AT_ONCE]
        TagEvidence.objects.filter(tag__in=keys).delete()
        outdated = Tag.objects.filter(pk__in=keys)
        outdated._raw_delete(using=outdated.db)
    update_rows(Tag, names=_SHOWN, rows=changed)
    insert_evidence([(key, row) for key, tag in evidence for row in tag.evidence], run)
    create_tag_rows(new, run)


def is_decided(origin: str, state: str) -> bool:
    """Whether an editor has said what becomes of a tag, which only editors can unsay."""
    return origin == Origin.EDITOR or state in (TagState.CONFIRMED, TagState.REJECTED)


def _shown(tag: Tag) -> tuple[str | int | None, ...]:
    return tuple(getattr(tag, name) for name in _SHOWN)


def _adapt(tag: Tag, wish: WantedTag | None) -> None:
    tag.count = wish.count if wish else 0
    tag.first_position = wish.first_position if wish else None
    if wish is not None and not is_decided(tag.origin, tag.state):
        tag.origin, tag.state = wish.origin, wish.state


def create_tag_rows(
    rows: Sequence[tuple[int, int, WantedTag]], run: ImportRun | None = None
) -> None:
    """Write new tags, as keys of article and entity, with their evidence."""
    insert_rows(
        Tag,
        names=("article", "entity", "origin", "state", "count", "first_position"),
        rows=[
            (article, entity, tag.origin.value, tag.state.value, tag.count, tag.first_position)
            for article, entity, tag in rows
        ],
        constants={},
    )
    articles = {article for article, _, _ in rows}
    keys = {
        (article, entity): key
        for key, article, entity in Tag.objects.filter(article__in=articles).values_list(
            "pk", "article_id", "entity_id"
        )
    }
    insert_evidence(
        [(keys[article, entity], row) for article, entity, tag in rows for row in tag.evidence],
        run,
    )


def insert_evidence(rows: Iterable[tuple[int, Evidence]], run: ImportRun | None = None) -> None:
    """Write evidence of tags, given by key; ``run`` is the import that brought it, if one did."""
    insert_rows(
        TagEvidence,
        names=("tag", "origin", "surface", "count", "first_position"),
        rows=[
            (key, row.origin.value, row.surface, row.count, row.first_position) for key, row in rows
        ],
        constants={"run": run and run.pk, "by": None, "at": timezone.now()},
    )
