"""Many articles: the facet counts of the index are those that the file itself gives."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.models import Entity, OutboxRow, Source
from archive.search.engine import SearchEngine
from archive.search.request import HistogramRequest, SearchRequest
from archive.services.importing import import_paths
from archive.services.indexing import verify_index
from archive.services.seeds import load_seeds, seeds_folder
from archive.text.dates import read_date
from tests import corpus

KINDS = {
    "parties": "party",
    "places": "place",
    "persons": "person",
    "organisations": "organisation",
    "topics": "topic",
}


@pytest.mark.django_db
@pytest.mark.skipif(not seeds_folder().is_dir(), reason="the seeds are not in this checkout")
@pytest.mark.parametrize(
    "number", [300, pytest.param(20_000, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_facet_counts_equal_those_of_the_file(
    whoosh_engine: SearchEngine, tmp_path: Path, number: int
) -> None:
    load_seeds(vocabulary_only=True)
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b"".join(corpus.lines(number)))

    report = import_paths(paths=[str(path)])

    assert (report.created, report.rejected, report.index_error) == (number, 0, "")
    assert not OutboxRow.objects.exists()
    facets = (*KINDS.values(), "source", "section", "language")
    result = whoosh_engine.search(
        SearchRequest(facets=facets, facet_limit=10_000, histogram=HistogramRequest(), limit=1)
    )
    assert result.total == number
    records = [json.loads(line) for line in path.read_bytes().splitlines()]
    labels = _labels()
    for field, kind in KINDS.items():
        counted = {labels[kind, value]: n for value, n in result.facets[kind].counts}
        assert counted == _expected(records, field, kind), kind
    counted = {labels["source", value]: n for value, n in result.facets["source"].counts}
    assert counted == Counter(record["source"] for record in records)
    assert dict(result.facets["language"].counts) == {"en": number}
    assert result.histogram is not None
    years = Counter(read_date(r["published"]).edtf[:4] for r in records if "published" in r)
    assert result.histogram.bars == dict(sorted(years.items()))
    assert result.histogram.undated == number - years.total()
    assert verify_index(engine=whoosh_engine).sound

    again = import_paths(paths=[str(path)])
    assert (again.created, again.updated, again.unchanged) == (0, 0, number)
    assert not OutboxRow.objects.exists()


def _labels() -> dict[tuple[str, str], str]:
    entities = Entity.objects.values_list("kind", "pk", "name")
    labels = {(kind, str(pk)): name for kind, pk, name in entities}
    sources = Source.objects.values_list("pk", "name")
    return labels | {("source", str(pk)): name for pk, name in sources}


def _expected(records: list[dict[str, Any]], field: str, kind: str) -> Counter[str]:
    """Articles per name; a place counts for the places above it as well, each article once."""
    parents: dict[str, str] = dict(
        Entity.objects.filter(kind=kind, parent__isnull=False).values_list("name", "parent__name")
    )
    counts: Counter[str] = Counter()
    for record in records:
        names = record.get(field, [])
        if kind == "place":
            names = {above for name in names for above in _upwards(name, parents)}
        counts.update(set(names))
    return counts


def _upwards(name: str, parents: dict[str, str]) -> Iterator[str]:
    yield name
    while name in parents:
        name = parents[name]
        yield name
