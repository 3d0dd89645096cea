"""Names looked for and told apart as it is meant, step by step: what the fast way agrees with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from archive.text.cues import CUES, Cues
from archive.text.disambiguation import PARTY, PLACE, Role
from archive.text.gazetteer import _FOLDING, GazetteerEntry, Mention

_WORD = r"[^\W_]+(?:-[^\W_]+)*"
_WORD_OR_BREAK = re.compile(rf"(?P<word>{_WORD})|[.!?;:\n()\"“”«»—–،,]")
_PLACE_HYPHEN = re.compile(r"-(?:based|born|area)\b")
_PARTY_HYPHEN = re.compile(
    r"-(?:backed|led|appointed|installed|controlled|aligned|friendly|allied)\b"
)
_DATELINE = re.compile(r"(\s\([^)\n]{2,30}\)|,\s[^\n—–]{2,30}?)?\s?(?:—|–|--|\s-)\s")

Reading = tuple[int, int, bool]  # where the name begins, the entity, whether it is sure


def plain_fold(text: str) -> str:
    """What ``fold_characters`` returns."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def plain_mentions(
    names: Sequence[GazetteerEntry], text: str, language: str
) -> list[tuple[int, int]]:
    """Where ASCII names that are no acronyms stand in a text without apostrophes."""
    found = []
    at = 0
    while at < len(text):
        lengths = [
            len(entry.name)
            for entry in names
            if entry.language in ("", language)
            and plain_fold(text[at : at + len(entry.name)]) == entry.name.lower()
            and text[at].isupper()
            and not re.match(r"\w", text[at - 1 : at])
            and not re.match(r"\w", text[at + len(entry.name) :])
        ]
        if lengths:
            found.append((at, at + max(lengths)))
        at += max(lengths, default=1)
    return found


def plain_readings(text: str, mentions: Sequence[Mention], language: str) -> list[Reading]:
    """What ``read_mentions`` returns; every mention is asked about everything."""
    cues = CUES.get(language)
    roles = _roles(text, mentions, cues) if cues else [None] * len(mentions)
    readings: list[Reading] = []
    for mention, role in zip(mentions, roles, strict=True):
        entries, kinds = mention.candidates, {entry.kind for entry in mention.candidates}
        chosen: list[GazetteerEntry] = []
        if len(kinds) == 1 and not any(entry.metonym for entry in entries):
            chosen = list(entries)
        elif role is not None:
            wanted = PLACE if role is Role.PLACE else PARTY
            chosen = [entry for entry in entries if entry.kind == wanted]
        elif cues and kinds <= {PARTY, PLACE}:
            parties = [entry for entry in entries if entry.kind == PARTY]
            chosen = [] if any(entry.metonym for entry in parties) else parties
        sure = len(chosen) == 1
        readings += [(mention.start, entry.key, sure) for entry in (chosen or entries)]
    return readings


def _roles(text: str, mentions: Sequence[Mention], cues: Cues) -> list[Role | None]:
    joints = [
        "",
        *(_joint(text, *pair, cues) for pair in pairwise(mentions)),
    ]
    before = [_before(text, mention, cues) for mention in mentions]
    behind = [_behind(text, mention, cues) for mention in mentions]
    places = range(1, len(mentions))
    for index in places:
        pair = mentions[index - 1 : index + 1]
        if joints[index] == "and" and all(
            any(entry.kind == PARTY for entry in mention.candidates) for mention in pair
        ):
            words = _words_before(text, pair[0])
            while words and words[-1] in cues.between_words:
                words.pop()
            if words and words[-1] in cues.between:
                before[index - 1] = before[index] = Role.PARTY
    for index in places:
        if before[index] is not None:
            continue
        if joints[index] == "and" and behind[index] is None:
            before[index] = before[index - 1]
        elif (
            joints[index] == ","
            and before[index - 1] is Role.PLACE
            and _is_enumerated(text, mentions, index, joints, cues)
        ):
            before[index] = Role.PLACE
    for index in reversed(places):
        if joints[index] == "and" and behind[index - 1] is None:
            behind[index - 1] = behind[index]
    return [first or last for first, last in zip(before, behind, strict=True)]


def _joint(text: str, previous: Mention, mention: Mention, cues: Cues) -> str:
    gap = plain_fold(text[previous.end : mention.start]).removesuffix(mention.particle).strip()
    if not gap and mention.particle.startswith("و"):
        return "and"
    rest = gap.lstrip(",،")
    first, *others = rest.split() or [""]
    if first in cues.conjunctions and cues.between_words.issuperset(others):
        return "and"
    return "," if rest != gap and cues.between_words.issuperset(rest.split()) else ""


def _is_enumerated(
    text: str, mentions: Sequence[Mention], index: int, joints: Sequence[str], cues: Cues
) -> bool:
    start = last = index
    while joints[start]:
        start -= 1
    while last + 1 < len(joints) and joints[last + 1]:
        last += 1
    listed = [mention.candidates for mention in mentions[start : last + 1]]
    if len(listed) > 2 and all(
        {entry.kind for entry in entries} == {PARTY, PLACE}
        and not any(entry.metonym for entry in entries)
        for entries in listed
    ):
        return True
    words = _words_behind(text, mentions[last])
    return not words or words[0] in cues.locative | cues.conjunctions


def _words_before(text: str, mention: Mention) -> list[str]:
    context = plain_fold(text[max(0, mention.start - 90) : mention.start])
    words: list[str] = []
    for match in _WORD_OR_BREAK.finditer(context.removesuffix(mention.particle)):
        words = [*words, match["word"]] if match["word"] else []
    return words


def _words_behind(text: str, mention: Mention) -> list[str]:
    words = []
    for match in _WORD_OR_BREAK.finditer(plain_fold(text[mention.end : mention.end + 90])):
        if not match["word"]:
            break
        words.append(match["word"])
    return words


def _before(text: str, mention: Mention, cues: Cues) -> Role | None:
    words, surface = _words_before(text, mention), plain_fold(mention.surface)
    if mention.particle.endswith("ب") or _is_dateline(text, mention):
        return Role.PLACE
    if re.search(r"\b(?:anti|pro)-$", plain_fold(text[: mention.start])[-6:]):
        return Role.PARTY
    if not words:
        return None
    last = words[-1]
    if last in cues.adversative or any(
        tuple(words[-len(phrase) :]) == phrase for phrase in cues.party_phrases
    ):
        return Role.PARTY
    if last in cues.companion:
        if any(word.startswith(cues.dealings) for word in words[-4:-1]):
            return Role.PARTY
        if last not in cues.ambiguous_companion:
            return None
        is_with = bool(cues.instrumental) and surface.endswith(cues.instrumental)
        return Role.PARTY if is_with else Role.PLACE
    before_last = words[-2] if len(words) > 1 else ""
    if last in cues.by and before_last.startswith(cues.deeds):
        return Role.PARTY
    if cues.deeds_first and last.startswith(cues.deeds):
        return Role.PARTY
    done_to = before_last if last in cues.object_marks else last
    if done_to.startswith(cues.deeds_on):
        return Role.PARTY
    if surface.endswith(cues.locative_endings.get(last, ())):
        return Role.PLACE
    for distance, word in enumerate(reversed(words)):
        is_noun = word in cues.place_nouns and (
            distance == 0 or not cues.of or words[-distance] in cues.of
        )
        if word in cues.locative or is_noun:
            return Role.PLACE
        if word not in cues.place_nouns and word not in cues.between_words:
            return None
    return None


def _behind(text: str, mention: Mention, cues: Cues) -> Role | None:
    context, words = (
        plain_fold(text[mention.end : mention.end + 90]),
        _words_behind(text, mention),
    )
    if _PLACE_HYPHEN.match(context):
        return Role.PLACE
    if _PARTY_HYPHEN.match(context):
        return Role.PARTY
    if re.match(r"'s?\s+", context):
        owned = words[1:4] if context.startswith("'s") else words[:3]
        if any(word.startswith(cues.organs) for word in owned):
            return Role.PARTY
        return Role.PLACE if any(word.startswith(cues.parts) for word in owned) else None
    if words and words[0].startswith(cues.parts):
        return Role.PLACE
    acting = [
        word for number, word in enumerate(words) if set(words[: number + 1]) - cues.auxiliaries
    ]
    return Role.PARTY if acting and acting[0].startswith(cues.deeds) else None


def _is_dateline(text: str, mention: Mention) -> bool:
    match = _DATELINE.match(text, mention.end)
    if match is None or (mention.start and text[mention.start - 1] != "\n"):
        return False
    aside = match[1] or ""
    return mention.surface.isupper() or "(" in aside or any(map(str.isdigit, aside))
