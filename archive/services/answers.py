"""What a search answers, before anyone decides how it looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from archive.exceptions import QueryError
from archive.search.request import Zoom
from archive.services.found import FoundArticle
from archive.services.questions import SearchQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetChoice:
    """A value of a facet and the articles it would find; ``value`` is what stands in addresses."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetAnswer:
    """The values of a facet, the most frequent first; ``distinct`` is how many there are."""

    name: str
    label: str
    choices: tuple[FacetChoice, ...] = ()
    distinct: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodCount:
    """A year, month or day, its name alone and beside others, and its articles."""

    value: str
    label: str
    short_label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramAnswer:
    """Articles over time without gaps. ``within`` is the ISO year or month looked at, or empty.

    ``unplaced`` are dated less precisely than a bar is wide, ``undated`` not at all. ``whole`` is
    the period looked at with all its articles, where it was itself chosen.
    """

    zoom: Zoom
    within: str
    bars: tuple[PeriodCount, ...]
    unplaced: int
    undated: int
    undated_selected: bool
    whole: PeriodCount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Another query that finds ``count`` articles under the same filters."""

    text: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """What else was looked for where a word, or a few side by side, were typed.

    Synonyms have no ``kind``; ``same`` says that all of them mean the same, either way. Else the
    words name an entity, by whose other names, ``also``, it was looked for; where ``tagged``,
    articles tagged with it were found as well.
    """

    typed: str
    also: tuple[str, ...] = ()
    same: bool = False
    kind: str = ""
    slug: str = ""
    label: str = ""
    tagged: bool = False

    @property
    def sentence(self) -> str:
        """The expansion in words."""
        names = in_words(self.also, "or" if not self.kind else "and")
        if not self.kind:
            verb = "means" if len(self.also) == 1 else "mean"
            same = f", which {verb} the same" if self.same else ""
            return f"“{self.typed}” also as {names}{same}."
        whose = f"the {self.kind} {self.label}"
        if not self.also:
            return f"“{self.typed}” also in articles tagged with {whose}."
        called = f"the name{'' if len(self.also) == 1 else 's'} {names} of {whose}"
        tagged = ", and in articles tagged so" if self.tagged else ""
        return f"“{self.typed}” also by {called}{tagged}."


def in_words(names: Sequence[str], joint: str) -> str:
    """Names one after another, the last one behind “and” or “or”."""
    *before, last = names or ("",)
    return f"{', '.join(before)} {joint} {last}" if before else last


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAnswer:
    """A page of results.

    ``question`` says the same as what was asked, with names turned into slugs. ``problem`` is why
    the query could not be read as it stands; the answer is then to what could be read.
    ``found`` are hits, and beneath them others of the page that tell the same story.
    ``read_as`` is about what was typed, ``expansions`` about what else was looked for.
    ``from_database`` says that the index is out of order and the answer has no counts: then
    ``facets`` is empty and there is no histogram.
    """

    question: SearchQuestion
    total: int
    found: tuple[FoundArticle, ...] = ()
    facets: tuple[FacetAnswer, ...] = ()
    histogram: HistogramAnswer | None = None
    read_as: str = ""
    expansions: tuple[Expansion, ...] = ()
    notes: tuple[str, ...] = ()
    problem: QueryError | None = None
    suggestions: tuple[Suggestion, ...] = ()
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)
    from_database: bool = False

    @property
    def hits(self) -> int:
        """The hits of the page, those beneath others included."""
        return len(self.found) + self.folded

    @property
    def folded(self) -> int:
        """The hits that stand beneath others."""
        return sum(len(found.also) for found in self.found)

    def label(self, facet: str, value: str) -> str:
        """What a chosen value is called; the value itself where nothing answers to it."""
        return self.labels.get((facet, value), value)
