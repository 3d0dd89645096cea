"""Whether the engines gave the same answers, the order by relevance aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.corpus import Corpus
from bench.engines.base import COUNTED, FACET_VALUES, PAGE_SIZE, Page
from bench.queries import Query


def disagreements(
    queries: Sequence[Query], pages: Mapping[str, Sequence[Page]], corpus: Corpus
) -> list[str]:
    """A sentence for each difference from the first engine, and for each page that is not whole.

    Totals and counts by year must be equal; counts of a facet too, unless the query filters by it
    (this archive then counts the other choices as well, its peers do not); the ids where all of
    them are shown; the dates where the newest come first. Wherever words are asked for, each
    snippet has a mark.
    """
    found = [
        f"{name}, {query.label}: {problem}."
        for name, answers in pages.items()
        for query, page in zip(queries, answers, strict=True)
        for problem in _incomplete(query, page)
    ]
    if not pages:
        return found
    (first, expected), *others = pages.items()
    for name, answers in others:
        for query, one, other in zip(queries, expected, answers, strict=True):
            found += [
                f"{name} and {first} disagree on {what} of {query.label}."
                for what in _differences(query, one, other, corpus)
            ]
    return found


def _incomplete(query: Query, page: Page) -> list[str]:
    problems = []
    if len(page.ids) != min(page.total, PAGE_SIZE):
        problems.append(f"{len(page.ids)} articles are shown of {page.total}")
    if len(page.snippets) != len(page.ids):
        problems.append(f"{len(page.snippets)} snippets for {len(page.ids)} articles")
    if not query.newest_first and not all("</" in snippet for snippet in page.snippets):
        problems.append("a snippet has no mark")
    return problems


def _differences(query: Query, one: Page, other: Page, corpus: Corpus) -> list[str]:
    found = []
    if one.total != other.total:
        found.append(f"the total ({other.total} and {one.total})")
    if dict(one.years) != dict(other.years):
        found.append("the counts by year")
    found += [
        f"the counts by {facet}"
        for facet in COUNTED
        if facet not in query.filters and not _same_counts(one.counts[facet], other.counts[facet])
    ]
    if one.total <= PAGE_SIZE and set(one.ids) != set(other.ids):
        found.append("the articles")
    days = [corpus.rows["lower"][list(page.ids)].tolist() for page in (one, other)]
    if query.newest_first and days[0] != days[1]:
        found.append("the order by date")
    return found


def _same_counts(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    """Whether counts agree, where any of several values equally frequent may be the last shown."""
    if sorted(one.values()) != sorted(other.values()):
        return False
    least = min(one.values(), default=0) if len(one) == FACET_VALUES else 0
    return _above(one, least) == _above(other, least)


def _above(counts: Mapping[str, int], least: int) -> dict[str, int]:
    return {value: count for value, count in counts.items() if count > least}
