"""The index after a command has changed many articles or entities."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import Q

from archive.exceptions import IndexLocked, SearchIndexError
from archive.services import outbox
from archive.services.entities import chunks, descendants_of
from archive.services.patience import patiently


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How the index followed: a sentence where it did not, and whether someone must act."""

    error: str = ""
    failed: bool = False


def follow_index(*, progress: Callable[[int], None] | None = None) -> Followed:
    """Drain the outbox; ``progress`` is told the articles brought into the index so far."""
    indexed = 0
    try:
        while written := patiently(lambda: outbox.drain(limit=outbox.DRAIN_BATCH)):
            indexed += written
            if progress is not None:
                progress(indexed)
    except IndexLocked:
        return Followed(
            error="Another process is writing to the index. The changes are stored and wait for "
            "it; manage.py search_index update brings in what is left."
        )
    except SearchIndexError as error:
        advice = "Run manage.py search_index rebuild."
        said = str(error).removesuffix(advice).rstrip()
        return Followed(
            error=f"The changes are stored, but the index could not follow: {said} {advice}",
            failed=True,
        )
    return Followed()


def enqueue_below(entities: Collection[int]) -> None:
    """Enqueue, in the running transaction, the articles of entities that got another parent.

    Theirs, and those of all below them, count for what is above as well, which the index does not
    know yet.
    """
    for chunk in chunks(descendants_of(entities)):
        outbox.enqueue_where(Q(tags__entity__in=chunk))
