"""Articles tagged anew after the vocabulary has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from archive.models import (
    Article,
    Entity,
    EntityAlias,
    EntityRedirect,
    Origin,
    OutboxRow,
    Tag,
    TagEvidence,
    TagState,
)
from archive.services import tagging_anew
from archive.services.curating import confirm_tags, reject_tags
from archive.services.tagging import NamedEntity, Tagger
from archive.services.tagging_anew import TaggingReport, tag_articles
from tests.factories import make_article, make_entity, make_tag
from tests.services.reports import Import
from tests.services.snapshot import archive_contents, row_counts

pytestmark = pytest.mark.django_db

Said = dict[str, tuple[str, str, int]]


def tags_of(headline: str) -> Said:
    """The tags of an article by entity: origin, state, how often it is named."""
    tags = Tag.objects.filter(article__headline=headline).select_related("entity")
    return {tag.entity.slug: (tag.origin, tag.state, tag.count) for tag in tags}


def tag(**options: Any) -> TaggingReport:
    return tag_articles(**{"index": False, **options})


@pytest.fixture
def archive(take_in: Import) -> None:
    """Two articles of which no text was searched for Velmora or Tarsk yet."""
    take_in(
        {"headline": "A", "body": "Velmora agreed. Velmora said so.", "parties": ["Tarsk Front"]},
        {"headline": "B", "body": "They met in Tarsk.", "language": "en", "published": "2020-05"},
        {"headline": "C", "body": "Nothing of the kind.", "published": "2019-01-01"},
    )
    OutboxRow.objects.all().delete()


@pytest.mark.usefixtures("archive")
class TestGrown:
    """The vocabulary has grown."""

    def test_articles_are_tagged_as_if_imported_now(self) -> None:
        make_entity("party", name="Velmora", slug="velmora")
        make_entity("place", name="Tarsk", slug="tarsk")
        report = tag()
        assert (report.articles, report.changed, report.added) == (3, 2, 2)
        assert tags_of("A") == {
            "tarsk-front": ("import", "automatic", 0),
            "velmora": ("gazetteer", "automatic", 2),
        }
        assert tags_of("B") == {"tarsk": ("gazetteer", "automatic", 1)}
        evidence = TagEvidence.objects.get(tag__entity__slug="velmora")
        assert (evidence.origin, evidence.surface, evidence.run) == ("gazetteer", "Velmora", None)

    def test_only_articles_whose_tags_changed_are_told_to_the_index(self) -> None:
        make_entity("place", name="Tarsk", slug="tarsk")
        before = dict(Article.objects.values_list("headline", "revision"))
        tag()
        changed = Article.objects.get(headline="B")
        assert list(OutboxRow.objects.values_list("public_id", flat=True)) == [changed.public_id]
        after = dict(Article.objects.values_list("headline", "revision"))
        assert after == {**before, "B": before["B"] + 1}

    def test_a_second_run_writes_nothing(
        self, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        make_entity("party", name="Velmora")
        tag()
        OutboxRow.objects.all().delete()
        before = row_counts(), archive_contents()
        with django_assert_max_num_queries(8) as queries:
            assert tag().changed == 0
        assert not [
            query["sql"]
            for query in queries.captured_queries
            if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
        ]
        assert (row_counts(), archive_contents()) == before

    def test_a_dry_run_counts_and_writes_nothing(self) -> None:
        make_entity("party", name="Velmora")
        before = row_counts()
        assert tag(dry_run=True).added == 1
        assert row_counts() == before

    def test_the_index_follows(self) -> None:
        make_entity("party", name="Velmora")
        report = tag(index=True)
        assert not report.index.error
        assert not OutboxRow.objects.exists()

    def test_what_was_written_before_a_kill_stays_and_the_rest_follows(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_entity("party", name="Velmora", slug="velmora")
        make_entity("place", name="Tarsk", slug="tarsk")
        monkeypatch.setattr(tagging_anew, "ARTICLES_AT_ONCE", 1)

        def killed(done: int, total: int) -> None:
            assert total == 3
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            tag(progress=killed)
        assert Tag.objects.filter(origin=Origin.GAZETTEER).count() == 1
        report = tag()
        assert (report.changed, report.added) == (1, 1)
        assert set(tags_of("B")) == {"tarsk"}

    def test_since_a_day(self) -> None:
        make_entity("party", name="Velmora")
        make_entity("place", name="Tarsk")
        assert tag(since=date(2020, 5, 31)).changed == 1
        assert tag(since=date(2020, 6, 1)).articles == 0

    def test_withdrawn_articles_are_asked_for(self) -> None:
        make_entity("place", name="Tarsk")
        Article.objects.filter(headline="B").update(status="withdrawn")
        assert tag().articles == 2
        assert tag(withdrawn_too=True).changed == 1

    def test_named_entities_alone(self) -> None:
        make_entity("party", name="Velmora", slug="velmora")
        tarsk = make_entity("place", name="Tarsk", slug="tarsk")
        report = tag(entities=["place:tarsk"])
        assert (report.articles, report.searched, report.added) == (1, 3, 1)
        EntityRedirect.objects.create(
            kind="party", slug="old", entity=Entity.objects.get(slug="velmora")
        )
        assert tag(entities=["party:old", "place:tarsk"]).added == 1
        tarsk.in_texts = False
        tarsk.save()
        assert tag(entities=["place:tarsk"]).removed == 1

    @pytest.mark.parametrize("given", ["tarsk", "town:tarsk", "place:tarsk", ":", "place:"])
    def test_entities_that_there_are_not(self, given: str) -> None:
        with pytest.raises(ValueError):
            tag(entities=[given])


@pytest.mark.usefixtures("archive")
class TestDecided:
    """What suppliers and editors said."""

    def test_an_entity_that_is_no_longer_sought(self) -> None:
        velmora = make_entity("party", name="Velmora", slug="velmora")
        tag()
        velmora.in_texts = False
        velmora.save()
        report = tag()
        assert (report.changed, report.removed) == (1, 1)
        assert set(tags_of("A")) == {"tarsk-front"}

    def test_a_suppliers_tag_stays_without_the_name_in_the_text(self) -> None:
        Entity.objects.filter(slug="tarsk-front").update(in_texts=True)
        EntityAlias.objects.create(entity=Entity.objects.get(), name="Velmora")
        given = TagEvidence.objects.get()
        assert tag().altered == 1
        assert tags_of("A") == {"tarsk-front": ("import", "automatic", 2)}
        assert TagEvidence.objects.count() == 2
        EntityAlias.objects.all().delete()
        assert tag().altered == 1
        assert tags_of("A") == {"tarsk-front": ("import", "automatic", 0)}
        assert TagEvidence.objects.get() == given
        assert TagEvidence.objects.get().run == given.run

    def test_editors_decisions_stay(self) -> None:
        velmora = make_entity("party", name="Velmora", slug="velmora")
        tarsk = make_entity("place", name="Tarsk", slug="tarsk")
        tag()
        reject_tags(tags=[Tag.objects.get(entity=velmora).pk], by=None)
        confirm_tags(tags=[Tag.objects.get(entity=tarsk).pk], by=None)
        assert tag().changed == 0
        Entity.objects.update(in_texts=False)
        tag()
        assert tags_of("A")["velmora"] == ("editor", "rejected", 0)
        assert tags_of("B")["tarsk"] == ("editor", "confirmed", 0)
        Entity.objects.update(in_texts=True)
        tag()
        assert tags_of("A")["velmora"] == ("editor", "rejected", 2)

    def test_a_tag_by_hand_gets_the_evidence_and_stays_what_it_is(self) -> None:
        velmora = make_entity("party", name="Velmora", slug="velmora")
        make_tag(Article.objects.get(headline="A"), velmora)
        assert tag().altered == 1
        assert tags_of("A")["velmora"] == ("editor", "confirmed", 2)

    def test_a_suggestion_that_the_vocabulary_makes_certain(self) -> None:
        first = make_entity("person", name="Velmora", slug="first")
        second = make_entity("person", name="Velmora", slug="second")
        tag()
        assert {state for _, state, _ in tags_of("A").values()} == {"suggested", "automatic"}
        Entity.objects.filter(pk=second.pk).update(in_texts=False)
        report = tag()
        assert (report.altered, report.removed) == (1, 1)
        assert tags_of("A")["first"] == ("gazetteer", TagState.AUTOMATIC, 2)
        assert first.pk


@pytest.mark.usefixtures("archive")
class TestMeanwhile:
    """Others write while texts are searched."""

    @pytest.fixture
    def between(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
        """Do something once, after the first text was searched and before anything is written."""

        def arrange(happens: Callable[[], Any]) -> None:
            search, waiting = Tagger.named_in, [happens]

            def named_in(self: Tagger, text: str, language: str) -> tuple[NamedEntity, ...]:
                found = search(self, text, language)
                if found and waiting:
                    waiting.pop()()
                return found

            monkeypatch.setattr(Tagger, "named_in", named_in)

        return arrange

    def test_an_article_that_changed_is_searched_again(
        self, between: Callable[[Callable[[], Any]], None]
    ) -> None:
        make_entity("party", name="Velmora", slug="velmora")
        make_entity("place", name="Tarsk", slug="tarsk")

        def edit() -> None:
            article = Article.objects.get(headline="A")
            article.body = "They met in Tarsk."
            article.save()

        between(edit)
        tag()
        assert set(tags_of("A")) == {"tarsk-front", "tarsk"}

    def test_an_entity_that_went_is_left_out(
        self, between: Callable[[Callable[[], Any]], None]
    ) -> None:
        velmora = make_entity("party", name="Velmora", slug="velmora")
        make_entity("place", name="Tarsk", slug="tarsk")
        between(velmora.delete)
        assert tag().changed == 1
        assert set(tags_of("A")) == {"tarsk-front"}

    def test_an_article_that_went_is_no_loss(
        self, between: Callable[[Callable[[], Any]], None]
    ) -> None:
        make_entity("party", name="Velmora")
        between(lambda: Article.objects.get(headline="A").delete())
        assert tag().changed == 0


def test_tags_equal_those_of_an_import_of_the_same_texts(take_in: Import) -> None:
    make_entity("party", name="Velmora")
    make_entity("place", name="Velmora")
    make_entity("place", name="Tarsk")
    take_in(
        {"headline": "A", "body": "In Velmora they met. Velmora agreed.", "language": "en"},
        {"headline": "B", "body": "Tarsk and Velmora. Velmora?", "language": "uk"},
        {"headline": "C", "body": "Tarsk", "places": ["Tarsk"], "parties": ["Velmora"]},
    )
    as_imported = archive_contents()
    assert tag().changed == 0
    TagEvidence.objects.filter(origin=Origin.GAZETTEER).delete()
    Tag.objects.filter(origin=Origin.GAZETTEER).delete()
    assert tag().changed == 3
    assert archive_contents() == as_imported


def test_many_articles_need_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    make_entity("party", name="Velmora")
    for _ in range(30):
        make_article(body="Velmora agreed.")
    with django_assert_max_num_queries(30):
        assert tag().added == 30
