"""Whether anybody has touched an article since an import, so that undoing it would undo them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from archive.models import (
    Article,
    ArticleBefore,
    ArticleVersion,
    ImportRun,
    Origin,
    Source,
    Tag,
    TagEvidence,
    TagState,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What is kept of an article: the key of the row, and its state; none of a created one."""

    pk: int = 0
    version: int = 1
    edited: frozenset[str] = frozenset()
    decided: frozenset[tuple[int, str]] = frozenset()
    evidence: frozenset[tuple[int, datetime]] = frozenset()
    source: int | None = None

    @classmethod
    def of(cls, pk: int, state: Mapping[str, Any]) -> Before:
        fields, tags = state["fields"], state["tags"]
        return cls(
            pk=pk,
            version=fields["version"],
            edited=frozenset(fields["edited_fields"]),
            decided=frozenset(
                (tag["entity_id"], tag["state"])
                for tag in tags
                if tag["origin"] == Origin.EDITOR
                or tag["state"] in (TagState.CONFIRMED, TagState.REJECTED)
            ),
            evidence=frozenset(
                (tag["entity_id"], datetime.fromisoformat(row["at"]))
                for tag in tags
                for row in tag["evidence"]
                if row["origin"] == Origin.EDITOR
            ),
            source=fields["source_id"],
        )


def reasons_to_leave(
    articles: Collection[Article], *, run: ImportRun, before: Mapping[int, Before]
) -> dict[int, str]:
    """Sentences that say who has touched which article since, by its key; in six queries.

    ``before`` has the articles' states before the run; those that it created have none.
    """
    states = {article.pk: before.get(article.pk, Before()) for article in articles}
    reasons = _changed_by_imports(articles, run, states)
    sources = {state.source for state in states.values() if state.source is not None}
    there = set(Source.objects.filter(pk__in=sources).values_list("pk", flat=True))
    for article in articles:
        state = states[article.pk]
        if set(article.edited_fields) != state.edited:
            names = sorted(set(article.edited_fields) ^ state.edited)
            said = ", ".join(name.removesuffix("_id").replace("_", " ") for name in names)
            reasons[article.pk] = f"An editor has changed it since: {said}."
        if state.source is not None and state.source not in there:
            reasons[article.pk] = "Its source of before was deleted since."
    return reasons | _tags_decided(states) | _new_versions(states, run)


def _changed_by_imports(
    articles: Collection[Article], run: ImportRun, states: Mapping[int, Before]
) -> dict[int, str]:
    later = {
        article.pk: article.import_run_id for article in articles if article.import_run_id != run.pk
    }
    kept = ArticleBefore.objects.filter(article__in=states).exclude(run=run)
    later |= {
        article: other
        for pk, article, other in kept.values_list("pk", "article_id", "run_id")
        if pk > states[article].pk
    }
    return {
        key: f"Import {other} has changed it since." if other else "It was changed since."
        for key, other in later.items()
    }


def _new_versions(states: Mapping[int, Before], run: ImportRun) -> dict[int, str]:
    versions = ArticleVersion.objects.filter(article__in=states).exclude(run=run)
    return {
        article: _said(by, other, at)
        for article, number, by, other, at in versions.order_by("number").values_list(
            "article_id", "number", "by__username", "run_id", "replaced_at"
        )
        if number >= states[article].version
    }


def _said(by: str | None, run: int | None, at: datetime) -> str:
    who = by or (f"Import {run}" if run else "Somebody")
    return f"{who} has changed it since, {at:%Y-%m-%d %H:%M} UTC."


def _tags_decided(states: Mapping[int, Before]) -> dict[int, str]:
    decided: dict[int, set[tuple[int, str]]] = {key: set() for key in states}
    for article, entity, state in Tag.objects.filter(
        Q(origin=Origin.EDITOR) | Q(state__in=(TagState.CONFIRMED, TagState.REJECTED)),
        article__in=states,
    ).values_list("article_id", "entity_id", "state"):
        decided[article].add((entity, state))
    reasons = {
        key: "An editor has decided about its tags since."
        for key, state in states.items()
        if decided[key] != state.decided
    }
    evidence = TagEvidence.objects.filter(tag__article__in=states, origin=Origin.EDITOR)
    for article, entity, at, by in evidence.values_list(
        "tag__article_id", "tag__entity_id", "at", "by__username"
    ):
        if (entity, at) not in states[article].evidence:
            reasons[article] = (
                f"{by or 'An editor'} has decided about its tags since, {at:%Y-%m-%d %H:%M} UTC."
            )
    return reasons
