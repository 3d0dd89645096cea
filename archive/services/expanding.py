"""What else a query's words are looked for by: synonyms, and the names of whom they name.

Plain words are widened, alone or side by side; a quoted phrase, ``=word`` and whatever was typed
with a field for bylines never. What stands under a Not is widened as well, so that ``-truce``
leaves out exactly what ``truce`` finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.query.nodes import And, Field, Node, Not, Or, Phrase, Synonyms, Tagged, Word
from archive.query.terms import walk
from archive.services.answers import Expansion
from archive.services.namesakes import NameBook, Named, by_facet
from archive.services.public_index import PublicIndex
from archive.services.synonyms import synonyms_at
from archive.text.name_keys import name_key

MOST_SIDE_BY_SIDE = 5
"""So many words are at most taken together, for a name or a phrase of a group."""
MOST_ALTERNATIVES = 20
"""Other words and phrases in place of one that was typed."""
MOST_ADDED = 60
"""Words that are added to a query, all in all: it stays cheap however much was typed."""
MOST_NAMESAKES = 3
"""A name that more entities bear is taken for none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expanded:
    """A query with what was put in place of its words, and each such place once."""

    node: Node | None
    expansions: tuple[Expansion, ...] = ()


class Expander:
    """Widens queries, for one answer. Methods raise SearchIndexError."""

    def __init__(self, index: PublicIndex) -> None:
        self._index = index
        self._languages = tuple(index.languages())
        self._names = NameBook(index.state.epoch, self._languages)
        self._synonyms = synonyms_at(index.state.epoch)

    def expand(self, node: Node) -> Expanded:
        """Put what means or names the same in place of the plain words of a query."""
        runs = list(_runs(node))
        if not runs:
            return Expanded(node=node)
        widening = _Widening(self._named(runs), self)
        return Expanded(node=widening.widened(node), expansions=tuple(widening.expansions))

    def meaning(self, text: str) -> tuple[tuple[str, ...], bool]:
        """The synonyms of a word or of a few side by side, and whether they mean the same."""
        meant = self._synonyms.meaning(text, self._languages)
        return ((), False) if meant is None else (meant.others, not meant.one_way)

    def _named(self, runs: Sequence[Sequence[Word]]) -> dict[str, tuple[Named, ...]]:
        """The entities that the public may know, by the text that names them."""
        texts = {_text(words) for run in runs for words in _parts(run)}
        found = self._names.look_up(texts)
        values = by_facet(entity for entities in found.values() for entity in entities)
        shown = {
            (kind, value) for kind, ids in values.items() for value in self._index.shown(kind, ids)
        }
        named = {
            text: tuple(entity for entity in entities if (entity.kind, entity.value) in shown)
            for text, entities in found.items()
        }
        return {
            text: entities
            for text, entities in named.items()
            if 0 < len(entities) <= MOST_NAMESAKES
        }


class _Widening:
    """Goes through one query."""

    def __init__(self, named: dict[str, tuple[Named, ...]], expander: Expander) -> None:
        self.expansions: dict[Expansion, None] = {}
        self._named = named
        self._expander = expander
        self._left = MOST_ADDED

    def widened(self, node: Node) -> Node:
        match node:
            case And(children=children):
                parts = tuple(self._all(children))
                return parts[0] if len(parts) == 1 else And(children=parts)
            case Or(children=children):
                return Or(children=tuple(map(self.widened, children)))
            case Not(child=child):
                return Not(child=self.widened(child))
            case Word() if _is_plain(node):
                return self._place((node,)) or node
        return node

    def _all(self, children: Sequence[Node]) -> Iterator[Node]:
        """The children of an And, with the longest names and phrases that begin first."""
        at = 0
        while at < len(children):
            run = _run_from(children, at)[:MOST_SIDE_BY_SIDE]
            for length in range(len(run), 0, -1):
                place = self._place(run[:length])
                if place is not None:
                    yield place
                    at += length
                    break
            else:
                yield self.widened(children[at])
                at += 1

    def _place(self, words: Sequence[Word]) -> Node | None:
        """What stands for words side by side; None where nothing more is known of them."""
        text = _text(words)
        field = words[0].field
        others: list[str] = []
        meant, alike = self._expander.meaning(text)
        if meant:
            others += (chosen := self._bounded(text, meant, others))
            self._note(Expansion(typed=text, also=tuple(chosen), same=alike), chosen)
        tags: list[Tagged] = []
        entities = self._named.get(text, ())
        for entity in entities:
            others += (chosen := self._bounded(text, entity.also, others))
            # A tag says what an article is about, not what its headline says.
            tagged = field is Field.ANY
            self._note(
                Expansion(
                    typed=text,
                    also=tuple(chosen),
                    kind=entity.kind,
                    slug=entity.slug,
                    label=entity.label,
                    tagged=tagged,
                ),
                chosen or tagged,
            )
        if field is Field.ANY:
            tags = [
                Tagged(facet=kind, name=text, values=tuple(sorted(values)))
                for kind, values in by_facet(entities).items()
            ]
        if not others and not tags:
            return None
        leaves = tuple(_leaf(name, field) for name in others)
        if len(words) == 1:
            typed: tuple[Node, ...] = (
                (Synonyms(leaves=(words[0], *leaves)),) if leaves else (words[0],)
            )
        else:
            typed = (And(children=tuple(words)),)
            if leaves:
                typed += (Synonyms(leaves=leaves, typed=False),)
        either = (*typed, *tags)
        return either[0] if len(either) == 1 else Or(children=either)

    def _bounded(self, text: str, names: Iterable[str], before: Sequence[str]) -> list[str]:
        """Those of ``names`` that are looked for beside ``text`` and what stands there already.

        One that holds another is found by it.
        """
        held = [name_key(text), *map(name_key, before)]
        keys = [name_key(name) for name in names]
        chosen: list[str] = []
        for name, key in zip(names, keys, strict=True):
            shorter = [*held, *(other for other in keys if other != key)]
            if not key or key in held or any(_holds(key, other) for other in shorter):
                continue
            words = len(key.split())
            if len(before) + len(chosen) >= MOST_ALTERNATIVES or words > self._left:
                break
            self._left -= words
            held.append(key)
            chosen.append(name)
        return chosen

    def _note(self, expansion: Expansion, worth_saying: object) -> None:
        if worth_saying:
            self.expansions.setdefault(expansion)


def _is_plain(node: Node) -> bool:
    return isinstance(node, Word) and not node.exact and node.field is not Field.BYLINE


def _run_from(children: Sequence[Node], at: int) -> list[Word]:
    """The plain words side by side from one place on, all in one field."""
    run: list[Word] = []
    for child in children[at:]:
        if not (isinstance(child, Word) and _is_plain(child)):
            break
        if run and child.field is not run[0].field:
            break
        run.append(child)
    return run


def _runs(node: Node) -> Iterator[Sequence[Word]]:
    """The plain words of a query as they stand side by side; some alone and in a run as well."""
    for part in walk(node):
        if isinstance(part, Word) and _is_plain(part):
            yield (part,)
        elif isinstance(part, And):
            at = 0
            while at < len(part.children):
                run = _run_from(part.children, at)
                if len(run) > 1:
                    yield run
                at += len(run) or 1


def _parts(run: Sequence[Word]) -> Iterator[Sequence[Word]]:
    for start in range(len(run)):
        for end in range(start + 1, min(start + MOST_SIDE_BY_SIDE, len(run)) + 1):
            yield run[start:end]


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _leaf(name: str, field: Field) -> Word | Phrase:
    text = " ".join(name.split())
    return Phrase(text=text, field=field) if " " in text else Word(text=text, field=field)


def _holds(longer: str, shorter: str) -> bool:
    return longer != shorter and f" {shorter} " in f" {longer} "
