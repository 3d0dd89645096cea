from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.formats.base import ArticleRecord, Received
from archive.models import (
    AccessLevel,
    Article,
    Entity,
    EntityAlias,
    EntityIdentifier,
    EntityKind,
    EntityRedirect,
    ImportRecord,
    ImportRun,
    Origin,
    OutboxRow,
    ReceivedDocument,
    Source,
    Status,
    TagState,
)
from archive.services.importing_files import FoundRecord
from archive.services.importing_names import SourceBook
from archive.services.importing_prepare import prepare
from tests import corpus
from tests.factories import make_entity, make_source
from tests.services.reports import Import, counts
from tests.services.snapshot import archive_contents, row_counts

pytestmark = pytest.mark.django_db


def test_a_record_becomes_an_article(take_in: Import) -> None:
    report = take_in(
        {
            "id": "q-1",
            "headline": "Lighthouse lit",
            "summary": "At last.",
            "body": "One.\n\nTwo.",
            "published": "2025-06-02T10:15:00+03:00",
            "source": "The Quay",
            "section": "World",
            "page": "4",
            "edition": "Late",
            "url": "https://quay.example/1",
            "bylines": ["Ada Quill"],
            "language": "en",
            "credit": "Quay",
            "usage_terms": "None.",
            "access": "snippet",
            "references": ["A", {"label": "B", "url": "https://b.example/"}],
            "weather": "unknown",
        }
    )
    assert counts(report) == (1, 0, 0, 0)
    article = Article.objects.select_related("source").get()
    assert article.source is not None
    assert (article.source.name, article.source.slug) == ("The Quay", "the-quay")
    assert article.supplier_id == "q-1"
    assert (article.headline, article.summary) == ("Lighthouse lit", "At last.")
    assert article.paragraphs == ["One.", "Two."]
    assert (article.section, article.page, article.edition) == ("World", "4", "Late")
    assert article.canonical_url == "https://quay.example/1"
    assert article.bylines == ["Ada Quill"]
    assert (article.published, article.published_offset) == ("2025-06-02", 180)
    assert article.published_lower == article.published_upper == date(2025, 6, 2)
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2025-06-02T07:15:00+00:00"
    assert (article.status, article.access) == (Status.PUBLISHED, AccessLevel.SNIPPET)
    assert (article.version, article.revision) == (1, 1)
    assert article.import_run == report.run
    assert [(r.label, r.url) for r in article.references.all()] == [
        ("A", ""),
        ("B", "https://b.example/"),
    ]
    assert article.versions.count() == 0


def test_the_bytes_are_kept_as_received(take_in: Import, tmp_path: Path) -> None:
    take_in({"headline": "A", "weather": ["kept"]})
    document = ReceivedDocument.objects.get()
    assert bytes(document.content) == (tmp_path / "records.jsonl").read_bytes().rstrip(b"\n")
    assert document.format == "jsonl"
    assert Article.objects.get().received == document


def test_the_ledger(take_in: Import, tmp_path: Path) -> None:
    report = take_in({"headline": "A"}, {"headline": 5})
    run = ImportRun.objects.get()
    assert report.run == run
    assert (run.state, run.created, run.rejected) == ("finished", 1, 1)
    assert run.finished_at is not None
    assert run.arguments["paths"] == [str(tmp_path / "records.jsonl")]
    first, second = ImportRecord.objects.all()
    assert (first.position, first.outcome, first.article) == (1, "created", Article.objects.get())
    assert (second.position, second.outcome, second.article) == (2, "rejected", None)
    assert "`headline`" in second.reason
    assert second.received is not None
    assert bytes(second.received.content) == b'{"headline": 5}'


@pytest.mark.parametrize("published", ["", "2025", "2025-06", "2004-11/2004-12", "1998~"])
def test_dates_stay_as_uncertain_as_they_are(take_in: Import, published: str) -> None:
    take_in({"headline": "A", "published": published})
    article = Article.objects.get()
    assert article.published == published
    assert (article.published_lower is None) == (not published)


def test_the_language_is_detected_where_it_is_not_given(take_in: Import) -> None:
    take_in(
        {"headline": "Der Leuchtturm an der nördlichen Mole brennt nach der Reparatur wieder"},
        {"headline": "The lighthouse at the northern mole is lit again", "language": "de"},
        {"headline": "The lighthouse at the northern mole is lit again, too", "language": "und"},
    )
    assert list(Article.objects.order_by("pk").values_list("language", flat=True)) == [
        "de",
        "de",
        "en",
    ]


def test_a_record_without_headline_and_text_is_rejected() -> None:
    received = Received(position=1, content=b"x", record=ArticleRecord(supplier_id="x"))
    found = FoundRecord(path="feed", format="text", received=received)
    incoming, whole = prepare(found, source="", sources=SourceBook())
    assert incoming.rejected
    assert whole.record is None
    assert incoming.reason == "The record has neither a headline nor a text."


class TestAgain:
    """An import that was done before does nothing."""

    def test_no_row_changes(self, take_in: Import) -> None:
        records = list(corpus.articles(40, words=20))
        take_in(*records)
        OutboxRow.objects.all().delete()
        before = row_counts(), archive_contents()
        report = take_in(*records)
        assert counts(report) == (0, 0, 40, 0)
        assert report.run is not None
        ledger = {"ImportRun": 1, "ImportFile": 1, "ImportRecord": 40}
        after = row_counts()
        assert {name: after[name] - number for name, number in before[0].items()} == {
            name: ledger.get(name, 0) for name in before[0]
        }
        assert archive_contents() == before[1]

    def test_without_a_ledger_of_what_is_unchanged_no_row_is_written(self, take_in: Import) -> None:
        records = list(corpus.articles(10, words=20))
        take_in(*records)
        before = row_counts()
        report = take_in(*records, unchanged_too=False)
        assert counts(report) == (0, 0, 10, 0)
        assert report.run is None
        assert row_counts() == before

    def test_a_record_that_comes_twice_in_a_file_counts_once(self, take_in: Import) -> None:
        record = {"id": "1", "headline": "A", "source": "S"}
        assert counts(take_in(record, record)) == (1, 0, 1, 0)
        assert counts(take_in(record, record)) == (0, 0, 2, 0)

    def test_two_versions_in_a_file(self, take_in: Import) -> None:
        first, second = {"id": "1", "headline": "A"}, {"id": "1", "headline": "B"}
        assert counts(take_in(first, second)) == (1, 1, 0, 0)
        assert Article.objects.get().headline == "B"
        assert counts(take_in(first, second)) == (0, 0, 2, 0)
        assert Article.objects.get().headline == "B"
        assert Article.objects.get().version == 2

    def test_an_earlier_version_in_a_file_of_its_own_is_taken_as_news(
        self, take_in: Import
    ) -> None:
        take_in({"id": "1", "headline": "A"})
        take_in({"id": "1", "headline": "B"})
        assert counts(take_in({"id": "1", "headline": "A"})) == (0, 1, 0, 0)
        assert Article.objects.get().headline == "A"

    def test_other_bytes_that_say_the_same_are_kept_and_change_nothing(
        self, take_in: Import
    ) -> None:
        take_in({"id": "1", "headline": "A", "weather": "fine"})
        OutboxRow.objects.all().delete()
        report = take_in({"headline": "A ", "id": "1", "weather": "foul"})
        assert counts(report) == (0, 0, 1, 0)
        assert ReceivedDocument.objects.count() == 2
        assert ImportRecord.objects.filter(outcome="unchanged").count() == 1
        assert not OutboxRow.objects.exists()

    def test_the_run_counts_what_was_there_already(
        self, take_in: Import, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("archive.services.importing_reading.BATCH_RECORDS", 2)
        known = [{"id": str(number), "headline": "A"} for number in range(5)]
        take_in(*known)
        report = take_in(*known, {"id": "5", "headline": "A"})
        assert counts(report) == (1, 0, 5, 0)
        assert report.run is not None
        assert (report.run.created, report.run.unchanged) == (1, 5)


class TestIdentity:
    """Which records are the same article."""

    @pytest.mark.parametrize(
        ("first", "second", "articles"),
        [
            ({"id": "1"}, {"id": "1", "body": "Longer."}, 1),
            ({"id": "1", "source": "S"}, {"id": "1", "source": "T"}, 2),
            ({"id": "1", "source": "The S"}, {"id": "1", "source": "the-s"}, 1),
            ({"id": "1", "url": "https://a.example/1"}, {"url": "https://a.example/1"}, 2),
            ({"url": "https://a.example/1"}, {"url": "https://a.example/1", "body": "B"}, 1),
            ({}, {"summary": "S."}, 1),
            ({}, {"body": "B"}, 2),
            ({}, {"published": "2025"}, 2),
            ({"published": "20250602"}, {"published": "2025-06-02"}, 1),
            ({}, {"source": "S"}, 2),
        ],
    )
    def test_by_id_address_or_text(
        self, take_in: Import, first: dict[str, str], second: dict[str, str], articles: int
    ) -> None:
        take_in({"headline": "A", **first}, {"headline": "A", **second})
        assert Article.objects.count() == articles

    def test_a_source_given_for_records_that_do_not_say(self, take_in: Import) -> None:
        take_in({"headline": "A"}, {"headline": "B", "source": "Other"}, source="The Quay")
        assert set(Article.objects.values_list("headline", "source__name")) == {
            ("A", "The Quay"),
            ("B", "Other"),
        }

    @pytest.mark.parametrize("name", ["the-quay", "The Quay", "THE QUAY", "Quay, The"])
    def test_a_known_source_is_met_by_slug_or_name(self, take_in: Import, name: str) -> None:
        known = make_source(name="Quay, The", slug="the-quay")
        take_in({"headline": "A", "source": name})
        assert Article.objects.get().source == known
        assert Source.objects.count() == 1


class TestNames:
    """Which entity a name is."""

    @pytest.mark.parametrize(
        "given",
        [
            "Russia",
            "RUSSIA",
            "russia",
            "Rossiya",
            "rossiya",
            "old-russia",
            {"name": "Another name", "identifiers": {"wikidata": "Q159"}},
            {"name": "Russia", "identifiers": {"geonames": "2017370"}},
        ],
    )
    def test_a_known_entity_is_met(self, take_in: Import, given: Any) -> None:
        known = make_entity(name="Russia", slug="russia")
        EntityAlias.objects.create(entity=known, name="Rossiya", language="ru")
        EntityIdentifier.objects.create(entity=known, scheme="wikidata", value="Q159")
        EntityRedirect.objects.create(entity=known, kind="party", slug="old-russia")
        take_in({"headline": "A", "parties": [given]})
        assert Article.objects.get().tags.get().entity == known
        assert Entity.objects.count() == 1

    def test_a_metonym_is_no_name(self, take_in: Import) -> None:
        known = make_entity(name="Russia", slug="russia")
        EntityAlias.objects.create(entity=known, name="Moscow", metonym=True)
        take_in({"headline": "A", "parties": ["Moscow"]})
        assert Article.objects.get().tags.get().entity.name == "Moscow"

    def test_a_name_of_another_kind_is_another_entity(self, take_in: Import) -> None:
        make_entity(EntityKind.PLACE, name="Russia", slug="russia")
        take_in({"headline": "A", "parties": ["Russia"]})
        assert Article.objects.get().tags.get().entity.kind == EntityKind.PARTY

    def test_namesakes_are_told_apart_by_identifier(self, take_in: Import) -> None:
        one = {"name": "Ada Quill", "identifiers": {"wikidata": "Q1"}}
        two = {"name": "Ada Quill", "identifiers": {"wikidata": "Q2"}}
        take_in({"headline": "A", "persons": [one, two, "Ada Quill"]})
        assert sorted(Entity.objects.values_list("slug", flat=True)) == ["ada-quill", "ada-quill-2"]
        assert Article.objects.get().tags.count() == 2
        assert counts(take_in({"headline": "B", "persons": [two]})) == (1, 0, 0, 0)
        assert Article.objects.get(headline="B").tags.get().entity.slug == "ada-quill-2"

    def test_a_new_entity(self, take_in: Import) -> None:
        take_in({"headline": "A", "topics": [{"name": "Tides", "identifiers": {"medtop": "7"}}]})
        entity = Entity.objects.get()
        assert (entity.kind, entity.name, entity.slug) == ("topic", "Tides", "tides")
        assert not entity.in_texts
        assert list(entity.identifiers.values_list("scheme", "value")) == [("medtop", "7")]

    def test_names_that_imports_bring_are_not_looked_for_in_texts(self, take_in: Import) -> None:
        take_in({"headline": "A", "parties": ["Quay Front"]})
        take_in({"headline": "B", "body": "The Quay Front met.", "language": "en"})
        assert not Article.objects.get(headline="B").tags.exists()

    def test_a_given_tag_counts(self, take_in: Import) -> None:
        take_in({"headline": "A", "parties": ["Quay Front", "quay front"]})
        tag = Article.objects.get().tags.get()
        assert (tag.origin, tag.state, tag.count) == (Origin.IMPORT, TagState.AUTOMATIC, 0)
        assert tag.first_position is None
        assert list(tag.evidence.values_list("origin", "surface")) == [("import", "Quay Front")]
