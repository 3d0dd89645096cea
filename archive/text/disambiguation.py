"""What a name means where several entities bear it, decided by the words beside it.

A place and a party often share a name. After a preposition of place it is the place. A state's own
name is otherwise the party; a capital that may stand for its government is the party only where it
does what parties do. Everything else, and a name of two entities of one kind, stays in doubt.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import NamedTuple

from archive.text.analysis import primary_language
from archive.text.cues import CUES, Cues
from archive.text.gazetteer import GazetteerEntry, Mention, fold_characters, folded_places

PARTY = "party"
PLACE = "place"

_CONTEXT = 90  # characters on either side
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_BREAK = re.compile('[.!?;:\n()"“”«»—–،,]')
_LAST_BREAK = re.compile(rf".*{_BREAK.pattern}", re.DOTALL)
_PLACE_HYPHEN = re.compile(r"-(?:based|born|area)\b")
_PARTY_HYPHEN = re.compile(
    r"-(?:backed|led|appointed|installed|controlled|aligned|friendly|allied)\b"
)
_POSSESSIVE = re.compile(r"'s?\s+")
# MOSCOW (Agency) — …; Kyiv, June 2 — …; ISTANBUL — …
_DATELINE = re.compile(r"(\s\([^)\n]{2,30}\)|,\s[^\n—–]{2,30}?)?\s?(?:—|–|--|\s-)\s")
_PREFIXED = re.compile(r"\b(?:anti|pro)-$")


_Phrases = Mapping[str, Sequence[tuple[str, ...]]]


def _by_last_word(phrases: Iterable[tuple[str, ...]]) -> _Phrases:
    found: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    for phrase in phrases:
        found[phrase[-1]].append(phrase)
    return dict(found)


_PARTY_PHRASES = {language: _by_last_word(cues.party_phrases) for language, cues in CUES.items()}


class Role(Enum):
    """What the words beside a name say that it is."""

    PLACE = auto()
    PARTY = auto()


class Reading(NamedTuple):
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
    ambiguous = [index for index, mention in enumerate(mentions) if _is_ambiguous(mention)]
    roles: Mapping[int, Role | None] = {}
    if cues is not None and ambiguous:
        phrases = _PARTY_PHRASES[primary_language(language)]
        roles = _Roles(text, mentions, cues, phrases).decide(ambiguous)
    readings: list[Reading] = []
    doubtful = set(ambiguous)
    for index, mention in enumerate(mentions):
        candidates = mention.candidates
        sure = len(candidates) == 1
        if index in doubtful:
            candidates = _chosen(mention, roles.get(index), cues is not None)
            sure = len(candidates) == 1 and cues is not None
        if sure:
            readings.append(Reading(mention, candidates[0], True))
        else:
            chosen = candidates or mention.candidates
            readings += [Reading(mention, entry, False) for entry in chosen]
    return readings


def _chosen(
    mention: Mention, role: Role | None, is_language_known: bool
) -> tuple[GazetteerEntry, ...]:
    """Those of an ambiguous name's candidates that its role leaves; none where nothing tells."""
    candidates = mention.candidates
    if role is Role.PLACE:
        return tuple(candidate for candidate in candidates if candidate.kind == PLACE)
    if role is Role.PARTY:
        return tuple(candidate for candidate in candidates if candidate.kind == PARTY)
    if is_language_known and all(entry.kind in (PARTY, PLACE) for entry in candidates):
        # A state's own name: but for a preposition of place it is the state that acts.
        parties = tuple(entry for entry in candidates if entry.kind == PARTY)
        return () if any(entry.metonym for entry in parties) else parties
    return ()


class _Roles:
    """The roles of all mentions of one text. Names joined by “and” share theirs."""

    def __init__(
        self, text: str, mentions: Sequence[Mention], cues: Cues, phrases: _Phrases
    ) -> None:
        self._text = text
        self._mentions = mentions
        self._cues = cues
        self._phrases = phrases
        self._folded = text if text.isascii() else fold_characters(text)
        # Where folding lost characters, places in the folded text are not those in the text.
        self._places = None if len(self._folded) == len(text) else folded_places(text)

    def decide(self, ambiguous: Sequence[int]) -> Mapping[int, Role | None]:
        """The roles of the ``ambiguous`` mentions, by index, None where nothing tells."""
        joints, asked = self._chains(ambiguous)
        before = {index: self._role_before(index) for index in asked}
        behind = {index: self._role_behind(index) for index in asked}
        joined = [index for index in asked if joints[index]]
        for index in joined:
            self._pair(index, joints, before)
        for index in joined:  # what stands before the first name holds for the next
            if before[index] is None and behind[index] is None and joints[index] == "and":
                before[index] = before[index - 1]
            elif (
                before[index] is None
                and joints[index] == ","
                and before[index - 1] is Role.PLACE
                and self._is_enumerated(index, joints)
            ):
                before[index] = Role.PLACE
        for index in reversed(joined):  # what the last name does, the others do
            if joints[index] == "and" and behind[index - 1] is None:
                behind[index - 1] = behind[index]
        return {index: before[index] or behind[index] for index in ambiguous}

    def _chains(self, ambiguous: Sequence[int]) -> tuple[list[str], list[int]]:
        """How mentions are joined to those before them, and the ambiguous ones with all that are
        joined to them, in order; how the others are joined is nobody's question."""
        count = len(self._mentions)
        joints = [""] * count
        asked: set[int] = set()
        for index in ambiguous:
            if index in asked:
                continue
            first = last = index
            while first and (joint := self._joint(first)):
                joints[first] = joint
                first -= 1
            while last + 1 < count and (joint := self._joint(last + 1)):
                last += 1
                joints[last] = joint
            asked.update(range(first, last + 1))
        return joints, sorted(asked)

    def _context(self, begin: int, end: int) -> str:
        """A part of the text, folded for itself: in ASCII alone line ends stay what they are."""
        part = self._text[begin:end]
        if part.isascii():
            return part.lower()
        if self._places is not None:
            begin, end = self._places[begin], self._places[min(end, len(self._text))]
        return self._folded[begin:end]

    def _joint(self, index: int) -> str:
        """How a mention is joined to the one before: ``and``, a comma, or not."""
        mention, previous = self._mentions[index], self._mentions[index - 1]
        gap = self._context(previous.end, mention.start)
        gap = gap.removesuffix(mention.particle).strip()
        if not gap and mention.particle.startswith("و"):
            return "and"
        rest = gap.lstrip(",،")
        is_list = rest != gap
        first, *others = rest.split(None, 1) or [""]
        is_and = first in self._cues.conjunctions
        between = self._cues.between_words
        if not is_and and not (is_list and (not first or first in between)):
            return ""
        if not between.issuperset(others[0].split() if others else ()):
            return ""
        return "and" if is_and else ","

    def _pair(self, index: int, joints: Sequence[str], before: dict[int, Role | None]) -> None:
        """“between A and B” where both may be parties."""
        pair = self._mentions[index - 1 : index + 1]
        if joints[index] != "and" or not all(_may_be_party(mention) for mention in pair):
            return
        words = self._words_before(index - 1)
        while words and words[-1] in self._cues.between_words:
            words.pop()
        if words and words[-1] in self._cues.between:
            before[index - 1] = before[index] = Role.PARTY

    def _is_enumerated(self, index: int, joints: Sequence[str]) -> bool:
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

    def _before(self, index: int) -> str:
        """What stands before a mention."""
        start = self._mentions[index].start
        return self._context(max(0, start - _CONTEXT), start)

    def _words_before(self, index: int) -> list[str]:
        """The words before a mention, back to the next mark of punctuation."""
        context = self._before(index)
        return _words_since_break(context.removesuffix(self._mentions[index].particle))

    def _words_behind(self, index: int) -> list[str]:
        end = self._mentions[index].end
        return _words_until_break(self._context(end, end + _CONTEXT))

    def _role_before(self, index: int) -> Role | None:
        cues, mention = self._cues, self._mentions[index]
        if mention.particle.endswith("ب"):
            return Role.PLACE
        if self._is_dateline(mention):
            return Role.PLACE
        context = self._before(index)
        if context.endswith("-") and _PREFIXED.search(context):
            return Role.PARTY
        words = _words_since_break(context.removesuffix(mention.particle))
        if not words:
            return None
        last = words[-1]
        if last in cues.adversative or any(
            tuple(words[-len(phrase) :]) == phrase for phrase in self._phrases.get(last, ())
        ):
            return Role.PARTY
        if last in cues.companion:
            if any(word.startswith(cues.dealings) for word in words[-4:-1]):
                return Role.PARTY
            if last in cues.ambiguous_companion:
                is_with = self._surface(mention).endswith(cues.instrumental)
                return Role.PARTY if cues.instrumental and is_with else Role.PLACE
            return None
        if last in cues.by and len(words) > 1 and words[-2].startswith(cues.deeds):
            return Role.PARTY
        if self._does(words, last):
            return Role.PARTY
        endings = cues.locative_endings.get(last)
        if endings and self._surface(mention).endswith(endings):
            return Role.PLACE
        return self._place_before(words)

    def _surface(self, mention: Mention) -> str:
        return self._context(mention.start, mention.end)

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
        context = self._context(mention.end, mention.end + _CONTEXT)
        if context.startswith("-"):
            if _PLACE_HYPHEN.match(context):
                return Role.PLACE
            if _PARTY_HYPHEN.match(context):
                return Role.PARTY
        words = _words_until_break(context)
        if context.startswith("'") and _POSSESSIVE.match(context):
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


def _words_since_break(context: str) -> list[str]:
    broken = _LAST_BREAK.match(context)
    return _WORD.findall(context, broken.end() if broken else 0)


def _words_until_break(context: str) -> list[str]:
    broken = _BREAK.search(context)
    return _WORD.findall(context, 0, broken.start() if broken else len(context))


def _is_ambiguous(mention: Mention) -> bool:
    """Whether the name alone does not say of which kind the entity is, or if it is meant at all."""
    first = mention.candidates[0]
    if len(mention.candidates) == 1:
        return first.metonym
    return any(entry.metonym or entry.kind != first.kind for entry in mention.candidates)


def _is_state(mention: Mention) -> bool:
    """Whether the name is a state's own, as a country and as a party."""
    kinds = {entry.kind for entry in mention.candidates}
    return kinds == {PARTY, PLACE} and not any(entry.metonym for entry in mention.candidates)


def _may_be_party(mention: Mention) -> bool:
    return any(candidate.kind == PARTY for candidate in mention.candidates)
