"""Which words of an article a query found it by, so that they can be marked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from itertools import compress

from rapidfuzz.distance import OSA

from archive.query.nodes import Field, Fuzzy, Node, Phrase, Prefix, Word
from archive.query.terms import text_leaves
from archive.text.analysis import (
    form_table,
    primary_language,
    stem_beginning,
    stem_likeness,
    stem_table,
    stem_term,
    tokenise,
)
from archive.text.beginnings import words_alike
from archive.text.spelling import edits
from archive.text.words import words_as_written, words_beginning


class WordMatcher:
    """Tells the words to mark. Remembers what it met, so keep one for a page, not longer."""

    def __init__(
        self,
        *,
        inflected: frozenset[str],
        exact: frozenset[str],
        prefixes: tuple[str, ...],
        fuzzy: tuple[str, ...],
    ) -> None:
        self._inflected = inflected
        self._exact = exact
        self._prefixes = prefixes
        self._fuzzy = fuzzy
        self._stems: dict[str, frozenset[str]] = {}
        self._known_beginnings: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self._initials = frozenset(wanted[0] for wanted in fuzzy)
        self._near: dict[str, bool] = {}  # of forms with one of the initials

    def __bool__(self) -> bool:
        """Whether there is anything that could be marked."""
        return bool(self._inflected or self._exact or self._prefixes or self._fuzzy)

    def __call__(self, text: str, language: str) -> dict[str, str]:
        """The words of ``text``, as written, that are to be marked, each with its stem.

        There may be some among them that are but parts of the text's words.
        """
        if not self:
            return {}
        words = self._candidates(text, language)
        found = self._found(words_as_written(text) if words is None else words, language)
        stems = stem_table(language)
        return {written: stems[written] for written in found}

    def _found(self, words: Collection[str], language: str) -> set[str]:
        # A text has hundreds of words and a page has twenty texts: what looks at each of them has
        # to run without a step of Python a word.
        found: set[str] = set()
        if self._inflected:
            stems = map(stem_table(language).__getitem__, words)
            found.update(compress(words, map(self.stems(language).__contains__, stems)))
        if self._exact or self._prefixes or self._fuzzy:
            forms = list(map(form_table().__getitem__, words))
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

    def _candidates(self, text: str, language: str) -> set[str] | None:
        """Some words of ``text``, among them all to be marked; None where it takes all words."""
        primary = primary_language(language)
        known = self._known_beginnings.get(primary)
        if known is None:
            known = self._known_beginnings[primary] = (
                self._beginnings(primary, stem_beginning),
                self._beginnings(primary, stem_likeness),
            )
        beginnings, likenesses = known
        words = words_beginning(text, beginnings) if beginnings else None
        if words is None and likenesses:
            words = words_alike(text, likenesses)
        return words

    def _beginnings(self, language: str, of_stem: Callable[[str], str]) -> frozenset[str]:
        """With one of these begins each word that is to be marked; empty if none are known."""
        beginnings = self._exact.union(
            self._prefixes, map(of_stem, self.stems(language)), self._initials
        )
        # Too many words begin with the same letter.
        return frozenset() if any(len(one) < 2 for one in beginnings) else beginnings

    def stems(self, language: str) -> frozenset[str]:
        """The stems that the query's words have in a language."""
        primary = primary_language(language)
        stems = self._stems.get(primary)
        if stems is None:
            stems = frozenset(stem_term(word, primary) for word in self._inflected)
            self._stems[primary] = stems
        return stems


def matcher_for(
    node: Node | None, languages: Iterable[str] = (), *, field: Field = Field.ANY
) -> WordMatcher:
    """Return what marks the words of a query in a text of ``field``.

    Words that were asked for anywhere are marked in every field; those asked for in the headline
    or the byline only there. The stems of ``languages`` are made at once, others when met. Whatever
    stands under a Not is not marked.
    """
    inflected: set[str] = set()
    exact: set[str] = set()
    prefixes: list[str] = []
    fuzzy: list[str] = []
    for leaf in text_leaves(node):
        if leaf.field not in (Field.ANY, field):
            continue
        tokens = list(tokenise(leaf.text))
        match leaf:
            case Word(exact=False) | Phrase(exact=False):
                inflected.update(token.word for token in tokens)
            case Word() | Phrase():
                exact.update(token.form for token in tokens)
            case Prefix():
                exact.update(token.form for token in tokens[:-1])
                prefixes.extend(token.form for token in tokens[-1:])
            case Fuzzy():
                fuzzy.extend(token.form for token in tokens)
    matcher = WordMatcher(
        inflected=frozenset(inflected),
        exact=frozenset(exact),
        prefixes=tuple(prefixes),
        fuzzy=tuple(fuzzy),
    )
    for language in languages:
        matcher.stems(language)
    return matcher


def _is_near(form: str, wanted: str) -> bool:
    """One edit away, two from eight letters up, the first letter fixed."""
    most = edits(wanted)
    return form[0] == wanted[0] and OSA.distance(form, wanted, score_cutoff=most) <= most
