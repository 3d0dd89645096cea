"""What the templates print: every public page as frozen values, ready to be shown.

A view puts one of these into the template's context under the name ``page``. Addresses are paths
on this site unless a name says otherwise; ``*_html`` is safe to print as it stands, everything
else is text to be escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.safestring import SafeString

from archive.services.answers import FacetChoice

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words that lead somewhere; ``current`` marks the page that one is on."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of a facet, and where it leads: a search with it chosen or let go."""

    value: str
    label: str
    count: int
    selected: bool
    toggle_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedFacet:
    """A facet whose values are links. ``name`` is its parameter."""

    name: str
    label: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetView:
    """A facet in the rail, whose values are ticked. ``name`` is its parameter.

    ``clear_url`` is empty with nothing chosen; ``hidden_count`` is how many further values there
    are that the page does not list.
    """

    name: str
    label: str
    choices: tuple[FacetChoice, ...] = ()
    clear_url: str = ""
    hidden_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One period of a histogram. ``value`` is ISO (``2025``, ``2025-06``, ``2025-06-02``).

    ``label`` reads alone (June 2025), ``short_label`` under the bar (Jun).
    """

    value: str
    label: str
    short_label: str
    count: int
    selected: bool
    toggle_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramView:
    """Articles over time; ``bars`` has no gaps, so empty periods have a bar of count 0.

    ``zoom`` is ``year``, ``month`` or ``day``; ``crumbs`` lead back to wider views, the widest
    first. ``unplaced`` are articles dated less precisely than a bar, and ``unplaced_label`` says
    so ("month not known"). ``undated`` is absent where no article lacks a date. ``sentence`` says
    in words what the bars show; ``largest`` is the count of the highest bar.
    """

    zoom: str
    title: str
    bars: tuple[Bar, ...] = ()
    crumbs: tuple[Link, ...] = ()
    unplaced: int = 0
    unplaced_label: str = ""
    undated: Choice | None = None
    sentence: str = ""
    largest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A choice in force, with the search without it."""

    facet: str
    facet_label: str
    label: str
    remove_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagLink:
    """An entity; ``kind`` is party, place, person, organisation or topic and picks its shape.

    ``count`` is a number of articles, or 0 where none is shown.
    """

    kind: str
    label: str
    url: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TagGroup:
    """The entities of one kind."""

    kind: str
    label: str
    tags: tuple[TagLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """One article in a list.

    ``published`` is English ("2 June 2025", "undated"), ``published_iso`` a value for
    ``<time datetime>`` or empty. ``snippet_html`` may be empty. ``language`` is a BCP 47 tag for
    ``lang``, empty where not known. ``why_url`` leads to the page that says why a search finds it,
    empty where no search does. ``also`` are further hits that tell the same story; ``others`` says
    who else has it ("3 more outlets"), empty where nobody has, and ``others_url`` leads to all.
    """

    id: str
    url: str
    headline_html: SafeString
    snippet_html: SafeString
    published: str
    published_iso: str
    source: str
    source_url: str
    language: str
    direction: Direction
    tags: tuple[TagLink, ...] = ()
    score: float = 0.0
    why_url: str = ""
    also: tuple[ResultView, ...] = ()
    others: str = ""
    others_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLinks:
    """Ways to other pages of a list; empty addresses where there is none."""

    number: int
    last: int | None
    previous_url: str = ""
    next_url: str = ""
    numbered: tuple[Link, ...] = ()
    beyond: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionView:
    """Another search that finds something. ``reason`` leads in: "Did you mean"."""

    text: str
    url: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpansionView:
    """What else was looked for where ``typed`` stood.

    Of ``names`` there may be ``more`` that are not listed. ``kind`` is empty for synonyms; else
    ``label`` and ``url`` are the named entity's, whose articles are found as well where ``tagged``.
    ``same`` says that synonyms mean the same either way.
    """

    typed: str
    names: tuple[str, ...] = ()
    more: int = 0
    same: bool = False
    kind: str = ""
    label: str = ""
    url: str = ""
    tagged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryProblem:
    """Why a query could not be read. ``before``, ``at`` and ``after`` are the query in three parts,
    ``at`` (possibly empty) being where reading stopped."""

    position: int
    message: str
    hint: str
    before: str
    at: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem:
    """Why a parameter other than the query was not taken; a sentence."""

    parameter: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SortChoice:
    """An order of results; ``value`` is one of ``request.Sort``."""

    value: str
    label: str
    url: str
    selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenField:
    """A parameter that a form carries along unseen."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPageView:
    """The search page.

    ``read_as`` is the sentence under "How this was read", empty without a query; ``notes`` are
    further sentences (names that nothing answers to, what was ignored). ``expansions`` say what
    else was looked for; ``literal_url`` leads to the search without them and ``widened_url`` from
    there back, and at most one of the two is there. ``unavailable`` is a
    sentence where the index cannot answer; then ``total`` is None and there are no counts.
    ``folded`` hits of this page stand beneath others that tell the same story; ``every_hit_url``
    shows them by themselves and ``grouped_url`` leads back, and at most one of the two is there.
    ``empty_archive`` says that there is no article at all yet. ``hidden`` carries the filters of
    the query form, ``date_hidden`` those of a form with the inputs ``date_from`` and ``date_to``.
    """

    query: str
    total: int | None
    first: int = 0
    last: int = 0
    read_as: str = ""
    expansions: tuple[ExpansionView, ...] = ()
    literal_url: str = ""
    widened_url: str = ""
    notes: tuple[str, ...] = ()
    problem: QueryProblem | None = None
    field_problems: tuple[FieldProblem, ...] = ()
    unavailable: str = ""
    empty_archive: bool = False
    chips: tuple[Chip, ...] = ()
    clear_all_url: str = ""
    facets: tuple[FacetView, ...] = ()
    histogram: HistogramView | None = None
    results: tuple[ResultView, ...] = ()
    folded: int = 0
    every_hit_url: str = ""
    grouped_url: str = ""
    sorts: tuple[SortChoice, ...] = ()
    pages: PageLinks | None = None
    suggestions: tuple[SuggestionView, ...] = ()
    hidden: tuple[HiddenField, ...] = ()
    date_hidden: tuple[HiddenField, ...] = ()
    date_from: str = ""
    date_to: str = ""
    api_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePageView:
    """The front page. ``total`` is None where the index cannot say."""

    total: int | None
    empty_archive: bool = False
    unavailable: str = ""
    histogram: HistogramView | None = None
    newest: tuple[ResultView, ...] = ()
    facets: tuple[LinkedFacet, ...] = ()
    kinds: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceView:
    """A source that an article cites; ``url`` (elsewhere) may be empty."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """Another report of an article's story. ``percent`` is how alike the texts are, up to 100."""

    url: str
    headline: str
    published: str
    published_iso: str
    source: str
    source_url: str
    language: str
    direction: Direction
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A name and a value: "Section", "World". ``url`` leads on, on this site or elsewhere."""

    label: str
    value: str
    url: str = ""
    external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePageView:
    """An article as far as its access level lets the public read it.

    ``paragraphs`` is empty below full access; ``extract`` is then the short extract that may be
    shown, or empty, and ``access_note`` says why there is no more. ``facts`` are source, section,
    page, edition and the like; ``provenance`` are sentences on where the article comes from and
    what was changed, oldest first.
    """

    id: str
    url: str
    headline: str
    summary: str
    paragraphs: tuple[str, ...]
    extract: str
    access_note: str
    byline: str
    published: str
    published_iso: str
    published_url: str
    source: str
    source_url: str
    language: str
    direction: Direction
    language_name: str
    canonical_url: str
    credit: str
    usage_terms: str
    facts: tuple[Fact, ...] = ()
    tag_groups: tuple[TagGroup, ...] = ()
    references: tuple[ReferenceView, ...] = ()
    story: tuple[ReportView, ...] = ()
    similar: tuple[ResultView, ...] = ()
    provenance: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnPageView:
    """The tombstone of an article; nothing of what it said."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasView:
    """Another name, in a language (BCP 47) or in any (empty)."""

    name: str
    language: str
    language_name: str
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityPageView:
    """A party, place, person, organisation or topic."""

    kind: str
    kind_label: str
    name: str
    url: str
    list_url: str
    description: str
    search_url: str
    total: int | None
    unavailable: str = ""
    coordinates: str = ""
    parents: tuple[TagLink, ...] = ()
    children: tuple[TagLink, ...] = ()
    aliases: tuple[AliasView, ...] = ()
    identifiers: tuple[Fact, ...] = ()
    timeline: HistogramView | None = None
    newest: tuple[ResultView, ...] = ()
    related: tuple[LinkedFacet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePageView:
    """An outlet."""

    name: str
    url: str
    kind_label: str
    search_url: str
    total: int | None
    unavailable: str = ""
    facts: tuple[Fact, ...] = ()
    usage_terms: str = ""
    timeline: HistogramView | None = None
    newest: tuple[ResultView, ...] = ()
    related: tuple[LinkedFacet, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitiesPageView:
    """A list of the entities of one kind, or (``kind`` "source") of all sources, by name.

    ``query`` is the beginning of a name that the list was narrowed to.
    """

    kind: str
    title: str
    url: str
    query: str
    items: tuple[TagLink, ...]
    kinds: tuple[Link, ...]
    pages: PageLinks
    problems: tuple[FieldProblem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsePageView:
    """The archive by date: all years, one year, one month, one day, or the undated.

    The bars of ``histogram`` lead one level down. ``list_title`` heads ``results``: on a year's
    page those whose month is not known, on a month's and a day's everything in it.
    """

    level: str
    title: str
    search_url: str
    crumbs: tuple[Link, ...] = ()
    histogram: HistogramView | None = None
    list_title: str = ""
    results: tuple[ResultView, ...] = ()
    pages: PageLinks | None = None
    previous: Link | None = None
    next: Link | None = None
    unavailable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePageView:
    """A page that only says something: too many searches, the index out of order.

    ``retry_after`` is in seconds, 0 where waiting does not help.
    """

    title: str
    message: str
    retry_after: int = 0
