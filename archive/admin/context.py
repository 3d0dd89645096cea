"""Where in an article a tag was found."""

from __future__ import annotations

from dataclasses import dataclass

from archive.models import Tag
from archive.services.tagging import text_of

_AROUND = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A name as it stands in an article, with the words around it."""

    before: str
    name: str
    after: str


def passage_of(tag: Tag) -> Passage | None:
    """The first place where the text names the entity; None where only a supplier says so.

    Prefetch ``evidence`` and select ``article`` with the tag.
    """
    text = text_of(tag.article)
    for evidence in tag.evidence.all():
        if not evidence.surface:
            continue
        start = evidence.first_position
        if start is None or not text.startswith(evidence.surface, start):
            # The article has been edited since.
            start = text.find(evidence.surface)
        if start >= 0:
            return _passage(text, start, start + len(evidence.surface))
    return None


def _passage(text: str, start: int, end: int) -> Passage:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    before, after = text[first:start], text[end:last]
    # Whole words only, unless the script sets no spaces.
    if first > 0:
        before = "…" + before[before.find(" ") + 1 :]
    if last < len(text):
        after = after[: after.rfind(" ")] + "…" if " " in after else after + "…"
    return Passage(before=before, name=text[start:end], after=after)
