from __future__ import annotations

from dataclasses import replace

import pytest

from bench.agreement import disagreements
from bench.corpus import Corpus
from bench.engines.base import FACET_VALUES, Page
from bench.queries import Query

WORD = Query(kind="word", every=("word",), filters={"party": "1"})
NEWEST = Query(kind="everything")
PAGE = Page(
    total=2,
    ids=(1, 2),
    counts={"party": {"1": 2}, "place": {"5": 1}},
    years={2000: 2},
    snippets=("a <mark>word</mark>", "<b>word</b>"),
)


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (PAGE, ""),
        (replace(PAGE, ids=(2, 1)), ""),
        (replace(PAGE, counts={"party": {"1": 2, "3": 1}, "place": {"5": 1}}), ""),
        (replace(PAGE, total=3), "the total (3 and 2)"),
        (replace(PAGE, years={2001: 2}), "the counts by year"),
        (replace(PAGE, counts={"party": {"1": 2}, "place": {"6": 1}}), "the counts by place"),
        (replace(PAGE, ids=(1, 3)), "the articles"),
        (replace(PAGE, ids=(1,)), "1 articles are shown of 2"),
        (replace(PAGE, snippets=("<b>word</b>", "a word")), "a snippet has no mark"),
        (replace(PAGE, snippets=("<b>word</b>",)), "1 snippets for 2 articles"),
    ],
    ids=str,
)
def test_each_difference_is_told(other: Page, told: str, corpus: Corpus) -> None:
    found = disagreements([WORD], {"one": [PAGE], "other": [other]}, corpus)
    assert told in " ".join(found)
    assert bool(found) == bool(told)


def test_newest_first_is_compared_by_date(corpus: Corpus) -> None:
    days = corpus.rows["lower"].tolist()
    later, earlier = sorted(range(2), key=lambda number: -days[number])
    assert days[later] != days[earlier]
    newest = replace(PAGE, ids=(later, earlier))
    oldest = replace(PAGE, ids=(earlier, later))
    found = disagreements([NEWEST], {"one": [newest], "other": [oldest]}, corpus)
    assert "the order by date" in " ".join(found)


def test_of_values_as_frequent_as_the_last_shown_any_may_be_shown(corpus: Corpus) -> None:
    most = {str(value): 9 for value in range(FACET_VALUES - 1)}
    one = replace(PAGE, counts={"party": {}, "place": most | {"100": 1}})
    other = replace(PAGE, counts={"party": {}, "place": most | {"200": 1}})
    another = replace(PAGE, counts={"party": {}, "place": most | {"200": 2}})
    assert not disagreements([WORD], {"one": [one], "other": [other]}, corpus)
    assert disagreements([WORD], {"one": [one], "other": [another]}, corpus)
