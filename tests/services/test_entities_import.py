"""Files of entities taken into the vocabulary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from archive.exceptions import UnknownFormat
from archive.models import (
    Entity,
    EntityAlias,
    EntityIdentifier,
    EntityKind,
    EntityRedirect,
    OutboxRow,
)
from archive.services import entities_import
from archive.services.entities_import import EntitiesReport, import_entities
from tests.factories import make_article, make_entity, make_tag
from tests.services.reports import Import
from tests.services.snapshot import row_counts

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
QUAY = {"name": "Tarsk Quay", "parent": "tarsk", "in_texts": False}


class Files:
    """Files of a test, imported as places and without the index unless it says otherwise."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "places.jsonl"

    def take(self, *rows: Any, **options: Any) -> EntitiesReport:
        self.path.write_text(
            "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)
        )
        return self.again(**options)

    def text(self, name: str, content: str, **options: Any) -> EntitiesReport:
        self.path = self.path.with_name(name)
        self.path.write_text(content)
        return self.again(**options)

    def again(self, **options: Any) -> EntitiesReport:
        return import_entities(paths=[str(self.path)], **{"index": False, **options})


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def counts(report: EntitiesReport) -> tuple[int, ...]:
    """Created, filled in, extended, unchanged, rejected."""
    return (
        report.created,
        report.filled_in,
        report.extended,
        report.unchanged,
        report.rejected,
    )


def parents() -> dict[str, str | None]:
    """The slugs of all entities with those of their parents."""
    return dict(Entity.objects.values_list("slug", "parent__slug"))


class TestRows:
    """What a row becomes."""

    def test_json_lines(self, files: Files) -> None:
        assert counts(files.take(QUAY, TOWN, LAND)) == (3, 0, 0, 0, 0)
        land = Entity.objects.get(slug="velmora")
        assert (land.kind, land.name, land.description) == (
            "place",
            "Velmora",
            "A made-up country.",
        )
        assert (land.latitude, land.longitude, land.in_texts) == (10.5, -20.0, True)
        assert set(land.aliases.values_list("name", "language", "metonym")) == {
            ("Welmoren", "de", False),
            ("Tarsk", "en", True),
        }
        assert list(map(str, land.identifiers.all())) == ["local:V"]
        assert parents() == {"tarsk-quay": "tarsk", "tarsk": "velmora", "velmora": None}
        assert not Entity.objects.get(slug="tarsk-quay").in_texts

    def test_a_list(self, files: Files) -> None:
        report = files.text("a.json", json.dumps([LAND, 5, TOWN], indent=1), kind="place")
        assert counts(report) == (2, 0, 0, 0, 1)
        assert "line 23: A row is one object in braces, not a number" in report.rejects[0]

    def test_csv(self, files: Files) -> None:
        report = files.text(
            "a.csv",
            "kind;slug;name;description;parent;latitude;longitude;identifiers;aliases;in_texts;x\n"
            'place;;Velmora;"A country;\nmade up";;10.5;-20;local:V|wikidata:Q1;'
            "Welmoren@de|The Isles;;\n"
            ";;;;;;;;;;\n"
            "place;;Tarsk;;local:V;;;;;no;\n",
        )
        assert counts(report) == (2, 0, 0, 0, 0)
        land = Entity.objects.get(slug="velmora")
        assert (land.description, land.latitude) == ("A country;\nmade up", 10.5)
        assert set(land.aliases.values_list("name", "language")) == {
            ("Welmoren", "de"),
            ("The Isles", ""),
        }
        assert set(map(str, land.identifiers.all())) == {"local:V", "wikidata:Q1"}
        town = Entity.objects.get(slug="tarsk")
        assert (town.parent, town.in_texts) == (land, False)

    def test_csv_of_a_spreadsheet(self, files: Files) -> None:
        path = files.path.with_name("a.tsv")
        path.write_bytes("slug\tname\taliases\r\n\tTarsk\tТарськ@uk\r\n".encode("utf-16"))
        assert import_entities(paths=[str(path)], kind="place", index=False).created == 1
        assert EntityAlias.objects.get().name == "Тарськ"

    def test_kinds_of_rows_files_and_calls(self, files: Files) -> None:
        files.take({"name": "A", "kind": "person"}, {"name": "A"})
        files.text("more.jsonl", '{"name": "A"}', kind="topic")
        assert set(Entity.objects.values_list("kind", flat=True)) == {"person", "place", "topic"}
        assert "nothing says of which kind" in files.again().rejects[0]

    def test_texts_are_cleaned(self, files: Files) -> None:
        files.take(
            {
                "name": " Sa\u0303o\u200b  Tarsk\n",
                "description": "One\u0000.\n\nTwo.",
                "aliases": [{"name": "T\u00adarsk ", "language": "EN_us"}],
            }
        )
        entity = Entity.objects.get()
        assert (entity.name, entity.slug) == ("São Tarsk", "são-tarsk")
        assert entity.description == "One.\n\nTwo."
        assert entity.aliases.get().name == "Tarsk"
        assert entity.aliases.get().language == "en-US"

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("nonsense", "line 2: This is not JSON"),
            ({"slug": "a"}, "line 2: `name` must be a text"),
            ({"name": "\u200b"}, "nothing that can be seen"),
            ({"name": "A", "kind": "town"}, "`kind` is “town”"),
            ({"name": "A", "slug": "a b"}, "`slug`"),
            ({"name": "x" * 201}, "more than 200"),
            ({"name": "A", "latitude": 95, "longitude": 0}, "between -90 and 90"),
            ({"name": "A", "latitude": 5}, "go together"),
            ({"name": "A", "kind": "person", "latitude": 5, "longitude": 1}, "only places"),
            ({"name": "A", "aliases": [{"name": "B", "language": "?"}]}, "not a language tag"),
            ({"name": "A", "identifiers": {"s" * 51: "1"}}, "a scheme in `identifiers`"),
            ({"name": "A", "in_texts": "yes"}, "`in_texts` must be true or false"),
            ({"name": "A", "parent": "nowhere"}, "“nowhere” is neither in the archive nor"),
            ({"name": "A", "parent": "a"}, "go in a circle"),
        ],
    )
    def test_a_bad_row_costs_itself(self, files: Files, row: Any, said: str) -> None:
        report = files.take(LAND, row, TOWN)
        assert counts(report) == (2, 0, 0, 0, 1)
        assert report.rejects[0].startswith(f"{files.path}, line 2: ")
        assert said in report.rejects[0]

    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("place;A;;;x", "line 3: the row has 5 columns and the first row names 4"),
            ("place;A;Q1;", "`identifiers` holds “Q1”"),
            ('place;"A"B;;', "line 3: this is no row of CSV"),
            ('place;"A;;', "line 3: this is no row of CSV"),
            ('place;"A;;' + "\n" * 300, "line 3: this is no row of CSV (it has more than 200"),
            ("place;A\udce4;;", "line 3: this is not UTF-8"),
        ],
    )
    def test_a_bad_row_of_csv_costs_itself(self, files: Files, row: str, said: str) -> None:
        path = files.path.with_name("a.csv")
        text = f"kind;name;identifiers;aliases\nplace;B;;\n{row}\nplace;C;;\n"
        path.write_bytes(text.encode(errors="surrogateescape"))
        report = import_entities(paths=[str(path)])
        assert counts(report) == (2, 0, 0, 0, 1)
        assert said in report.rejects[0]

    def test_files_that_cannot_be_read(self, files: Files, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Headline\n\nText.")
        (tmp_path / "b.csv").write_text("kind,slug\nplace,a\n")
        (tmp_path / "places.jsonl").write_text(json.dumps(LAND))
        paths = [str(tmp_path / name) for name in ("missing", "a.txt", "places.jsonl")]
        report = import_entities(paths=paths)
        assert counts(report) == (1, 0, 0, 0, 2)
        assert "missing: the file cannot be read" in report.rejects[0]
        assert "no file of entities" in report.rejects[1]
        assert report.files_read == 1
        (said,) = import_entities(paths=[str(tmp_path / "b.csv")], format="csv").rejects
        assert "names no column `name`" in said

    @pytest.mark.parametrize(
        "options", [{"format": "parchment"}, {"kind": "town"}, {"languages": ["?"]}]
    )
    def test_wrong_arguments(self, files: Files, options: dict[str, Any]) -> None:
        with pytest.raises((UnknownFormat, ValueError)):
            files.take(LAND, **options)
        assert not Entity.objects.exists()


class TestMet:
    """Rows that mean an entity which is there."""

    @pytest.mark.parametrize("rows_at_once", [1, 1_000])
    def test_a_second_import_writes_nothing(
        self,
        files: Files,
        rows_at_once: int,
        monkeypatch: pytest.MonkeyPatch,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        monkeypatch.setattr(entities_import, "ROWS_AT_ONCE", rows_at_once)
        assert counts(files.take(QUAY, TOWN, LAND, LAND)) == (3, 0, 0, 1, 0)
        before = row_counts()
        with django_assert_max_num_queries(60) as queries:
            report = files.again()
        assert (counts(report), report.conflicts) == ((0, 0, 0, 4, 0), [])
        assert row_counts() == before
        written = [query["sql"] for query in queries.captured_queries]
        assert not [sql for sql in written if sql.startswith(("INSERT", "UPDATE", "DELETE"))]

    def test_what_editors_own_stays_and_is_said(self, files: Files) -> None:
        make_entity("place", name="By hand", slug="velmora", latitude=1, longitude=2)
        report = files.take(LAND)
        assert counts(report) == (0, 0, 0, 1, 0)
        assert report.conflicts == [
            f"{files.path}, line 1: the place “velmora” stays as it is; the file says otherwise of "
            "its name, description, coordinates."
        ]
        assert report.lacking == 1
        entity = Entity.objects.get()
        assert (entity.name, entity.latitude, entity.aliases.count()) == ("By hand", 1, 0)

    def test_what_they_lack_is_added_on_demand(self, files: Files) -> None:
        land = make_entity("place", name="By hand", slug="velmora")
        EntityAlias.objects.create(entity=land, name="Welmoren", language="de")
        EntityIdentifier.objects.create(entity=land, scheme="wikidata", value="Q5")
        report = files.take(
            {**LAND, "identifiers": {"local": "V", "wikidata": "Q5"}, "parent": "earth"},
            {"name": "Earth"},
            add_missing=True,
        )
        assert counts(report) == (1, 0, 1, 0, 0)
        land.refresh_from_db()
        assert (land.name, land.latitude) == ("By hand", 10.5)
        assert land.parent == Entity.objects.get(slug="earth")
        assert land.aliases.count() == 2
        assert set(map(str, land.identifiers.all())) == {"local:V", "wikidata:Q5"}
        assert counts(files.again(add_missing=True)) == (0, 0, 0, 2, 0)

    def test_bare_names_are_filled_in_and_their_articles_told(
        self, files: Files, take_in: Import
    ) -> None:
        take_in(
            {"headline": "A", "places": ["Tarsk", {"name": "V", "identifiers": {"local": "V"}}]}
        )
        below = make_entity("place", name="Pier", parent=Entity.objects.get(slug="tarsk"))
        make_tag(make_article(), below)
        OutboxRow.objects.all().delete()
        assert counts(files.take(TOWN, LAND)) == (0, 2, 0, 0, 0)
        assert parents() == {"tarsk": "v", "v": None, below.slug: "tarsk"}
        town = Entity.objects.get(slug="tarsk")
        assert (town.in_texts, town.import_run) == (True, None)
        assert Entity.objects.get(slug="v").name == "Velmora"
        assert OutboxRow.objects.count() == 2
        OutboxRow.objects.all().delete()
        assert counts(files.again()) == (0, 0, 0, 2, 0)
        assert not OutboxRow.objects.exists()

    def test_an_identifier_counts_more_than_a_slug(self, files: Files) -> None:
        other = make_entity("place", name="Elsewhere", slug="velmora")
        meant = make_entity("place", name="Velmora", slug="the-isles")
        EntityIdentifier.objects.create(entity=meant, scheme="local", value="V")
        assert counts(files.take(LAND, TOWN)) == (1, 0, 0, 1, 0)
        # The slug is what the parent was called by in the same file as well.
        assert Entity.objects.get(slug="tarsk").parent == other

    def test_one_of_another_identifier_is_another(self, files: Files) -> None:
        land = make_entity("place", name="Velmora", slug="velmora")
        EntityIdentifier.objects.create(entity=land, scheme="local", value="W")
        report = files.take(LAND)
        assert counts(report) == (0, 0, 0, 0, 1)
        assert "the place “velmora” is local W in the archive and V here" in report.rejects[0]
        nameless = {name: value for name, value in LAND.items() if name != "slug"}
        assert counts(files.take(nameless)) == (1, 0, 0, 0, 0)
        assert set(parents()) == {"velmora", "velmora-v"}
        assert counts(files.again()) == (0, 0, 0, 1, 0)

    def test_earlier_slugs_lead_to_their_entity(self, files: Files) -> None:
        land = make_entity("place", name="Velmora", slug="new")
        EntityRedirect.objects.create(kind="place", slug="velmora", entity=land)
        assert counts(files.take({"slug": "velmora", "name": "Velmora"}, TOWN)) == (1, 0, 0, 1, 0)
        assert Entity.objects.get(slug="tarsk").parent == land

    def test_children_of_an_entity_that_was_met_by_its_slug(
        self, files: Files, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(entities_import, "ROWS_AT_ONCE", 1)
        land = make_entity("place", name="Velmora", slug="velmora")
        rows = [{"name": "Tarsk", "parent": "local:V"}, LAND]
        assert counts(files.take(*rows)) == (1, 0, 0, 1, 0)
        assert Entity.objects.get(slug="tarsk").parent == land


class TestParents:
    """Parents in any order, and what is wrong with them."""

    @pytest.mark.parametrize("rows_at_once", [1, 2, 1_000])
    def test_any_order(
        self, files: Files, rows_at_once: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(entities_import, "ROWS_AT_ONCE", rows_at_once)
        rows = [{"name": f"P{n}", "parent": f"p{n + 1}"} for n in range(6)]
        report = files.take(*rows, {"name": "P6"})
        assert (counts(report), report.rows) == ((7, 0, 0, 0, 0), 7)
        assert parents()["p0"] == "p1"

    def test_circles_and_what_hangs_on_them(self, files: Files) -> None:
        report = files.take(
            {"name": "A", "parent": "b"},
            {"name": "B", "parent": "c"},
            {"name": "C", "parent": "b"},
            {"name": "D", "parent": "nowhere"},
            {"name": "E", "parent": "d"},
            {"name": "F"},
        )
        assert counts(report) == (1, 0, 0, 0, 5)
        said = [reject.partition(": ")[2] for reject in report.rejects]
        assert [sentence.count("circle") for sentence in said] == [1, 1, 1, 0, 0]
        assert "“nowhere” is neither" in said[3]
        assert "“d” was not taken in" in said[4]

    def test_no_circle_through_the_archive(self, files: Files) -> None:
        top = make_entity("place", name="Top", slug="top", in_texts=False)
        make_entity("place", name="Low", slug="low", parent=top)
        report = files.take({"name": "Top", "parent": "low"})
        assert counts(report) == (0, 0, 0, 0, 1)
        assert "stands above its parent" in report.rejects[0]

    def test_no_circle_of_bare_names(self, files: Files) -> None:
        for name in ("a", "b"):
            make_entity("place", name=name, slug=name, in_texts=False)
        report = files.take({"name": "A", "parent": "b"}, {"name": "B", "parent": "a"})
        assert counts(report) == (0, 1, 0, 0, 1)
        assert parents() == {"a": "b", "b": None}

    def test_a_killed_import_is_run_again(
        self, files: Files, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(entities_import, "ROWS_AT_ONCE", 2)

        def killed(rows: int) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            files.take(LAND, TOWN, {"name": "Pier", "parent": "quay"}, QUAY, progress=killed)
        assert Entity.objects.count() == 2
        files.take(LAND, TOWN, {"name": "Pier", "parent": "tarsk-quay"}, QUAY)
        assert parents() == {
            "velmora": None,
            "tarsk": "velmora",
            "pier": "tarsk-quay",
            "tarsk-quay": "tarsk",
        }

    def test_a_dry_run_writes_nothing(self, files: Files) -> None:
        before = row_counts()
        assert counts(files.take(QUAY, TOWN, LAND, dry_run=True)) == (3, 0, 0, 0, 0)
        assert row_counts() == before


CONCEPTS = {
    "@context": {"skos": "http://www.w3.org/2004/02/skos/core#"},
    "@graph": [
        {"@id": "http://example.org/scheme", "@type": "skos:ConceptScheme"},
        {
            "@id": "http://example.org/tides",
            "@type": "skos:Concept",
            "skos:prefLabel": [
                {"@value": "Tides", "@language": "en"},
                {"@value": "Gezeiten", "@language": "de"},
            ],
            "skos:altLabel": {"@value": "Ebb and flow", "@language": "en"},
            "skos:definition": {"@value": "Of the sea.", "@language": "en"},
            "skos:broader": {"@id": "http://example.org/sea"},
            "skos:exactMatch": {"@id": "http://www.wikidata.org/entity/Q7"},
        },
        {
            "@id": "http://example.org/sea",
            "@type": ["skos:Concept"],
            "skos:prefLabel": {"en": "Sea", "fr": "Mer"},
        },
        {"@id": "http://example.org/nameless", "@type": "skos:Concept"},
    ],
}
RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns:skos="http://www.w3.org/2004/02/skos/core#"
    xmlns:owl="http://www.w3.org/2002/07/owl#">
  <skos:Concept rdf:about="http://example.org/tides">
    <skos:prefLabel xml:lang="en">Tides</skos:prefLabel>
    <skos:prefLabel xml:lang="de">Gezeiten</skos:prefLabel>
    <skos:altLabel xml:lang="en">Ebb and flow</skos:altLabel>
    <skos:definition xml:lang="en">Of the sea.</skos:definition>
    <skos:broader rdf:resource="http://example.org/sea"/>
    <skos:exactMatch rdf:resource="http://www.wikidata.org/entity/Q7"/>
  </skos:Concept>
  <rdf:Description rdf:about="http://example.org/sea">
    <rdf:type rdf:resource="http://www.w3.org/2004/02/skos/core#Concept"/>
    <skos:prefLabel xml:lang="en">Sea</skos:prefLabel>
    <skos:prefLabel xml:lang="fr">Mer</skos:prefLabel>
  </rdf:Description>
  <rdf:Description rdf:about="http://example.org/nothing"/>
  <skos:Concept rdf:about="http://example.org/nameless">
    <owl:deprecated>true</owl:deprecated>
  </skos:Concept>
</rdf:RDF>
"""


class TestRegisters:
    """SKOS."""

    @pytest.mark.parametrize(
        ("name", "content"),
        [("a.jsonld", json.dumps(CONCEPTS, indent=1)), ("a.rdf", RDF)],
        ids=["json", "xml"],
    )
    def test_concepts(self, files: Files, name: str, content: str) -> None:
        report = files.text(name, content)
        assert counts(report) == (2, 0, 0, 0, 1)
        assert "no label (`prefLabel`)" in report.rejects[0]
        tides = Entity.objects.get(slug="tides")
        assert (tides.kind, tides.description) == (EntityKind.TOPIC, "Of the sea.")
        assert set(tides.aliases.values_list("name", "language")) == {
            ("Gezeiten", "de"),
            ("Ebb and flow", "en"),
        }
        assert set(map(str, tides.identifiers.all())) == {
            "uri:http://example.org/tides",
            "wikidata:Q7",
        }
        assert tides.parent == Entity.objects.get(name="Sea")
        assert counts(files.again()) == (0, 0, 0, 2, 1)

    def test_names_in_another_language(self, files: Files) -> None:
        report = files.text("a.rdf", RDF, languages=["fr", "de"], kind="organisation")
        assert counts(report) == (2, 0, 0, 0, 1)
        names = dict(Entity.objects.values_list("name", "kind"))
        assert names == {"Gezeiten": "organisation", "Mer": "organisation"}
        assert not EntityAlias.objects.exists()

    def test_retired_concepts_are_kept_and_not_looked_for(self, files: Files) -> None:
        concept = {
            "uri": "http://cv.iptc.org/newscodes/mediatopic/20000064",
            "type": ["http://www.w3.org/2004/02/skos/core#Concept"],
            "retired": "2016-04-05T12:00:00+00:00",
            "prefLabel": {
                "en-GB": "war crime action",
                "se": "Krigsbrott",
                "dk": "krigsforbrydelse",
            },
            "definition": {"en-GB": "Crimes."},
            "changeNote": {"en-GB": "Use another."},
        }
        files.text("a.json", json.dumps({"uri": "x", "conceptSet": [concept]}))
        entity = Entity.objects.get()
        assert not entity.in_texts
        assert entity.description == "Retired on 2016-04-05. Crimes. Use another."
        assert str(entity.identifiers.get()) == "medtop:20000064"
        assert set(entity.aliases.values_list("language", flat=True)) == {"sv", "da"}

    def test_two_concepts_of_one_name(self, files: Files) -> None:
        rows = [
            {"uri": f"medtop:0{n}", "prefLabel": {"en": "tides"}, "exactMatch": ["wd:Q7"]}
            for n in range(3)
        ]
        assert counts(files.text("a.json", json.dumps(rows))) == (3, 0, 0, 0, 0)
        assert set(parents()) == {"tides", "tides-01", "tides-02"}
        assert counts(files.again()) == (0, 0, 0, 3, 0)

    def test_a_slug_that_is_made_up_is_no_other_rows(self, files: Files) -> None:
        make_entity("topic", name="tides", slug="tides")
        EntityIdentifier.objects.create(entity=Entity.objects.get(), scheme="x", value="0")
        rows = [{"@id": "x:9", "prefLabel": "tides"}, {"@id": "y:1", "prefLabel": "tides 9"}]
        assert counts(files.text("a.json", json.dumps(rows))) == (2, 0, 0, 0, 0)
        assert set(parents()) == {"tides", "tides-2", "tides-9"}

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (RDF[:700], "not well-formed"),
            (
                '<!DOCTYPE rdf:RDF [<!ENTITY a "b">]>'
                + RDF.removeprefix('<?xml version="1.0"?>\n'),
                "declares entities",
            ),
        ],
    )
    def test_xml_that_is_not_read(self, files: Files, content: str, said: str) -> None:
        report = files.text("a.rdf", content)
        assert any(said in reject for reject in report.rejects)
        assert not report.created

    @pytest.mark.parametrize(
        "concept",
        [
            {"@id": "x:" + "1" * 201, "prefLabel": "A"},
            {"@id": "x:\ud800", "prefLabel": "A"},
            {"@id": "x:1", "prefLabel": "A", "broader": "x:\ud800\0"},
            {"@id": "x:1", "prefLabel": "A" * 201},
            {"@id": "x:1", "prefLabel": {"?": "A"}},
            {"@id": "x:1", "prefLabel": "A", "lat": "north"},
            {"@id": 5, "prefLabel": "A"},
            {"prefLabel": "A"},
            [],
        ],
    )
    def test_a_bad_concept_costs_itself(self, files: Files, concept: Any) -> None:
        good = {"@id": "x:2", "prefLabel": "B"}
        report = files.text("a.json", json.dumps([good, concept, {**good, "@id": "x:3"}]))
        assert counts(report) == (2, 0, 0, 0, 1)

    def test_a_file_that_breaks_off(self, files: Files) -> None:
        report = files.text("a.json", json.dumps(CONCEPTS, indent=1)[:-260])
        assert any("not closed" in reject for reject in report.rejects)

    def test_media_topics(self, files: Files, sample_data: Path) -> None:
        files.path = sample_data / "media-topics" / "cptall-x-all.json"
        assert counts(files.again()) == (1_286, 0, 0, 0, 0)
        topics = Entity.objects.filter(kind=EntityKind.TOPIC)
        assert topics.filter(in_texts=False, description__startswith="Retired on").count() == 153
        assert topics.filter(parent=None).count() == 17
        assert EntityIdentifier.objects.filter(scheme="medtop").count() == 1_286
        languages = set(EntityAlias.objects.values_list("language", flat=True))
        assert languages == {"ar", "da", "de", "es", "fr", "pt-BR", "pt-PT", "sv", "zh-Hans"}
        before = row_counts()
        assert counts(files.again()) == (0, 0, 0, 1_286, 0)
        assert row_counts() == before
