"""What becomes of each record of a batch, by what is stored, before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.models import Article, ImportRecord, Outcome, Status
from archive.services.identity import is_older
from archive.services.importing_prepare import Decided, Incoming


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is known of a stored article before it is read; one that a trial assumes has no key."""

    pk: int | None
    record_hash: str
    version: str
    status: str


def decide(
    batch: Sequence[Incoming], *, assumed: Mapping[str, Stored] | None = None, only_of: str = ""
) -> list[Decided]:
    """Compare a batch with what is stored; an article that comes twice counts once.

    ``assumed`` are articles, by their public ids, that a trial has as if they were stored. Where
    ``only_of`` is the slug of a source, articles of other sources are left as they are.
    """
    stored = {
        public_id: Stored(pk=pk, record_hash=digest, version=version, status=status)
        for public_id, pk, digest, version, status in Article.objects.filter(
            public_id__in={incoming.public_id for incoming in batch if not incoming.rejected}
        ).values_list("public_id", "pk", "record_hash", "supplier_version", "status")
    }
    stored |= {
        incoming.public_id: (assumed or {})[incoming.public_id]
        for incoming in batch
        if incoming.public_id in (assumed or {})
    }
    met: set[str] = set()
    decided = []
    for incoming in batch:
        known = stored.get(incoming.public_id)
        item = Decided(
            incoming=incoming, outcome=Outcome.UNCHANGED, article=known.pk if known else None
        )
        if incoming.rejected:
            item.outcome, item.article = Outcome.REJECTED, None
        elif incoming.unmet and known is None:
            item.outcome, item.reason = Outcome.REJECTED, incoming.unmet
        elif incoming.public_id in met:
            pass
        elif known is None:
            item.outcome = Outcome.CREATED
            met.add(incoming.public_id)
        elif known.record_hash != incoming.record_hash and not _is_said(incoming, known, item):
            item.outcome = Outcome.UPDATED
            met.add(incoming.public_id)
        decided.append(item)
    if only_of:
        _leave_to_others([item for item in decided if item.outcome == Outcome.UPDATED], only_of)
    _leave_superseded([item for item in decided if item.outcome == Outcome.UPDATED])
    return decided


def _is_said(incoming: Incoming, known: Stored, item: Decided) -> bool:
    """Whether the archive knows better, or as much, than a record that it does not have."""
    if incoming.notice:
        return known.status == Status.WITHDRAWN
    if is_older(incoming.version, known.version):
        item.reason = f"The archive has a newer version of it: {known.version}."
        return True
    return False


def _leave_to_others(changed: Sequence[Decided], source: str) -> None:
    """Leave alone articles of other sources that are known by their address: anybody can name it.

    A supplier's id is looked for within the source alone.
    """
    others = Article.objects.filter(
        pk__in=[item.article for item in changed], supplier_id="", source__isnull=False
    ).exclude(source__slug=source)
    names = dict(others.values_list("pk", "source__name")) if changed else {}
    for item in changed:
        if item.article in names:
            item.outcome = Outcome.UNCHANGED
            item.reason = (
                f"The article at this address is of another source: {names[item.article]}."
            )


def _leave_superseded(changed: Sequence[Decided]) -> None:
    """Leave alone what a later record has replaced in the same run.

    Otherwise files that say two things of one article would change it to and fro each time.
    """
    history: dict[int | None, list[tuple[int, str, int, str]]] = defaultdict(list)
    if changed:
        for article, run, path, position, digest in (
            ImportRecord.objects.filter(
                article__in=[item.article for item in changed],
                outcome__in=(Outcome.CREATED, Outcome.UPDATED),
            )
            .order_by("pk")
            .values_list("article_id", "run_id", "path", "position", "received__sha256")
        ):
            history[article].append((run, path, position, digest or ""))
    for item in changed:
        rows, incoming = history[item.article], item.incoming
        if rows and (rows[-1][0], incoming.path, incoming.position, incoming.sha256) in rows[:-1]:
            item.outcome = Outcome.UNCHANGED
            item.reason = "A later record has replaced it."
