from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from archive.exceptions import VocabularyError
from archive.models import (
    Article,
    Entity,
    EntityAlias,
    EntityIdentifier,
    EntityRedirect,
    OutboxRow,
    Source,
    Synonym,
)
from archive.services.importing import import_paths
from archive.services.seeds import load_seeds, seeds_folder
from archive.services.vocabulary import VocabularyReport, load_vocabulary
from tests.factories import make_entity, make_source
from tests.services.snapshot import archive_contents, row_counts

pytestmark = pytest.mark.django_db

LAND = {
    "slug": "velmora",
    "name": "Velmora",
    "description": "A made-up country.",
    "latitude": 10.5,
    "longitude": -20,
    "identifiers": {"local": "V"},
    "aliases": [
        {"name": "Welmoren", "language": "de"},
        {"name": "Tarsk", "language": "en", "metonym": True},
    ],
}
TOWN = {"slug": "tarsk", "name": "Tarsk", "parent": "velmora"}
OUTLET = {
    "slug": "the-quay",
    "name": "The Quay",
    "kind": "newspaper",
    "country": "DE",
    "language": "de",
    "home_page": "https://quay.example/",
    "identifiers": {"issn": "1234-5679"},
    "usage_terms": "None.",
    "visible": True,
}


def write(folder: Path, name: str, *rows: Any) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)
    )


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    write(tmp_path, "vocabulary/places.jsonl", TOWN, LAND)
    write(tmp_path, "vocabulary/parties.jsonl", {"slug": "velmora", "name": "Velmora"})
    write(tmp_path, "sources.jsonl", OUTLET)
    return tmp_path


def test_entities_and_sources(seeds: Path) -> None:
    assert load_vocabulary(folder=seeds) == VocabularyReport(entities=3, sources=1)
    land = Entity.objects.get(kind="place", slug="velmora")
    assert (land.name, land.description) == ("Velmora", "A made-up country.")
    assert (land.latitude, land.longitude) == (10.5, -20.0)
    assert land.in_texts
    assert Entity.objects.get(slug="tarsk").parent == land
    assert set(land.aliases.values_list("name", "language", "metonym")) == {
        ("Welmoren", "de", False),
        ("Tarsk", "en", True),
    }
    assert list(land.identifiers.values_list("scheme", "value")) == [("local", "V")]
    source = Source.objects.get()
    assert {name: getattr(source, name) for name in OUTLET} == OUTLET


def test_a_second_load_writes_nothing(
    seeds: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    load_vocabulary(folder=seeds)
    with django_assert_max_num_queries(6) as queries:
        assert load_vocabulary(folder=seeds) == VocabularyReport()
    written = [query["sql"] for query in queries.captured_queries]
    assert not [sql for sql in written if sql.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_what_editors_changed_stays(seeds: Path) -> None:
    load_vocabulary(folder=seeds)
    land = Entity.objects.get(kind="place", slug="velmora")
    land.description = "Edited."
    land.save()
    EntityAlias.objects.filter(name="Welmoren").delete()
    EntityIdentifier.objects.all().delete()
    Source.objects.update(name="Edited", visible=False)
    load_vocabulary(folder=seeds)
    land.refresh_from_db()
    assert land.description == "Edited."
    assert not EntityAlias.objects.filter(name="Welmoren").exists()
    assert not EntityIdentifier.objects.exists()
    assert Source.objects.get().name == "Edited"


def test_a_renamed_entity_is_not_created_again(seeds: Path) -> None:
    load_vocabulary(folder=seeds)
    town = Entity.objects.get(slug="tarsk")
    town.slug, town.name = "new-tarsk", "New Tarsk"
    town.save()
    assert EntityRedirect.objects.filter(slug="tarsk").exists()
    assert load_vocabulary(folder=seeds).entities == 0


def test_bare_names_of_an_import_are_filled_in(seeds: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    record = {
        "headline": "A",
        "source": "The Quay",
        "places": ["Tarsk", {"name": "VELMORA", "identifiers": {"local": "V"}}],
    }
    path.write_text(json.dumps(record))
    import_paths(paths=[str(path)], index=False)
    OutboxRow.objects.all().delete()
    assert load_vocabulary(folder=seeds) == VocabularyReport(entities=1, sources=0, filled_in=3)
    land = Entity.objects.get(kind="place", slug="velmora")
    assert (land.name, land.in_texts, land.aliases.count()) == ("Velmora", True, 2)
    assert Entity.objects.get(slug="tarsk").parent == land
    assert OutboxRow.objects.filter(public_id=Article.objects.get().public_id).count() == 1
    assert Source.objects.get().home_page == "https://quay.example/"
    before = row_counts()
    assert load_vocabulary(folder=seeds) == VocabularyReport()
    assert row_counts() == before


def test_a_hidden_source_stays_hidden(seeds: Path) -> None:
    make_source(name="The Quay", slug="the-quay", visible=False)
    assert load_vocabulary(folder=seeds).filled_in == 1
    assert not Source.objects.get().visible


def test_an_entity_of_an_editor_is_no_bare_name(seeds: Path) -> None:
    make_entity("place", name="Velmora by hand", slug="velmora")
    load_vocabulary(folder=seeds)
    assert Entity.objects.get(kind="place", slug="velmora").name == "Velmora by hand"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["nonsense"], "line 1: this is not JSON"),
        (["[1]"], "line 1: a line must be one object"),
        ([LAND, {"slug": "a"}], "line 2: `name` must be a text"),
        ([{"name": "A"}], "`slug` must be a text"),
        ([{"slug": "a b", "name": "A"}], "`slug`"),
        ([{"slug": "a", "name": "x" * 201}], "more than 200"),
        ([LAND, LAND], "line 2: the slug “velmora” was used"),
        ([TOWN], "the parent “velmora” is not in the same file"),
        ([{**LAND, "parent": "tarsk"}, TOWN], "stands above itself"),
        ([{**TOWN, "parent": "tarsk"}], "stands above itself"),
        ([LAND, {**TOWN, "identifiers": {"local": "V"}}], "was given to “velmora” already"),
        ([{**LAND, "latitude": 95}], "between -90 and 90"),
        ([{**LAND, "latitude": None}], "go together"),
        ([{**LAND, "latitude": "north"}], "`latitude` must be a number"),
        ([{**LAND, "aliases": ["Welmoren"]}], "`aliases` must be a list of objects"),
        ([{**LAND, "aliases": [{"language": "de"}]}], "`name` must be a text"),
        ([{**LAND, "aliases": [{"name": "W", "metonym": 1}]}], "`metonym` must be true or false"),
        ([{**LAND, "identifiers": ["V"]}], "`identifiers` must be an object"),
    ],
)
def test_a_file_that_is_wrong_is_refused_whole(seeds: Path, rows: list[Any], said: str) -> None:
    write(seeds, "vocabulary/places.jsonl", *rows)
    with pytest.raises(VocabularyError) as caught:
        load_vocabulary(folder=seeds)
    assert str(seeds / "vocabulary" / "places.jsonl") in str(caught.value)
    assert said in str(caught.value)
    assert not Entity.objects.exists()


def test_only_places_have_coordinates(seeds: Path) -> None:
    write(seeds, "vocabulary/parties.jsonl", LAND)
    with pytest.raises(VocabularyError, match="only places"):
        load_vocabulary(folder=seeds)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({**OUTLET, "kind": "rumour"}, "`kind`"),
        ({**OUTLET, "home_page": "javascript:alert(1)"}, "`home_page`"),
        ({**OUTLET, "visible": "yes"}, "`visible` must be true or false"),
    ],
)
def test_a_source_that_is_wrong(seeds: Path, row: dict[str, Any], said: str) -> None:
    write(seeds, "sources.jsonl", row)
    with pytest.raises(VocabularyError, match=said):
        load_vocabulary(folder=seeds)


class TestSeeds:
    """The starter archive."""

    def test_articles_of_a_folder_belong_to_the_source_it_is_called_by(self, seeds: Path) -> None:
        write(seeds, "articles/the-quay/a.txt", "A headline")
        write(seeds, "articles/b.jsonl", {"headline": "B"})
        load_seeds(folder=seeds)
        assert set(Article.objects.values_list("headline", "source__slug")) == {
            ("A headline", "the-quay"),
            ("B", None),
        }

    def test_the_vocabulary_alone(self, seeds: Path) -> None:
        write(seeds, "articles/b.jsonl", {"headline": "B"})
        assert load_seeds(folder=seeds, vocabulary_only=True).changed
        assert not Article.objects.exists()
        assert not Source.objects.exists()

    @pytest.mark.skipif(not seeds_folder().is_dir(), reason="the seeds are not in this checkout")
    def test_the_projects_own(self) -> None:
        report = load_seeds()
        assert not [reject for part in report.articles for reject in part.rejects]
        assert not [note for part in report.articles for note in part.notes]
        articles = Article.objects.all()
        assert len(articles) >= 60
        assert len({article.language for article in articles}) >= 4
        assert any(not article.published for article in articles)
        assert all(article.source_id for article in articles)
        assert not OutboxRow.objects.exists()
        before = row_counts(), archive_contents()
        assert not load_seeds().changed
        assert (row_counts(), archive_contents()) == before


class TestSynonyms:
    """Groups of words that come with the vocabulary."""

    def test_a_second_load_leaves_them_to_the_editors(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            "vocabulary/synonyms.jsonl",
            {"terms": ["truce", " ceasefire ", "Truce"], "language": "en"},
            {"terms": ["vessel", "ship"], "one_way": True},
        )
        assert load_vocabulary(folder=tmp_path).synonyms == 2
        truce, vessel = Synonym.objects.all()
        assert (truce.listed, truce.language) == (["truce", "ceasefire"], "en")
        assert (vessel.one_way, vessel.active) == (True, True)
        truce.terms = "ceasefire\nlull"
        truce.active = False
        truce.save()
        assert load_vocabulary(folder=tmp_path).synonyms == 0
        assert Synonym.objects.count() == 2

    @pytest.mark.parametrize(
        "row",
        [
            {"terms": "truce, ceasefire"},
            {"terms": ["truce"]},
            {"terms": ["truce", "lull"], "one_way": 1},
            {"terms": ["lull", "armistice"]},
            {},
        ],
    )
    def test_a_line_that_is_wrong_is_named(self, tmp_path: Path, row: dict[str, Any]) -> None:
        write(tmp_path, "vocabulary/synonyms.jsonl", {"terms": ["calm", "lull"]}, row)
        with pytest.raises(VocabularyError, match=r"synonyms\.jsonl, line 2"):
            load_vocabulary(folder=tmp_path)
        assert not Synonym.objects.exists()

    def test_those_of_the_seeds_are_sound(self) -> None:
        assert load_vocabulary(folder=seeds_folder()).synonyms > 10
