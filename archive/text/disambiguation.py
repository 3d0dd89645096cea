"""What a name means where several entities bear it, decided by the words beside it.

A place and a party often share a name. After a preposition of place it is the place. A state's own
name is otherwise the party; a capital that may stand for its government is the party only where it
does what parties do. Everything else, and a name of two entities of one kind, stays in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from archive.text.analysis import primary_language
from archive.text.cues import CUES, Cues
from archive.text.gazetteer import GazetteerEntry, Mention, fold_characters

PARTY = "party"
PLACE = "place"

_CONTEXT = 90  # characters on either side
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_WORD_OR_BREAK = re.compile(rf"(?P<word>{_WORD.pattern})|[.!?;:\n()\"“”«»—–،,]")
_PLACE_HYPHEN = re.compile(r"-(?:based|born|area)\b")
_PARTY_HYPHEN = re.compile(
    r"-(?:backed|led|appointed|installed|controlled|aligned|friendly|allied)\b"
)
_POSSESSIVE = re.compile(r"'s?\s+")
# MOSCOW (Agency) — …; Kyiv, June 2 — …; ISTANBUL — …
_DATELINE = re.compile(r"(\s\([^)\n]{2,30}\)|,\s[^\n—–]{2,30}?)?\s?(?:—|–|--|\s-)\s")
_PREFIXED = re.compile(r"\b(?:anti|pro)-$")


class Role(Enum):
    """What the words beside a name say that it is."""

    PLACE = auto()
    PARTY = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One entity that a mention may mean; ``sure`` where the text leaves no doubt."""

    mention: Mention
    entry: GazetteerEntry
    sure: bool


def read_mentions(text: str, mentions: Sequence[Mention], language: str) -> list[Reading]:
    """Decide what each of a text's ``mentions``, in order, means.

    A mention never has sure readings of two kinds. In a language without cues nothing that could
    be a place or a party is sure.
    """
    cues = CUES.get(primary_language(language))
    if cues is None:
        return [reading for mention in mentions for reading in _readings(mention, None, False)]
    roles = _Roles(text, mentions, cues).decide()
    return [
        reading
        for mention, role in zip(mentions, roles, strict=True)
        for reading in _readings(mention, role, True)
    ]


def _readings(mention: Mention, role: Role | None, is_language_known: bool) -> list[Reading]:
    candidates = mention.candidates
    chosen: list[GazetteerEntry] = []
    if not _is_ambiguous(mention):
        chosen = list(candidates)
    elif role is Role.PLACE:
        chosen = [candidate for candidate in candidates if candidate.kind == PLACE]
    elif role is Role.PARTY:
        chosen = [candidate for candidate in candidates if candidate.kind == PARTY]
    elif is_language_known and all(entry.kind in (PARTY, PLACE) for entry in candidates):
        # A state's own name: but for a preposition of place it is the state that acts.
        parties = [entry for entry in candidates if entry.kind == PARTY]
        chosen = [] if any(entry.metonym for entry in parties) else parties
    if len(chosen) == 1:
        return [Reading(mention=mention, entry=chosen[0], sure=True)]
    return [Reading(mention=mention, entry=entry, sure=False) for entry in (chosen or candidates)]


class _Roles:
    """The roles of all mentions of one text. Names joined by “and” share theirs."""

    def __init__(self, text: str, mentions: Sequence[Mention], cues: Cues) -> None:
        self._text = text
        self._mentions = mentions
        self._cues = cues

    def decide(self) -> list[Role | None]:
        """The role of each mention, None where nothing tells."""
        count = len(self._mentions)
        joints = [self._joint(index) for index in range(count)]
        asked = self._asked(joints)
        before = [self._role_before(index) if asked[index] else None for index in range(count)]
        behind = [self._role_behind(index) if asked[index] else None for index in range(count)]
        for index in range(1, count):
            self._pair(index, joints, before)
        for index in range(1, count):  # what stands before the first name holds for the next
            if before[index] is None and behind[index] is None and joints[index] == "and":
                before[index] = before[index - 1]
            elif (
                before[index] is None
                and joints[index] == ","
                and before[index - 1] is Role.PLACE
                and self._is_enumerated(index, joints)
            ):
                before[index] = Role.PLACE
        for index in range(count - 1, 0, -1):  # what the last name does, the others do
            if joints[index] == "and" and behind[index - 1] is None:
                behind[index - 1] = behind[index]
        return [first or last for first, last in zip(before, behind, strict=True)]

    def _asked(self, joints: Sequence[str]) -> list[bool]:
        """Whether a mention, or one that it is joined to, needs a role."""
        asked = [_is_ambiguous(mention) for mention in self._mentions]
        for index in range(1, len(asked)):
            asked[index] |= bool(joints[index]) and asked[index - 1]
        for index in range(len(asked) - 1, 0, -1):
            asked[index - 1] |= bool(joints[index]) and asked[index]
        return asked

    def _joint(self, index: int) -> str:
        """How a mention is joined to the one before: ``and``, a comma, or not."""
        if index == 0:
            return ""
        mention, previous = self._mentions[index], self._mentions[index - 1]
        gap = fold_characters(self._text[previous.end : mention.start])
        gap = gap.removesuffix(mention.particle).strip()
        if not gap and mention.particle.startswith("و"):
            return "and"
        rest = gap.lstrip(",،")
        first, *others = rest.split() or [""]
        if first in self._cues.conjunctions and self._cues.between_words.issuperset(others):
            return "and"
        is_list = rest != gap and self._cues.between_words.issuperset(rest.split())
        return "," if is_list else ""

    def _pair(self, index: int, joints: list[str], before: list[Role | None]) -> None:
        """“between A and B” where both may be parties."""
        pair = self._mentions[index - 1 : index + 1]
        if joints[index] != "and" or not all(_may_be_party(mention) for mention in pair):
            return
        words = self._words_before(index - 1)
        while words and words[-1] in self._cues.between_words:
            words.pop()
        if words and words[-1] in self._cues.between:
            before[index - 1] = before[index] = Role.PARTY

    def _is_enumerated(self, index: int, joints: list[str]) -> bool:
        """Whether a mention is one of a list that stands as a whole behind the first's preposition.

        “In Istanbul, Russia and Ukraine agreed” is none: something is said of the last names, and
        they are not of the sort of the first.
        """
        start = last = index
        while joints[start]:
            start -= 1
        while last + 1 < len(joints) and joints[last + 1]:
            last += 1
        listed = self._mentions[start : last + 1]
        if len(listed) > 2 and all(_is_state(mention) for mention in listed):
            return True
        words = self._words_behind(last)
        return not words or words[0] in self._cues.locative | self._cues.conjunctions

    def _words_before(self, index: int) -> list[str]:
        """The words before a mention, back to the next mark of punctuation."""
        mention = self._mentions[index]
        start = mention.start
        context = fold_characters(self._text[max(0, start - _CONTEXT) : start])
        context = context.removesuffix(mention.particle)
        words: list[str] = []
        for match in _WORD_OR_BREAK.finditer(context):
            if match["word"] is None:
                words.clear()
            else:
                words.append(match["word"])
        return words

    def _words_behind(self, index: int) -> list[str]:
        end = self._mentions[index].end
        context = fold_characters(self._text[end : end + _CONTEXT])
        words: list[str] = []
        for match in _WORD_OR_BREAK.finditer(context):
            if match["word"] is None:
                break
            words.append(match["word"])
        return words

    def _role_before(self, index: int) -> Role | None:
        cues, mention = self._cues, self._mentions[index]
        if mention.particle.endswith("ب"):
            return Role.PLACE
        if self._is_dateline(mention):
            return Role.PLACE
        start = mention.start
        if _PREFIXED.search(fold_characters(self._text[max(0, start - 6) : start])):
            return Role.PARTY
        words = self._words_before(index)
        if not words:
            return None
        last = words[-1]
        if last in cues.adversative or any(
            tuple(words[-len(phrase) :]) == phrase for phrase in cues.party_phrases
        ):
            return Role.PARTY
        if last in cues.companion:
            is_with = fold_characters(mention.surface).endswith(cues.instrumental)
            if any(word.startswith(cues.dealings) for word in words[-4:-1]):
                return Role.PARTY
            if last in cues.ambiguous_companion:
                return Role.PARTY if cues.instrumental and is_with else Role.PLACE
            return None
        if last in cues.by and len(words) > 1 and words[-2].startswith(cues.deeds):
            return Role.PARTY
        if self._does(words, last):
            return Role.PARTY
        if fold_characters(mention.surface).endswith(cues.locative_endings.get(last, ())):
            return Role.PLACE
        return self._place_before(words)

    def _does(self, words: list[str], last: str) -> bool:
        """Whether a verb of parties stands directly before a name, as its subject or object."""
        cues = self._cues
        if cues.deeds_first and last.startswith(cues.deeds):
            return True
        if last in cues.object_marks:
            return len(words) > 1 and words[-2].startswith(cues.deeds_on)
        return last.startswith(cues.deeds_on)

    def _place_before(self, words: list[str]) -> Role | None:
        cues = self._cues
        for distance, word in enumerate(reversed(words)):
            if word in cues.locative:
                return Role.PLACE
            if word in cues.place_nouns:
                # “the town of X”, “the capital X”, but not “the border troops of X”
                if distance == 0 or not cues.of or words[-distance] in cues.of:
                    return Role.PLACE
            elif word not in cues.between_words:
                return None
        return None

    def _role_behind(self, index: int) -> Role | None:
        cues, mention = self._cues, self._mentions[index]
        context = fold_characters(self._text[mention.end : mention.end + _CONTEXT])
        if _PLACE_HYPHEN.match(context):
            return Role.PLACE
        if _PARTY_HYPHEN.match(context):
            return Role.PARTY
        words = self._words_behind(index)
        if _POSSESSIVE.match(context):
            owned = words[1:4] if context.startswith("'s") else words[:3]
            if any(word.startswith(cues.organs) for word in owned):
                return Role.PARTY
            return Role.PLACE if any(word.startswith(cues.parts) for word in owned) else None
        if words and words[0].startswith(cues.parts):
            return Role.PLACE
        while words and words[0] in cues.auxiliaries:
            words.pop(0)
        if words and words[0].startswith(cues.deeds):
            return Role.PARTY
        return None

    def _is_dateline(self, mention: Mention) -> bool:
        """Whether a paragraph begins with the name as the place that it was written in."""
        if mention.start and self._text[mention.start - 1] != "\n":
            return False
        match = _DATELINE.match(self._text, mention.end)
        if match is None:
            return False
        aside = match[1] or ""
        return mention.surface.isupper() or "(" in aside or any(map(str.isdigit, aside))


def _is_ambiguous(mention: Mention) -> bool:
    """Whether the name alone does not say of which kind the entity is, or if it is meant at all."""
    first = mention.candidates[0]
    return any(entry.metonym or entry.kind != first.kind for entry in mention.candidates)


def _is_state(mention: Mention) -> bool:
    """Whether the name is a state's own, as a country and as a party."""
    kinds = {entry.kind for entry in mention.candidates}
    return kinds == {PARTY, PLACE} and not any(entry.metonym for entry in mention.candidates)


def _may_be_party(mention: Mention) -> bool:
    return any(candidate.kind == PARTY for candidate in mention.candidates)
