"""What a query is once it has been read: a small tree that every engine compiles.

``printer.print_query`` turns a node into text that parses back to the same node.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Field(StrEnum):
    """Where a word is looked for."""

    ANY = ""
    HEADLINE = "headline"
    BYLINE = "byline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word in any inflection, or to the letter where ``exact``."""

    text: str
    exact: bool = False
    field: Field = Field.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words one after another (``slop`` 0), or all within ``slop`` words in any order."""

    text: str
    exact: bool = False
    slop: int = 0
    field: Field = Field.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """Word forms that begin with ``text``."""

    text: str
    field: Field = Field.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuzzy:
    """Word forms that are nearly ``text``: one edit, two from eight letters up."""

    text: str
    field: Field = Field.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonyms:
    """Words and phrases that mean the same, the one that was typed first.

    They are one leaf, which occurs as often as any of them does. Whoever knows synonyms and other
    spellings puts them in place of a word, before an engine sees the query. Without ``typed`` they
    stand beside what was typed, several words under an And, and none of them was typed.
    """

    leaves: tuple[Word | Phrase, ...]
    typed: bool = True

    @property
    def field(self) -> Field:
        """Where all of them are looked for."""
        return self.leaves[0].field


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """Articles with a value of a facet: ``party:ukraine``, ``lang:uk``, ``section:sport``.

    ``name`` is what was typed. ``values`` are the engine's values that it stands for, filled in by
    whoever knows the vocabulary before an engine sees the node; empty means that nothing answers
    to the name, and the node matches nothing.
    """

    facet: str
    name: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """Articles whose days of publication overlap ``lower`` to ``upper``, both included.

    ``None`` leaves that side open.
    """

    lower: date | None = None
    upper: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undated:
    """Articles without a date of publication: ``date:none``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """One article by its public id."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The articles of one import run (staff)."""

    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """All of two or more children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """Any of two or more children."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """Articles that the child does not match."""

    child: Node


Leaf = Word | Phrase | Prefix | Fuzzy | Synonyms | Tagged | Dated | Undated | Identified | Batch
Node = Leaf | And | Or | Not
