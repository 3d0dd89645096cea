"""A saved model becomes an outbox row, in the same transaction.

``bulk_create`` and ``update`` send no signals: services that use them write the rows themselves.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_save

from archive.models import (
    Article,
    ArticleReference,
    Entity,
    EntityAlias,
    EntityIdentifier,
    EntityRedirect,
    OutboxRow,
    Source,
    Synonym,
    Tag,
)
from archive.services import outbox, stories
from archive.services.entities import descendants_of


def article_about_to_change(instance: Article, **_: Any) -> None:
    instance.__dict__["was_public"] = _is_public(instance.pk)


def article_saved(instance: Article, created: bool, **_: Any) -> None:
    """One that was just created cannot be in the index yet, so there is nothing to hide."""
    hides = False if created else (True if instance.shows_less else None)
    noticed = instance.__dict__.pop("was_public", True) or instance.is_public()
    outbox.enqueue([instance], hides=hides, noticed=noticed)
    stories.group_articles([instance])
    outbox.drain_after_commit()


def article_deleted(instance: Article, **_: Any) -> None:
    OutboxRow.objects.create(public_id=instance.public_id, hides=True)
    outbox.bump_epoch()
    outbox.drain_after_commit()


def tag_changed(instance: Tag, **_: Any) -> None:
    outbox.enqueue_where(Q(pk=instance.article_id), visibility_changes=False)
    outbox.drain_after_commit()


def reference_changed(instance: ArticleReference, **_: Any) -> None:
    if _is_public(instance.article_id):
        outbox.bump_epoch()


def source_about_to_change(instance: Source, **_: Any) -> None:
    before = Source.objects.filter(pk=instance.pk).values_list("visible", flat=True).first()
    instance.__dict__["visibility_changed"] = before not in (None, instance.visible)


def source_saved(instance: Source, **_: Any) -> None:
    outbox.bump_epoch()
    if instance.__dict__.pop("visibility_changed", False):
        outbox.enqueue_where(Q(source=instance))
        outbox.drain_after_commit()


def entity_about_to_change(instance: Entity, **_: Any) -> None:
    instance.__dict__["before"] = Entity.objects.filter(pk=instance.pk).first()


def entity_saved(instance: Entity, **_: Any) -> None:
    """Labels are read from the database; ancestors and kinds are in the index."""
    outbox.bump_epoch()
    before: Entity | None = instance.__dict__.pop("before", None)
    if before is None:
        return
    if (before.kind, before.slug) != (instance.kind, instance.slug):
        EntityRedirect.objects.filter(kind=instance.kind, slug=instance.slug).delete()
        EntityRedirect.objects.update_or_create(
            kind=before.kind, slug=before.slug, defaults={"entity": instance}
        )
    if (before.kind, before.parent_id) != (instance.kind, instance.parent_id):
        outbox.enqueue_where(Q(tags__entity__in=descendants_of([instance.pk])))
        outbox.drain_after_commit()


def public_detail_changed(**_: Any) -> None:
    outbox.bump_epoch()


def _is_public(article: int | None) -> bool:
    """Whether anyone may see the article; nobody changes that until the transaction ends."""
    if article is None:
        return False
    with transaction.atomic():
        found = (
            Article.objects.select_for_update(of=("self",))
            .select_related("source")
            .only("status", "embargo_until", "source__visible")
            .filter(pk=article)
            .first()
        )
    return found is not None and found.is_public()


def connect_all() -> None:
    """Connect every receiver; called once when the application is ready."""
    for signal, receiver, sender in (
        (pre_save, article_about_to_change, Article),
        (post_save, article_saved, Article),
        (post_delete, article_deleted, Article),
        (post_save, tag_changed, Tag),
        (post_delete, tag_changed, Tag),
        (pre_save, source_about_to_change, Source),
        (post_save, source_saved, Source),
        (pre_save, entity_about_to_change, Entity),
        (post_save, entity_saved, Entity),
        (post_save, reference_changed, ArticleReference),
        (post_delete, reference_changed, ArticleReference),
        (post_save, public_detail_changed, EntityAlias),
        (post_delete, public_detail_changed, EntityAlias),
        (post_save, public_detail_changed, EntityIdentifier),
        (post_delete, public_detail_changed, EntityIdentifier),
        (post_save, public_detail_changed, Synonym),
        (post_delete, public_detail_changed, Synonym),
    ):
        signal.connect(receiver, sender=sender, dispatch_uid=receiver.__name__ + sender.__name__)
