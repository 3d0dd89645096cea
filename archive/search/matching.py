"""What a query's words mean for an article's words, fixed here once for every engine.

*Fields.* A document is searched in the fields of ``scoring.ALL_FIELDS``. Its words are those of
``text.analysis.tokenise``; positions count within one field. Bylines are one field, with a gap
between two of them that no phrase spans.

*Words.* The words of a query's leaf are those of ``text.analysis.query_tokens``. Without a word in
it the leaf matches nothing; with several (``U.S.``, a run of Chinese) it is the phrase of them. A
word that is not exact matches by its stems in the document's own language
(``text.stems.query_stems``); and so do the words of the searched articles that are another spelling
of it: those that differ by what ``fold`` leaves off, as ``naïve`` from ``naive``, and by letters
written out, as ``Müller`` from ``Mueller``. A word (not a phrase) that may be joined or parted is
one leaf with that other way of writing it (:func:`with_other_parts`).

*Phrases* (slop 0) are words at consecutive positions of one field; they occur as often as they
start. With a slop of n they are windows: position p begins one if some word of the phrase stands
there and p to p + n holds all of them, in any order, a word that was typed twice at two positions.
They occur as often as a window begins.

*Prefixes* match word forms that begin with the text, and *fuzzy* words those within ``edits`` of
it that share its first letter: of all forms in the searched fields of the searched articles, the
nearest ``FUZZY_EXPANSIONS``, in alphabetical order where equally near. Of several words, a prefix
is the last one, after the others to the letter, and a fuzzy leaf is the phrase of fuzzy words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from archive.query.nodes import Phrase, Synonyms, Word
from archive.search.document import IndexDocument
from archive.search.scoring import ALL_FIELDS, BYLINE_FIELD
from archive.text.analysis import Token, query_stems, query_tokens, strip_marks, tokenise
from archive.text.spelling import edits, parted_otherwise, written_otherwise

Known = TypeVar("Known", bound=Hashable)

BYLINE_GAP = 100  # more than any slop
FUZZY_EXPANSIONS = 256
_SHORTEST_SPELLING = 3  # below it, every pair of characters is near every other


def field_tokens(document: IndexDocument) -> dict[str, list[Token]]:
    """The words of each field of ``document``, at the positions that phrases go by."""
    fields = {name: list(tokenise(getattr(document, name))) for name in ALL_FIELDS[:-1]}
    bylines: list[Token] = []
    offset = 0
    for byline in document.bylines:
        tokens = [token._replace(position=token.position + offset) for token in tokenise(byline)]
        bylines += tokens
        offset += len(tokens) + BYLINE_GAP
    fields[BYLINE_FIELD] = bylines
    return fields


def spellings_of(word: str, words_of_form: Callable[[str, str], Iterable[str]]) -> frozenset[str]:
    """A normalised ``word`` of a query with the other words that are a spelling of it.

    ``words_of_form`` gives the normalised words of a form that stand in the searched articles, but
    for one, which is known.
    """
    spellings = {word, *words_of_form(strip_marks(word), word)}
    for other in written_otherwise(word):
        plain = strip_marks(other)
        # A letter that was guessed has to stand there; one that was written out may stand for both.
        spellings.update(each for each in words_of_form(plain, word) if other in (each, plain))
    return frozenset(spellings)


def with_other_parts(leaf: Word) -> Word | Synonyms:
    """``COVID-19`` together with ``COVID19``, ``1,000`` with ``1000``; other words as they are."""
    other = "" if leaf.exact else parted_otherwise(leaf.text)
    if not other:
        return leaf
    # Phrases are taken as they are, so that nothing is joined or parted twice.
    ways = (Phrase(text=text, field=leaf.field) for text in (leaf.text, other))
    return Synonyms(leaves=tuple(ways))


def stems_of(spellings: Iterable[str], language: str) -> tuple[str, ...]:
    """The stems in ``language`` that a word with these spellings is found by, sorted."""
    return tuple(sorted({stem for word in spellings for stem in query_stems(word, language)}))


def near_forms(form: str, lexicon: Iterable[str]) -> list[tuple[int, str]]:
    """The (distance, form) of every form of ``lexicon`` near ``form``, nearest first.

    The distance is optimal string alignment: Damerau's edits, no part edited twice.
    """
    found = process.extract(
        form, list(lexicon), scorer=OSA.distance, score_cutoff=edits(form), limit=None
    )
    return sorted((int(distance), near) for near, distance, _ in found)


def spelling_form(word: str) -> str | None:
    """The form to look for when ``word`` may be misspelt, if it is one word and long enough."""
    tokens = query_tokens(word)
    if len(tokens) != 1 or len(tokens[0].form) < _SHORTEST_SPELLING:
        return None
    return tokens[0].form


def phrase_count(slots: Sequence[Iterable[int]]) -> int:
    """How often the words whose positions are ``slots`` stand one after another."""
    starts = set(slots[0])
    for distance, positions in enumerate(slots[1:], start=1):
        starts &= {position - distance for position in positions}
    return len(starts)


def window_count(
    words: Sequence[Known], positions: Mapping[Known, Collection[int]], slop: int
) -> int:
    """How many windows of ``slop`` words begin at one of ``words`` and hold all of them.

    A word is whatever ``positions`` knows it by.
    """
    needed = Counter(words)
    count = 0
    for start in {position for word in needed for position in positions.get(word, ())}:
        held = {
            word: sum(start <= position <= start + slop for position in positions.get(word, ()))
            for word in needed
        }
        count += all(held[word] >= times for word, times in needed.items())
    return count
