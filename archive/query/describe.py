"""A query said in English, so that the reader sees how it was read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

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
from archive.query.printer import period_of
from archive.query.terms import TextLeaf, TypedLeaf, text_leaves, walk
from archive.text.analysis import fold, query_tokens, stem_term
from archive.text.dates import english

_PLACES = {Field.ANY: "", Field.HEADLINE: " in the headline", Field.BYLINE: " in the byline"}
_SHOWN_STEMS = 8
_SHOWN_SYNONYMS = 8


def describe(
    node: Node | None,
    *,
    languages: Iterable[str] = (),
    label: Callable[[str, str], str] | None = None,
) -> str:
    """Return a query as a part of an English sentence that begins with “articles”.

    ``label`` gives the name to show for (facet, name as typed). With ``languages`` the stems by
    which words are found in them are named. Groups stand in parentheses where the sentence could
    be read in another way.
    """
    if node is None:
        return "all articles"
    return f"articles {_Description(tuple(languages), label).clause(node, alone=True)}"


class _Description:
    def __init__(self, languages: tuple[str, ...], label: Callable[[str, str], str] | None) -> None:
        self._languages = languages
        self._label = label or (lambda _facet, name: name)
        self._inflections_said = False

    def clause(self, node: Node, *, alone: bool = False) -> str:
        """What an article must be like; without parentheses around it where it stands alone."""
        if _is_text(node):
            return self._with(node)
        match node:
            case And(children=children):
                said = self._all(children)
                return said if alone else f"({said})"
            case Or(children=children):
                said = " or ".join(self.clause(child) for child in children)
                return said if alone else f"({said})"
            case Not(child=child):
                if _is_text(child):
                    return f"without {self._words(child)}"
                return f"not {self.clause(child)}"
            case _:
                return self._condition(node)

    def _all(self, children: Sequence[Node]) -> str:
        """Conditions one after another: first the words, at the end what is left out."""
        words = [child for child in children if _is_text(child)]
        absent = [child for child in children if isinstance(child, Not)]
        others = [child for child in children if not _is_text(child) and child not in absent]
        parts = []
        if words:
            parts.append(self._with(words[0] if len(words) == 1 else And(children=tuple(words))))
        parts += [self.clause(child) for child in (*others, *absent)]
        return ", ".join(parts)

    def _with(self, node: Node) -> str:
        return f"with {self._words(node, alone=True)}{self._inflections(node)}"

    def _words(self, node: Node, *, alone: bool = False) -> str:
        match node:
            case And(children=children) | Or(children=children):
                joint = " and " if isinstance(node, And) else " or "
                said = joint.join(self._words(child) for child in children)
                return said if alone else f"({said})"
            case Synonyms(leaves=leaves):
                said = f"{_any_of([_quoted(leaf) for leaf in leaves])}{_PLACES[node.field]}"
                return said if alone else f"({said})"
            case Word() | Phrase() | Prefix() | Fuzzy():
                quoted = _quoted(node)
            case _:
                raise TypeError(f"{type(node).__name__} is not about the text.")
        return f"{quoted}{_PLACES[node.field]}"

    def _inflections(self, node: Node) -> str:
        """Said once, behind the first words that it holds for."""
        leaves = list(text_leaves(node))
        inflected = [leaf for leaf in leaves if isinstance(leaf, Word | Phrase) and not leaf.exact]
        if self._inflections_said or not inflected:
            return ""
        self._inflections_said = True
        whose = f"{'their' if len(leaves) > 1 else 'its'} inflections"
        if len(inflected) < len(leaves):
            whose = f"inflections of {' and '.join(f'“{leaf.text}”' for leaf in inflected)}"
        tokens = [token for leaf in inflected for token in query_tokens(leaf.text)]
        stems = dict.fromkeys(
            stem_term(token.word, language).partition(":")[2]
            for token in tokens
            for language in self._languages
        )
        unlike = [stem for stem in stems if stem not in {token.form for token in tokens}]
        if not unlike:
            return f" (and {whose})"
        more = ", …" if len(unlike) > _SHOWN_STEMS else ""
        return f" (and {whose}: {', '.join(f'{stem}-' for stem in unlike[:_SHOWN_STEMS])}{more})"

    def _condition(self, node: Node) -> str:
        match node:
            case Tagged(facet=facet, name=name):
                return self._tagged(facet, name)
            case Dated(lower=lower, upper=upper):
                return f"published {_days(lower, upper)}"
            case Undated():
                return "without a date"
            case Identified(id=id_):
                return f"with the id {id_}"
            case Batch(run=run):
                return f"from import run {run}"
            case _:
                raise TypeError(f"{type(node).__name__} is not a condition.")

    def _tagged(self, facet: str, name: str) -> str:
        label = self._label(facet, name)
        typed = "" if _plain(label) == _plain(name) else f" (for “{name}”)"
        match facet:
            case "source":
                return f"from the source {label}{typed}"
            case "language":
                return f"in the language {label}{typed}"
            case "section":
                return f"in the section {label}{typed}"
            case _:
                return f"tagged {facet} {label}{typed}"


def _is_text(node: Node) -> bool:
    return all(isinstance(part, TextLeaf | And | Or) for part in walk(node))


def _plain(name: str) -> str:
    """A name as its slug would show it, so that ``new-york`` is no other name than New York."""
    return re.sub(r"[\W_]+", "-", fold(name)).strip("-")


def _quoted(leaf: TypedLeaf) -> str:
    """A leaf in quotation marks, without the field that it is looked for in."""
    match leaf:
        case Word(text=text, exact=exact):
            return f"exactly “{text}”" if exact else f"“{text}”"
        case Phrase(text=text, exact=exact, slop=0):
            return f"the {'exact ' if exact else ''}phrase “{text}”"
        case Phrase(text=text, exact=exact, slop=slop):
            letters = "exactly " if exact else ""
            return f"{letters}the words “{text}” within {slop} {'word' if slop == 1 else 'words'}"
        case Prefix(text=text):
            return f"a word that begins with “{text}”"
        case Fuzzy(text=text):
            return f"a word spelt like “{text}”"


def _any_of(quoted: Sequence[str]) -> str:
    if len(quoted) < 3:
        return " or ".join(quoted)
    shown = quoted[:_SHOWN_SYNONYMS]
    left = len(quoted) - len(shown)
    *before, last = (*shown, f"{left} more") if left else shown
    return f"any of {', '.join(before)} and {last}"


def _days(lower: date | None, upper: date | None) -> str:
    if lower is not None and upper is not None:
        if period := period_of(lower, upper):
            return f"{'on' if lower == upper else 'in'} {english(period)}"
        return f"from {english(lower.isoformat())} to {english(upper.isoformat())}"
    if lower is not None:
        return f"on or after {english(lower.isoformat())}"
    return f"on or before {english(upper.isoformat())}" if upper is not None else "on any day"
