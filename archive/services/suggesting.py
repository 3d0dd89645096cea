"""Other searches to try where one finds next to nothing, each with what it would find.

A suggestion keeps the filters and the masks of the search it stands under, so it never leads to an
article that may not be shown, and none is made that finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial

from archive.query.nodes import And, Field, Fuzzy, Leaf, Node, Not, Or, Phrase, Prefix, Word
from archive.query.printer import print_query
from archive.query.terms import map_leaves
from archive.search.request import SearchRequest
from archive.services.answers import Suggestion
from archive.services.public_index import PublicIndex
from archive.text.analysis import query_stems, query_tokens

FEW_HITS = 2
"""Up to so many hits, other spellings are offered; fewer words only where there is none."""
MAX_SUGGESTIONS = 5
ANY_WORD = "Any of the words"
_SPELLINGS = 2
_JOINING = frozenset({"and", "or", "not"})  # in small letters they are words like any other
_MOST_WORDS = 8  # each is tried against the index, so a long query is left alone

_Count = Callable[[Node], int]
_Widen = Callable[[Node], Node]


def suggestions(
    index: PublicIndex, request: SearchRequest, *, total: int, widen: _Widen
) -> tuple[Suggestion, ...]:
    """What to try instead of ``request``, as typed, which finds ``total`` articles.

    ``widen`` makes of a query what is looked for when it is typed. In order: other spellings, the
    query with a part left out, any of its words. Raises SearchIndexError.
    """
    node = request.query
    if node is None:
        return ()

    def count(other: Node) -> int:
        return index.count(replace(request, query=widen(other)))

    found: dict[str, Suggestion] = {}
    for reason, other in _others(index, node, count, total, widen):
        text = print_query(other)
        if text in found or other == node:
            continue
        hits = count(other)
        if reason == ANY_WORD and hits in (seen.count for seen in found.values()):
            continue  # the words left out stand nowhere
        if hits > total:
            found[text] = Suggestion(text=text, count=hits, reason=reason)
        if len(found) == MAX_SUGGESTIONS:
            break
    return tuple(found.values())


def _others(
    index: PublicIndex, node: Node, count: _Count, total: int, widen: _Widen
) -> Iterator[tuple[str, Node]]:
    yield from (("Did you mean", other) for other in _respelt(index, node, widen))
    if total or not isinstance(node, And) or len(node.children) > _MOST_WORDS:
        return
    shorter = [(count(rest), rest) for rest in _with_one_left_out(node)]
    shorter.sort(key=lambda pair: -pair[0])
    yield from (("With fewer words", rest) for hits, rest in shorter[:2] if hits)
    parts = [part for part in node.children if not _joins(part)]
    words = tuple(part for part in parts if isinstance(part, Word | Phrase | Prefix | Fuzzy))
    if len(words) > 1:
        kept = tuple(part for part in parts if part not in words)
        either = Or(children=words)
        yield ANY_WORD, And(children=(either, *kept)) if kept else either


def _joins(part: Node) -> bool:
    return isinstance(part, Word) and part.text in _JOINING


def _respelt(index: PublicIndex, node: Node, widen: _Widen) -> Iterator[Node]:
    """The query with every word that finds nothing in another spelling, the likeliest first."""
    words = list(dict.fromkeys(_plain_words(node)))[:_MOST_WORDS]
    languages = index.languages()
    spelt: dict[Word, list[str]] = {}
    for word in words:
        if not index.count(SearchRequest(query=widen(word))):
            near = _different(index.spellings(word.text, limit=3 * _SPELLINGS), languages)
            if near:
                spelt[word] = near[:_SPELLINGS]
    for rank in range(_SPELLINGS):
        chosen = {
            word: replace(word, text=near[min(rank, len(near) - 1)]) for word, near in spelt.items()
        }
        if chosen:
            yield map_leaves(node, partial(_respelling, chosen))


def _different(words: Iterable[str], languages: Collection[str]) -> list[str]:
    """Those that find something else than the words before them: one of all inflections."""
    kept: list[str] = []
    known: set[str] = set()
    for word in words:
        stems = frozenset().union(*(query_stems(word, language) for language in languages))
        if not stems & known:
            kept.append(word)
        known |= stems
    return kept


def _with_one_left_out(node: And) -> Iterator[Node]:
    for left_out in node.children:
        rest = tuple(child for child in node.children if child is not left_out)
        if all(isinstance(child, Not) for child in rest):
            continue
        yield rest[0] if len(rest) == 1 else And(children=rest)


def _plain_words(node: Node) -> Iterator[Word]:
    match node:
        case Word(field=Field.ANY | Field.HEADLINE) if len(query_tokens(node.text)) == 1:
            yield node
        case And(children=children) | Or(children=children):
            for child in children:
                yield from _plain_words(child)


def _respelling(words: dict[Word, Word], leaf: Leaf) -> Leaf:
    return words.get(leaf, leaf) if isinstance(leaf, Word) else leaf
