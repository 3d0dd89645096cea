"""Which articles a query matches and what they score, one article at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from archive.engines.memory.entry import Entry
from archive.query.nodes import (
    And,
    Batch,
    Dated,
    Field,
    Fuzzy,
    Identified,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Tagged,
    Undated,
    Word,
)
from archive.query.terms import TextLeaf, TypedLeaf
from archive.search.explanation import Evidence, LeafEvidence
from archive.search.matching import (
    near_forms,
    phrase_count,
    spellings_of,
    stems_of,
    window_count,
    with_other_parts,
)
from archive.search.scoring import ALL_FIELDS, PREFIX_SCORE, idf, term_score, weights_of
from archive.search.second_look import LookedFor, is_one_word
from archive.text.analysis import Token, query_tokens

Scores = dict[str, float]
Occurrences = dict[str, dict[str, int]]


class Evaluation:
    """The searched articles, which all statistics are taken from."""

    def __init__(self, entries: Collection[Entry], *, fuzzy_expansions: int) -> None:
        self.entries = {entry.document.id: entry for entry in entries}
        self.fuzzy_expansions = fuzzy_expansions
        self._known_spellings: dict[str, frozenset[str]] = {}
        self.averages = {
            field: sum(entry.lengths[field] for entry in entries) / len(entries) if entries else 0.0
            for field in ALL_FIELDS
        }

    def match(self, node: Node | None) -> Scores:
        """The score of every article that ``node`` matches, by id; None matches all."""
        match node:
            case None:
                return dict.fromkeys(self.entries, 0.0)
            case And(children=children):
                each = [self.match(child) for child in children]
                return {id_: sum(scores[id_] for scores in each) for id_ in self._in_all(each)}
            case Or(children=children):
                each = [self.match(child) for child in children]
                return {
                    id_: sum(scores.get(id_, 0.0) for scores in each)
                    for id_ in self.entries
                    if any(id_ in scores for scores in each)
                }
            case Not(child=child):
                matched = self.match(child)
                return {id_: 0.0 for id_ in self.entries if id_ not in matched}
            case Prefix():
                return dict.fromkeys(self.occurrences(node), PREFIX_SCORE)
            case Word() | Phrase() | Fuzzy() | Synonyms():
                return self.score(self.occurrences(node), node.field)
            case Tagged(facet=facet, values=values):
                return self._where(lambda entry: not entry.values(facet).isdisjoint(values))
            case Dated(lower=lower, upper=upper):
                return self._where(lambda entry: entry.overlaps(lower, upper))
            case Undated():
                return self._where(lambda entry: entry.document.lower is None)
            case Identified(id=id_):
                return self._where(lambda entry: entry.document.id == id_)
            case Batch(run=run):
                return self._where(lambda entry: entry.document.batch == run)

    def score(self, occurrences: Occurrences, field: Field = Field.ANY) -> Scores:
        """BM25 of a leaf that occurs so often in each field of each article."""
        weight = idf(len(self.entries), len(occurrences))
        return {
            id_: term_score(
                weight, counts, self.entries[id_].lengths, self.averages, weights_of(field)
            )
            for id_, counts in occurrences.items()
        }

    def occurrences(self, leaf: TextLeaf) -> Occurrences:
        """How often a leaf occurs in each field, for the articles in which it does."""
        if isinstance(leaf, Word):
            leaf = with_other_parts(leaf)
        if isinstance(leaf, Synonyms):
            return _added([self.occurrences(synonym) for synonym in leaf.leaves])
        tokens = query_tokens(leaf.text, loose=isinstance(leaf, Phrase) and leaf.slop > 0)
        if not tokens:
            return {}
        near = self._near(tokens, leaf.field) if isinstance(leaf, Fuzzy) else []
        spellings = [self._spellings(token) for token in tokens]
        found: Occurrences = {}
        for id_, entry in self.entries.items():
            counts = {
                field: count
                for field in weights_of(leaf.field)
                if (count := _count(leaf, tokens, near, spellings, entry, field))
            }
            if counts:
                found[id_] = counts
        return found

    def stem_occurrences(self, stem: str) -> Occurrences:
        """How often a stem occurs in each field that is searched by default."""
        found: Occurrences = {}
        for id_, entry in self.entries.items():
            counts = {
                field: len(entry.stems[field][stem])
                for field in weights_of(Field.ANY)
                if stem in entry.stems[field]
            }
            if counts:
                found[id_] = counts
        return found

    def _spellings(self, token: Token) -> frozenset[str]:
        known = self._known_spellings.get(token.word)
        if known is None:
            known = self._known_spellings[token.word] = spellings_of(
                token.word, self._words_of_form
            )
        return known

    def _words_of_form(self, form: str, known: str) -> set[str]:
        held = {word for entry in self.entries.values() for word in entry.words.get(form, ())}
        return held - {known}

    def places(self, word: LookedFor, entry: Entry) -> dict[str, list[int]]:
        """The positions of a word of the second look in one article, by field."""
        if isinstance(word, Synonyms):
            each = [self.places(leaf, entry) for leaf in word.leaves if isinstance(leaf, Word)]
            return {
                field: sorted({place for places in each for place in places[field]})
                for field in weights_of(word.field)
            }
        (token,) = query_tokens(word.text)
        terms: Sequence[str] = (token.form,)
        table = entry.forms
        if not word.exact:
            terms = stems_of(self._spellings(token), entry.document.language)
            table = entry.stems
        return {
            field: sorted(place for term in terms for place in table[field].get(term, ()))
            for field in weights_of(word.field)
        }

    def evidence(self, id_: str, leaves: Sequence[TextLeaf]) -> Evidence | None:
        """What is known of one article and of leaves in it."""
        entry = self.entries.get(id_)
        if entry is None:
            return None
        found = {}
        for leaf in leaves:
            occurrences = self.occurrences(leaf)
            found[leaf] = LeafEvidence(
                frequency=len(occurrences),
                occurrences=occurrences.get(id_, {}),
                positions=self.places(leaf, entry) if is_one_word(leaf) else {},
            )
        return Evidence(
            documents=len(self.entries),
            lengths=entry.lengths,
            averages=self.averages,
            leaves=found,
            lower=entry.document.lower,
        )

    def _near(self, tokens: Sequence[Token], field: Field) -> list[frozenset[str]]:
        """The forms that stand for each word of a fuzzy leaf."""
        lexicon = {
            form
            for entry in self.entries.values()
            for name in weights_of(field)
            for form in entry.forms[name]
        }
        return [
            frozenset(
                form
                for _, form in near_forms(
                    token.form, (form for form in lexicon if form[0] == token.form[0])
                )[: self.fuzzy_expansions]
            )
            for token in tokens
        ]

    def _where(self, condition: Callable[[Entry], bool]) -> Scores:
        return {id_: 0.0 for id_, entry in self.entries.items() if condition(entry)}

    def _in_all(self, each: Sequence[Scores]) -> list[str]:
        return [id_ for id_ in self.entries if all(id_ in scores for scores in each)]


def _added(several: Sequence[Occurrences]) -> Occurrences:
    found: Occurrences = {}
    for occurrences in several:
        for id_, counts in occurrences.items():
            held = found.setdefault(id_, {})
            for field, count in counts.items():
                held[field] = held.get(field, 0) + count
    return found


def _count(
    leaf: TypedLeaf,
    tokens: Sequence[Token],
    near: Sequence[Collection[str]],
    spellings: Sequence[Collection[str]],
    entry: Entry,
    field: str,
) -> int:
    """How often ``leaf``, whose words are ``tokens``, occurs in one field of one article."""
    forms = entry.forms[field]
    exact = [forms.get(token.form, ()) for token in tokens]
    match leaf:
        case Prefix():
            ends = [
                position
                for form, positions in forms.items()
                if form.startswith(tokens[-1].form)
                for position in positions
            ]
            return phrase_count([*exact[:-1], ends])
        case Fuzzy():
            return phrase_count(
                [[position for form in slot for position in forms.get(form, ())] for slot in near]
            )
        case Word(exact=True) | Phrase(exact=True, slop=0):
            return phrase_count(exact)
        case Phrase(exact=True, slop=slop):
            return window_count([token.form for token in tokens], forms, slop)
    table = entry.stems[field]
    slots = [stems_of(each, entry.document.language) for each in spellings]
    positions = {
        slot: [position for stem in slot for position in table.get(stem, ())] for slot in slots
    }
    if isinstance(leaf, Phrase) and leaf.slop:
        return window_count(slots, positions, leaf.slop)
    return phrase_count([positions[slot] for slot in slots])
