"""The one analysis: how text becomes terms, for articles and queries, whatever the engine.

A *form* is a word as it stands in the text, folded (case, width, accents), and a *stem* is what
its inflections share in one language. What a word is, :mod:`archive.text.words` says, what of its
spelling counts, :mod:`archive.text.folding`, and stems are made in :mod:`archive.text.stems`; what
others need of these is to be had here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from archive.text.folding import MAX_TOKEN_LENGTH, fold, form_and_word, strip_marks
from archive.text.stems import (
    SNOWBALL,
    UNDETERMINED,
    primary_language,
    query_stems,
    stem_likeness,
    stem_term,
    stemmer,
)
from archive.text.words import is_unspaced, words_as_written, words_spaced, written_words

__all__ = [
    "MAX_TOKEN_LENGTH",
    "SNOWBALL",
    "UNDETERMINED",
    "Token",
    "fold",
    "form_and_word",
    "form_table",
    "is_unspaced",
    "primary_language",
    "query_stems",
    "query_tokens",
    "stem_likeness",
    "stem_table",
    "stem_term",
    "stemmer",
    "strip_marks",
    "tokenise",
    "words_as_written",
    "words_spaced",
    "written_words",
]

_MOST_TERMS = 50_000  # in one table


class Token(NamedTuple):
    """One word of a text: its folded form, its place among the words, its span in characters."""

    form: str
    word: str
    position: int
    start: int
    end: int

    def stem(self, language: str) -> str:
        """The term that the inflections of this word share in ``language``."""
        return stem_term(self.word, language)


def tokenise(text: str) -> Iterator[Token]:
    """Yield the words of ``text`` in order; positions count from 0 without gaps."""
    position = 0
    for written, start, end in written_words(text):
        form, word = _remembered_form(written)
        if form:
            yield Token(form, word, position, start, end)
            position += 1


def query_tokens(text: str, *, loose: bool = False) -> list[Token]:
    """The words of a query's leaf, by which it is looked up.

    Where it ends within a script without spaces, an article may go on: the character that ends the
    run is only a part of the pair before it. In a ``loose`` phrase that holds for every run.
    """
    tokens = list(tokenise(text))
    return [
        token
        for place, token in enumerate(tokens)
        if not place
        or token.start >= tokens[place - 1].end
        or token.end > tokens[place - 1].end
        or (place < len(tokens) - 1 and not loose)
    ]


_remembered_form = lru_cache(maxsize=_MOST_TERMS)(form_and_word)


class _Terms(dict[str, str]):
    """From a word as written to one of its terms, worked out when it is first asked for.

    Threads share it: at worst two of them work out the same term.
    """

    def __init__(self, term: Callable[[str, str], str]) -> None:
        self._term = term

    def __missing__(self, written: str) -> str:
        if len(self) >= _MOST_TERMS:
            self.clear()
        form, word = form_and_word(written)
        term = self[written] = self._term(form, word) if form else ""
        return term


@cache
def form_table() -> Mapping[str, str]:
    """The form of any of :func:`words_as_written`; empty for one that is no token.

    Look words up by ``[]``: the table makes what it lacks. It is for many words at once, as in
    ``map(form_table().__getitem__, words)``, which no call of a function could keep up with.
    """
    return _Terms(lambda form, _word: form)


def stem_table(language: str) -> Mapping[str, str]:
    """The stem in ``language``, as by ``stem_term``, of any of :func:`words_as_written`.

    It is used as :func:`form_table` is.
    """
    table = _stem_tables.get(language)
    if table is None:
        primary = primary_language(language)
        table = _stem_tables.setdefault(primary, _Terms(lambda _, word: stem_term(word, primary)))
        if len(_stem_tables) < _MOST_LANGUAGES:
            _stem_tables[language] = table
    return table


_stem_tables: dict[str, Mapping[str, str]] = {}
_MOST_LANGUAGES = 1_000  # as tags write them
