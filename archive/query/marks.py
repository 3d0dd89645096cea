"""Which words of an article a query found it by, so that they can be marked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import compress

from rapidfuzz.distance import OSA

from archive.query.nodes import Field, Fuzzy, Node, Phrase, Prefix, Word
from archive.query.phrase_marks import MarkedPhrase
from archive.query.terms import TypedLeaf, text_leaves
from archive.text.analysis import (
    Token,
    form_table,
    query_stems,
    query_tokens,
    stem_likeness,
    stem_table,
    strip_marks,
)
from archive.text.beginnings import Beginnings
from archive.text.snippets import Match
from archive.text.spelling import edits, parted_otherwise, written_otherwise
from archive.text.words import places_of, words_as_written, words_between

_LONG = 300  # characters; in shorter texts all words are looked up sooner than some are found
_PIECE = 100  # characters, within which a space is looked for behind a word
_NOT_MARKED: Match = (0, 0, "")
_BEHIND_WORDS = '.,:;!?)"\n'


class WordMatcher:
    """Tells the words to mark. Remembers what it met, so keep one for a page, not longer."""

    def __init__(
        self,
        *,
        inflected: frozenset[str],
        exact: frozenset[str],
        prefixes: tuple[str, ...],
        fuzzy: tuple[str, ...],
        phrases: tuple[MarkedPhrase, ...] = (),
        alone: WordMatcher | None = None,
    ) -> None:
        """Words that are marked only in ``phrases`` are not among those of ``alone``."""
        self._phrases = phrases
        self._alone = alone
        self._inflected = inflected
        self._exact = exact
        self._prefixes = prefixes
        self._fuzzy = fuzzy
        self._stems: dict[str, frozenset[str]] = {}
        self._known_beginnings: dict[str, frozenset[str]] = {}
        self._places: dict[tuple[str, str], list[tuple[int, bool]]] = {}
        self._known: dict[str, dict[str, Match]] = {}
        self._initials = frozenset(wanted[0] for wanted in fuzzy)
        self._near: dict[str, bool] = {}  # of forms with one of the initials

    def __bool__(self) -> bool:
        """Whether there is anything that could be marked."""
        return bool(self._inflected or self._exact or self._prefixes or self._fuzzy)

    def __call__(self, text: str, language: str) -> list[Match]:
        """The words of ``text`` that are to be marked, in their order."""
        if not self:
            return []
        places = self._places.pop((text, language), None)
        if places is None:
            stems = stem_table(language)
            found = [
                (start, end, stems[written])
                for written in self._found(words_as_written(text), language)
                for start, end in places_of(written, text)
            ]
            return self._whole(sorted(found), text, language)
        return self._whole(self._at(places, text, language), text, language)

    def _whole(self, matches: list[Match], text: str, language: str) -> list[Match]:
        """``matches`` without words that are wanted in a phrase, but stand elsewhere."""
        if self._alone is None or not matches:
            return matches
        held: set[int] = set()
        if self._alone:
            words = [text[start:end] for start, end, _ in matches]
            alone = self._alone._found(set(words), language)
            held.update(compress(range(len(words)), map(alone.__contains__, words)))
        for phrase in self._phrases:
            held |= phrase.within(matches, text, language)
        return [matches[place] for place in sorted(held)]

    def look_through(self, texts: Sequence[tuple[str, str]]) -> None:
        """Prepare for being asked about many texts, each with its language: cheaper together."""
        if not self:
            return
        together: dict[str, list[str]] = {}
        for text, language in texts:
            if len(text) >= _LONG and self._beginnings(language):
                together.setdefault(language, []).append(text)
        if not together:
            return
        every = [(text, language) for language, several in together.items() for text in several]
        beginnings = frozenset().union(*map(self._beginnings, together))
        places = Beginnings([text for text, _ in every]).places(beginnings)
        if places is not None:
            self._places.update(zip(every, places, strict=True))

    def _at(self, places: Sequence[tuple[int, bool]], text: str, language: str) -> list[Match]:
        """The words to be marked among those that begin at some places."""
        known = self._known.setdefault(language, {})
        found: list[Match] = []
        looked_through = 0
        for start, doubtful in places:
            if start < looked_through:
                continue
            if doubtful:
                # No word goes on over a space, so that what stands between two of them tells.
                first = text.rfind(" ", 0, start) + 1
                end = text.find(" ", start)
                looked_through = end if end >= 0 else len(text)
                found += self._in_part(text, first, looked_through, language)
                continue
            # Some texts have no spaces, so that all of them would be taken for each word.
            end = text.find(" ", start, start + _PIECE)
            piece = text[start:end] if end >= 0 else next(words_between(text, start))[0]
            match = known.get(piece)
            if match is None:
                match = known[piece] = self._first_of(piece, language)
            if match[1]:
                found.append((start, start + match[1], match[2]))
        return sorted(set(found)) if looked_through else found

    def _first_of(self, piece: str, language: str) -> Match:
        """The word at the beginning of a piece, with no length where it is not to be marked."""
        word = piece.rstrip(_BEHIND_WORDS)
        if not (word.isascii() and word.isalnum()):
            word, _, _ = next(words_between(piece))
        wanted = self._found((word,), language)
        return (0, len(word), stem_table(language)[word]) if wanted else _NOT_MARKED

    def _in_part(self, text: str, first: int, last: int, language: str) -> list[Match]:
        """The words to be marked in a part of a text that no word goes beyond."""
        words = list(words_between(text, first, last))
        wanted = self._found([written for written, _, _ in words], language)
        stems = stem_table(language)
        return [(start, end, stems[one]) for one, start, end in words if one in wanted]

    def _found(self, words: Collection[str], language: str) -> set[str]:
        # A text has hundreds of words and a page has twenty texts: what looks at each of them has
        # to run without a step of Python a word.
        found: set[str] = set()
        if self._inflected:
            stems = map(stem_table(language).__getitem__, words)
            found.update(compress(words, map(self.stems(language).__contains__, stems)))
        if self._exact or self._prefixes or self._fuzzy:
            forms = list(map(form_table().__getitem__, words))
            wanted: Collection[str] = self._exact
            if self._prefixes or self._fuzzy:
                wanted = self._exact.union(filter(self._is_alike, set(forms)))
            found.update(compress(words, map(wanted.__contains__, forms)))
        return found

    def _is_alike(self, form: str) -> bool:
        """Whether ``form`` begins with a prefix or is near a fuzzy word."""
        if form.startswith(self._prefixes):
            return True
        if form[:1] not in self._initials:
            return False
        near = self._near.get(form)
        if near is None:
            near = self._near[form] = any(_is_near(form, wanted) for wanted in self._fuzzy)
        return near

    def _beginnings(self, language: str) -> frozenset[str]:
        """With one of these begins each word that is to be marked; empty if none are known."""
        beginnings = self._known_beginnings.get(language)
        if beginnings is None:
            beginnings = self._exact.union(
                self._prefixes, map(stem_likeness, self.stems(language)), self._initials
            )
            # Too many words begin with the same letter.
            if any(len(one) < 2 for one in beginnings):
                beginnings = frozenset()
            self._known_beginnings[language] = beginnings
        return beginnings

    def stems(self, language: str) -> frozenset[str]:
        """The stems that the query's words have in a language."""
        stems = self._stems.get(language)
        if stems is None:
            stems = frozenset(
                stem for word in self._inflected for stem in query_stems(word, language)
            )
            self._stems[language] = stems
        return stems


class _Wanted:
    """The words of leaves, by how they are wanted."""

    def __init__(self) -> None:
        self._inflected: set[str] = set()
        self._exact: set[str] = set()
        self._prefixes: list[str] = []
        self._fuzzy: list[str] = []

    def add(self, leaf: TypedLeaf, words: Sequence[Token]) -> None:
        """Add ``words``, in one of the ways in which ``leaf`` may be written."""
        forms = [word.form for word in words]
        match leaf:
            case Word(exact=False) | Phrase(exact=False):
                self._inflected.update(word.word for word in words)
                # Articles may have other spellings of the word, whose stems are not its own.
                self._exact.update(forms)
                self._exact.update(
                    strip_marks(other) for word in words for other in written_otherwise(word.word)
                )
            case Word() | Phrase():
                self._exact.update(forms)
            case Prefix():
                self._exact.update(forms[:-1])
                self._prefixes += forms[-1:]
            case Fuzzy():
                self._fuzzy += forms

    def matcher(
        self, phrases: tuple[MarkedPhrase, ...] = (), alone: WordMatcher | None = None
    ) -> WordMatcher:
        """What marks these words."""
        return WordMatcher(
            inflected=frozenset(self._inflected),
            exact=frozenset(self._exact),
            prefixes=tuple(self._prefixes),
            fuzzy=tuple(self._fuzzy),
            phrases=phrases,
            alone=alone,
        )


def _ways(leaf: TypedLeaf) -> Iterator[tuple[list[Token], bool]]:
    """The words of ``leaf`` in each way of writing it, and whether they are one phrase."""
    words = query_tokens(leaf.text)
    in_row = isinstance(leaf, Word) or (isinstance(leaf, Phrase) and not leaf.slop)
    yield words, in_row and len(words) > 1
    if isinstance(leaf, Word) and not leaf.exact and (other := parted_otherwise(leaf.text)):
        words = query_tokens(other)
        yield words, len(words) > 1


def _is_exact(leaf: TypedLeaf) -> bool:
    return isinstance(leaf, Word | Phrase) and leaf.exact


def matcher_for(
    node: Node | None, languages: Iterable[str] = (), *, field: Field = Field.ANY
) -> WordMatcher:
    """Return what marks the words of a query in a text of ``field``.

    Words that were asked for anywhere are marked in every field; those asked for in the headline
    or the byline only there, and those of a phrase only where it stands. The stems of ``languages``
    are made at once, others when met. Whatever stands under a Not is not marked.
    """
    wanted, alone = _Wanted(), _Wanted()
    phrases: list[MarkedPhrase] = []
    for leaf in text_leaves(node):
        if leaf.field not in (Field.ANY, field):
            continue
        for words, phrase in _ways(leaf):
            wanted.add(leaf, words)
            if phrase:
                phrases.append(MarkedPhrase(words, exact=_is_exact(leaf)))
            else:
                alone.add(leaf, words)
    matcher = wanted.matcher(tuple(phrases), alone.matcher() if phrases else None)
    for language in languages:
        matcher.stems(language)
    return matcher


def _is_near(form: str, wanted: str) -> bool:
    """One edit away, two from eight letters up, the first letter fixed."""
    most = edits(wanted)
    return form[0] == wanted[0] and OSA.distance(form, wanted, score_cutoff=most) <= most
