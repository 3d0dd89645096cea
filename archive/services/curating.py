"""What an editor decides about many articles or tags at once. Each function is one transaction.

They take primary keys, since a choice in a list may be of thousands, and return the keys of what
changed: what already is as wished is left alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from archive.models import (
    Article,
    ArticleReference,
    ArticleVersion,
    Origin,
    Status,
    Tag,
    TagEvidence,
    TagState,
)
from archive.services import outbox

if TYPE_CHECKING:
    from django.contrib.auth.models import User

WRITE_BATCH = 500


def publish_articles(*, articles: Collection[int], by: User | None) -> list[int]:
    """Publish drafts and withdrawn articles. An embargo or a hidden source still hides them."""
    return _set_status(
        articles, Status.PUBLISHED, come_from=(Status.DRAFT, Status.WITHDRAWN), by=by
    )


def withdraw_articles(*, articles: Collection[int], reason: str, by: User | None) -> list[int]:
    """Withdraw published articles; ``reason`` is what their address shows from now on.

    Drafts are left alone: nobody has seen them, so there is nothing to account for.
    """
    return _set_status(
        articles, Status.WITHDRAWN, come_from=(Status.PUBLISHED,), by=by, reason=reason
    )


def return_to_draft(*, articles: Collection[int], by: User | None) -> list[int]:
    """Take articles back to where the public knows nothing of them."""
    return _set_status(
        articles, Status.DRAFT, come_from=(Status.PUBLISHED, Status.WITHDRAWN), by=by
    )


@transaction.atomic
def confirm_suggested_tags(*, articles: Collection[int], by: User | None) -> list[int]:
    """Confirm every tag of the articles that waits for a decision; returns keys of tags."""
    changed = []
    for batch in _batches(articles):
        waiting = Tag.objects.filter(article__in=batch, state=TagState.SUGGESTED)
        changed += confirm_tags(tags=list(waiting.values_list("pk", flat=True)), by=by)
    return changed


def confirm_tags(*, tags: Collection[int], by: User | None) -> list[int]:
    """Say that the articles are about the entities, whatever an import or the text says."""
    return _judge_tags(tags, TagState.CONFIRMED, by)


def reject_tags(*, tags: Collection[int], by: User | None) -> list[int]:
    """Say that the articles are not about the entities; no import brings the tags back."""
    return _judge_tags(tags, TagState.REJECTED, by)


@transaction.atomic
def add_tags(*, article: Article, entities: Collection[int], by: User | None) -> list[int]:
    """Tag an article by hand; what was tagged already is confirmed."""
    known = dict(
        Tag.objects.filter(article=article, entity__in=entities).values_list("entity_id", "pk")
    )
    confirmed = confirm_tags(tags=known.values(), by=by)
    added = Tag.objects.bulk_create(
        Tag(article=article, entity_id=entity, origin=Origin.EDITOR, state=TagState.CONFIRMED)
        for entity in dict.fromkeys(entities)
        if entity not in known
    )
    if added:
        TagEvidence.objects.bulk_create(
            TagEvidence(tag=tag, origin=Origin.EDITOR, by=by) for tag in added
        )
        outbox.enqueue_where(Q(pk=article.pk), visibility_changes=False)
        outbox.drain_after_commit()
    return confirmed + [tag.pk for tag in added]


@transaction.atomic
def replace_references(*, article: Article, references: Sequence[tuple[str, str]]) -> bool:
    """Set what an article cites, as labels and addresses in order; returns whether it changed.

    From then on imports leave the references alone.
    """
    before = list(article.references.values_list("label", "url", "order"))
    after = [(label, url, order) for order, (label, url) in enumerate(references)]
    if before == after:
        return False
    article.references.all().delete()
    ArticleReference.objects.bulk_create(
        ArticleReference(article=article, label=label, url=url, order=order)
        for label, url, order in after
    )
    article.edited_fields = sorted({*article.edited_fields, "references"})
    Article.objects.filter(pk=article.pk).update(edited_fields=article.edited_fields)
    if Article.objects.public().filter(pk=article.pk).exists():
        outbox.bump_epoch()
    return True


@transaction.atomic
def _set_status(
    articles: Collection[int],
    status: Status,
    *,
    come_from: Collection[Status],
    by: User | None,
    reason: str = "",
) -> list[int]:
    changed: list[int] = []
    for batch in _batches(articles):
        chosen = list(
            Article.objects.select_for_update().filter(pk__in=batch, status__in=come_from)
        )
        ArticleVersion.objects.bulk_create(
            ArticleVersion(
                article=article, number=article.version, content=article.content(), by=by
            )
            for article in chosen
        )
        for article in chosen:
            edited = {"status"}
            if article.withdrawal_reason != reason:
                edited.add("withdrawal_reason")
            article.status = status
            article.withdrawal_reason = reason
            article.version += 1
            article.edited_fields = sorted({*article.edited_fields, *edited})
            article.updated_at = timezone.now()
        Article.objects.bulk_update(
            chosen, ("status", "withdrawal_reason", "version", "edited_fields", "updated_at")
        )
        keys = [article.pk for article in chosen]
        outbox.enqueue_where(Q(pk__in=keys))
        changed += keys
    if changed:
        outbox.drain_after_commit()
    return changed


@transaction.atomic
def _judge_tags(tags: Collection[int], state: TagState, by: User | None) -> list[int]:
    now = timezone.now()
    changed: list[int] = []
    for batch in _batches(tags):
        judged = dict(
            Tag.objects.select_for_update()
            .filter(pk__in=batch)
            .exclude(state=state)
            .values_list("pk", "article_id")
        )
        if not judged:
            continue
        TagEvidence.objects.bulk_create(
            [TagEvidence(tag_id=tag, origin=Origin.EDITOR, by=by, at=now) for tag in judged],
            update_conflicts=True,
            unique_fields=["tag", "origin"],
            update_fields=["by", "at"],
        )
        Tag.objects.filter(pk__in=judged).update(state=state, origin=Origin.EDITOR)
        outbox.enqueue_where(Q(pk__in=set(judged.values())), visibility_changes=False)
        changed += judged
    if changed:
        outbox.drain_after_commit()
    return changed


def _batches(keys: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), WRITE_BATCH):
        yield ordered[start : start + WRITE_BATCH]
