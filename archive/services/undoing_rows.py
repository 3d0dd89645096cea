"""Rows as they were before an import, and rows gone as if it had never been: many at once.

Nothing here sends signals; who calls tells the index and the public.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connections, models, router

from archive.models import (
    Article,
    ArticleReference,
    ArticleVersion,
    Entity,
    ImportRun,
    Proposal,
    Tag,
    TagEvidence,
)
from archive.services.bulk import insert_rows
from archive.services.importing_before import FIELDS, field_values

State = Mapping[str, Any]


def relations_to(model: type[models.Model]) -> Iterator[Any]:
    """The foreign keys of other models that lead to one, seen from its side."""
    for relation in model._meta.get_fields(include_hidden=True):
        led_to = relation.one_to_many or relation.one_to_one
        if relation.auto_created and not relation.concrete and led_to:
            yield relation


def delete_quietly(model: type[models.Model], keys: Collection[int], *, path: str = "pk") -> None:
    """Delete rows and what hangs on them, in the running transaction and without signals.

    ``path`` is where the keys are found from the model. Foreign keys do what they say: rows go
    too, or are left without; a protected one is the database's to refuse.
    """
    for relation in relations_to(model):
        other: type[models.Model] = relation.related_model
        name = relation.field.name
        way = name if path == "pk" else f"{name}__{path}"
        if relation.on_delete is models.CASCADE:
            delete_quietly(other, keys, path=way)
        elif relation.on_delete is models.SET_NULL:
            other._base_manager.filter(**{f"{way}__in": keys}).update(**{name: None})
    rows = model._base_manager.filter(**{f"{path}__in": keys})
    rows._raw_delete(using=rows.db)


def restore_articles(states: Mapping[int, State], *, run: ImportRun) -> None:
    """Give articles the fields, references, tags and proposals of kept states, by their keys.

    Versions that ``run`` wrote go. The revision grows, since the index has to follow.
    """
    _restore_fields({key: field_values(state) for key, state in states.items()})
    own = ArticleVersion.objects.filter(article__in=states, run=run)
    own._raw_delete(using=own.db)
    _forget_worked_out(states)
    cited = ArticleReference.objects.filter(article__in=states)
    cited._raw_delete(using=cited.db)
    insert_rows(
        ArticleReference,
        names=("article", "order", "label", "url"),
        rows=[
            (key, row["order"], row["label"], row["url"])
            for key, state in states.items()
            for row in state["references"]
        ],
        constants={},
    )
    runs = _existing(ImportRun, _values(states, "proposals", "run_id"))
    proposed = Proposal.objects.filter(article__in=states)
    proposed._raw_delete(using=proposed.db)
    Proposal.objects.bulk_create(
        Proposal(
            article_id=key,
            field=row["field"],
            value=row["value"],
            run_id=row["run_id"] if row["run_id"] in runs else None,
            at=datetime.fromisoformat(row["at"]),
            dismissed=row["dismissed"],
        )
        for key, state in states.items()
        for row in state["proposals"]
    )
    _restore_tags(states)


def _forget_worked_out(articles: Collection[int]) -> None:
    """Delete what was worked out from one version of an article, such as its fingerprint.

    The number of a version that is taken back will be that of another text.
    """
    for relation in relations_to(Article):
        other: type[models.Model] = relation.related_model
        if any(field.name == "version" for field in other._meta.concrete_fields):
            rows = other._base_manager.filter(**{f"{relation.field.name}__in": articles})
            rows._raw_delete(using=rows.db)


def _restore_fields(values: Mapping[int, Mapping[str, Any]]) -> None:
    """Write fields that all of the articles have a value for, in one statement."""
    connection = connections[router.db_for_write(Article)]
    names = sorted(set.intersection(*(set(row) for row in values.values())))
    quote = connection.ops.quote_name
    places = ", ".join(f"{quote(str(FIELDS[name].column))} = %s" for name in names)
    table, revision = quote(Article._meta.db_table), quote("revision")
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {places}, {revision} = {revision} + 1 "  # noqa: S608 - names of models
            f"WHERE {quote('id')} = %s",
            [
                (*(FIELDS[name].get_db_prep_save(row[name], connection) for name in names), key)
                for key, row in values.items()
            ],
        )


def _restore_tags(states: Mapping[int, State]) -> None:
    """Write tags and evidence as they were, those of entities that are gone since left out.

    A tag that is still there keeps its key.
    """
    present = Tag.objects.filter(article__in=states)
    keys = {
        (article, entity): pk
        for pk, article, entity in present.values_list("pk", "article_id", "entity_id")
    }
    evidence = TagEvidence.objects.filter(tag__article__in=states)
    evidence._raw_delete(using=evidence.db)
    present._raw_delete(using=present.db)
    entities = _existing(Entity, _values(states, "tags", "entity_id"))
    wanted = [
        (article, tag)
        for article, state in states.items()
        for tag in state["tags"]
        if tag["entity_id"] in entities
    ]
    names = ("article", "entity", "origin", "state", "count", "first_position")
    rows = [
        (article, *(tag[name] for name in ("entity_id", *names[2:]))) for article, tag in wanted
    ]
    kept = [(keys[row[:2]], *row) for row in rows if row[:2] in keys]
    insert_rows(Tag, names=("id", *names), rows=kept, constants={})
    new = [row for row in rows if row[:2] not in keys]
    insert_rows(Tag, names=names, rows=new, constants={})
    keys = {
        (article, entity): pk
        for pk, article, entity in Tag.objects.filter(article__in=states).values_list(
            "pk", "article_id", "entity_id"
        )
    }
    reasons = [
        (keys[article, tag["entity_id"]], row) for article, tag in wanted for row in tag["evidence"]
    ]
    users = _existing(get_user_model(), {row["by_id"] for _, row in reasons})
    runs = _existing(ImportRun, {row["run_id"] for _, row in reasons})
    TagEvidence.objects.bulk_create(
        (
            TagEvidence(
                tag_id=tag,
                origin=row["origin"],
                surface=row["surface"],
                count=row["count"],
                first_position=row["first_position"],
                by_id=row["by_id"] if row["by_id"] in users else None,
                run_id=row["run_id"] if row["run_id"] in runs else None,
                at=datetime.fromisoformat(row["at"]),
            )
            for tag, row in reasons
        ),
        batch_size=500,
    )


def _values(states: Mapping[int, State], rows: str, name: str) -> set[int | None]:
    return {row[name] for state in states.values() for row in state[rows]}


def _existing(model: type[models.Model], keys: Collection[int | None]) -> set[int]:
    """Those of some keys that are still there."""
    asked: Sequence[int] = sorted(key for key in keys if key is not None)
    found: set[int] = set()
    for start in range(0, len(asked), 500):
        rows = model._base_manager.filter(pk__in=asked[start : start + 500])
        found |= set(rows.values_list("pk", flat=True))
    return found
