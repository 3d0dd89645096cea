"""Which words of an article a query found it by, so that they can be marked."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import OSA

from archive.query.nodes import Field, Fuzzy, Node, Phrase, Prefix, Word
from archive.query.terms import text_leaves
from archive.text.analysis import Token, primary_language, stem_term, tokenise
from archive.text.spelling import edits


class WordMatcher:
    """Tells the words to mark. Remembers what it was asked, so keep one for a page, not longer."""

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
        self._known: dict[tuple[str, str], bool] = {}

    def __bool__(self) -> bool:
        """Whether there is anything that could be marked."""
        return bool(self._inflected or self._exact or self._prefixes or self._fuzzy)

    def matches(self, token: Token, language: str) -> bool:
        """Whether ``token``, a word of an article in ``language``, is to be marked."""
        key = (token.word, language)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._match(token, language)
        return known

    def _match(self, token: Token, language: str) -> bool:
        form = token.form
        return (
            form in self._exact
            or stem_term(token.word, language) in self.stems(language)
            or form.startswith(self._prefixes)
            or any(_is_near(form, wanted) for wanted in self._fuzzy)
        )

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
