"""What the text names, compared with the tags of an article, and the difference written.

Evidence of the gazetteer alone is touched. A tag that an editor decided keeps its state, one that a
supplier gave stays though the text no longer names it, and what nobody but the text spoke for goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archive.models import Origin, Tag, TagEvidence, TagState
from archive.services.tagging import (
    ROWS_AT_ONCE,
    Evidence,
    NamedEntity,
    WantedTag,
    create_tag_rows,
    evidence_of,
    insert_evidence,
    is_decided,
)


class TagRow(NamedTuple):
    """The columns of a tag that this may change; many are compared and few are written."""

    origin: str
    state: str
    occurrences: int
    first_position: int | None


@dataclass(slots=True, kw_only=True)
class StoredTag:
    """A tag as it is: its key and entity, whether a supplier gave it, and what the text said."""

    key: int
    entity: int
    row: TagRow
    given: bool = False
    found: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChanges:
    """What there is to write of one article.

    ``new`` are entities with their tags, ``gone`` keys of tags, ``altered`` keys with what becomes
    of their columns, ``outdated`` keys whose evidence is taken back and ``evidence`` what takes its
    place.
    """

    new: tuple[tuple[int, WantedTag], ...] = ()
    gone: tuple[int, ...] = ()
    altered: tuple[tuple[int, TagRow], ...] = ()
    outdated: tuple[int, ...] = ()
    evidence: tuple[tuple[int, Evidence], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.altered or self.outdated or self.evidence)

    @property
    def kept(self) -> int:
        """How many tags stay and are not quite as they were."""
        changed = (*self.altered, *self.evidence)
        return len({*self.outdated, *(key for key, _ in changed)})


def changes_of_found(*, stored: Iterable[StoredTag], named: Iterable[NamedEntity]) -> TagChanges:
    """What has to change for an article's tags to say what its text names."""
    wanted = {found.entity: found for found in named}
    gone: list[int] = []
    altered: list[tuple[int, TagRow]] = []
    outdated: list[int] = []
    evidence: list[tuple[int, Evidence]] = []
    for known in stored:
        found = wanted.pop(known.entity, None)
        given = known.given or known.row.origin == Origin.IMPORT
        decided = is_decided(known.row.origin, known.row.state)
        if found is None and not given and not decided:
            gone.append(known.key)
            continue
        said = None if found is None else evidence_of(found)
        if said != known.found:
            if known.found is not None:
                outdated.append(known.key)
            if said is not None:
                evidence.append((known.key, said))
        row = _row_of(found, known.row, given=given, decided=decided)
        if row != known.row:
            altered.append((known.key, row))
    return TagChanges(
        new=tuple((entity, _tag_of(found)) for entity, found in wanted.items()),
        gone=tuple(gone),
        altered=tuple(altered),
        outdated=tuple(outdated),
        evidence=tuple(evidence),
    )


def write_found(changes: Sequence[tuple[int, TagChanges]]) -> None:
    """Write the changes of articles, given by key, in the running transaction.

    The caller writes the outbox rows.
    """
    gone = [tag for _, change in changes for tag in change.gone]
    outdated = [tag for _, change in changes for tag in change.outdated]
    # Without signals: each would write an outbox row of its own beside the caller's.
    for keys in _batches([*gone, *outdated]):
        rows = TagEvidence.objects.filter(tag__in=keys, origin=Origin.GAZETTEER)
        rows._raw_delete(using=rows.db)
    for keys in _batches(gone):
        TagEvidence.objects.filter(tag__in=keys).delete()
        tags = Tag.objects.filter(pk__in=keys)
        tags._raw_delete(using=tags.db)
    Tag.objects.bulk_update(
        [
            Tag(
                pk=key,
                origin=row.origin,
                state=row.state,
                count=row.occurrences,
                first_position=row.first_position,
            )
            for _, change in changes
            for key, row in change.altered
        ],
        ("origin", "state", "count", "first_position"),
        batch_size=ROWS_AT_ONCE,
    )
    insert_evidence([row for _, change in changes for row in change.evidence])
    create_tag_rows(
        [(article, entity, tag) for article, change in changes for entity, tag in change.new]
    )


def _tag_of(found: NamedEntity) -> WantedTag:
    state = TagState.AUTOMATIC if found.certain else TagState.SUGGESTED
    return WantedTag(state=state, evidence=(evidence_of(found),))


def _row_of(found: NamedEntity | None, row: TagRow, *, given: bool, decided: bool) -> TagRow:
    """What becomes of a tag that stays."""
    origin, state = row.origin, row.state
    if not decided:
        counts = given or (found is not None and found.certain)
        origin = (Origin.IMPORT if given else Origin.GAZETTEER).value
        state = (TagState.AUTOMATIC if counts else TagState.SUGGESTED).value
    if found is None:
        return TagRow(origin, state, 0, None)
    return TagRow(origin, state, found.count, found.first_position)


def _batches(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(keys), ROWS_AT_ONCE):
        yield keys[start : start + ROWS_AT_ONCE]
