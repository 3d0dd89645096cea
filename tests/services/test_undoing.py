"""Taking an import back."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.models import (
    Article,
    ArticleBefore,
    ArticleReference,
    ArticleVersion,
    Entity,
    EntityAlias,
    EntityIdentifier,
    ImportRecord,
    ImportRun,
    Proposal,
    PublicEpoch,
    ReceivedDocument,
    Source,
    Tag,
    TagEvidence,
)
from archive.search.document import Shelf
from archive.search.engine import SearchEngine
from archive.services import outbox, undoing
from archive.services.curating import (
    add_tags,
    confirm_tags,
    publish_articles,
    reject_tags,
    replace_references,
    withdraw_articles,
)
from archive.services.engine import get_engine
from archive.services.importing import import_paths
from archive.services.importing_report import ImportReport
from archive.services.indexing import verify_index
from archive.services.seeds import load_seeds, seeds_folder
from archive.services.undoing import UndoRefused, undo_run
from tests import corpus
from tests.factories import make_article, make_entity
from tests.services.reports import Import

pytestmark = pytest.mark.django_db

FIRST = {
    "id": "1",
    "headline": "A",
    "body": "First.",
    "source": "S",
    "parties": [{"name": "Quay Front", "identifiers": {"wikidata": "Q1"}}],
    "references": ["R"],
}


def everything() -> dict[str, list[Any]]:
    """Every row of the archive but the ledger's, without keys that nobody refers to."""
    return {
        model.__name__: sorted(
            map(
                repr,
                model._default_manager.values_list(
                    *(
                        field.attname
                        for field in model._meta.concrete_fields
                        if field.name != "revision"
                        and (field.name != "id" or model in (Article, Entity, Source))
                    )
                ),
            )
        )
        for model in (
            Article,
            ArticleBefore,
            ArticleReference,
            ArticleVersion,
            Entity,
            EntityAlias,
            EntityIdentifier,
            Proposal,
            Source,
        )
    } | {
        "tags": sorted(
            Tag.objects.values_list(
                "article_id", "entity_id", "state", "origin", "count", "first_position"
            ).order_by("article", "entity")
        ),
        "evidence": sorted(
            map(
                repr,
                TagEvidence.objects.values_list(
                    *("tag__article", "tag__entity", "origin", "surface", "count"),
                    *("first_position", "by", "run", "at"),
                ),
            )
        ),
    }


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user("anna")


def undo(report: ImportReport, **options: Any) -> undoing.UndoReport:
    assert report.run is not None
    return undo_run(report.run, **options)


class TestCreated:
    """What the run brought."""

    def test_it_goes_with_all_that_hangs_on_it(self, take_in: Import) -> None:
        make_entity(name="Velmora", slug="velmora")
        before = everything()
        report = take_in({**FIRST, "body": "Velmora met."}, {**FIRST, "body": "Velmora left."})
        assert (report.created, report.updated) == (1, 1)
        undone = undo(report)
        assert (undone.deleted, undone.restored, undone.left_alone) == (1, 0, 0)
        assert (undone.entities, undone.sources) == (1, 1)
        assert everything() == before

    def test_ledger_and_bytes_stay(self, take_in: Import) -> None:
        report = take_in(FIRST)
        undo(report)
        run = ImportRun.objects.get()
        assert (run.state, run.created) == ("undone", 1)
        assert run.finished_at is not None
        assert ImportRecord.objects.get().article is None
        assert ReceivedDocument.objects.count() == 1

    def test_the_index_and_the_public_hear_of_it(self, take_in: Import) -> None:
        report = take_in(FIRST, index=True)
        public_id = Article.objects.get().public_id
        epoch = PublicEpoch.objects.get().value
        undo(report)
        assert outbox.pending_removals() == {public_id}
        assert PublicEpoch.objects.get().value > epoch
        outbox.drain()
        assert not get_engine().versions(Shelf.PUBLIC)

    def test_it_comes_again_as_the_same_article(self, take_in: Import) -> None:
        report = take_in(FIRST)
        public_id = Article.objects.get().public_id
        undo(report)
        assert take_in(FIRST).created == 1
        assert Article.objects.get().public_id == public_id

    def test_names_go_with_the_last_run_that_needs_them(self, take_in: Import) -> None:
        before = everything()
        first = take_in({**FIRST, "id": "1", "places": ["Vell"]})
        second = take_in({**FIRST, "id": "2", "places": ["Vell"]})
        undo(first)
        undo(second)
        assert everything() == before

    def test_there_is_no_query_for_each_article(self, take_in: Import) -> None:
        one = take_in({**FIRST, "id": "one"})
        many = take_in(*({**FIRST, "id": str(number)} for number in range(40)))
        with CaptureQueriesContext(connection) as of_one:
            undo(one)
        with CaptureQueriesContext(connection) as of_many:
            undo(many)
        assert len(of_many) <= len(of_one) + 24  # names that the first left to be deleted


class TestChanged:
    """What the run changed."""

    SECOND = {
        **FIRST,
        "headline": "B",
        "body": "Second.",
        "published": "2025-06-02T10:15:00+03:00",
        "bylines": ["Ada Quill"],
        "status": "draft",
        "access": "snippet",
        "embargo": "2999-01-01T00:00:00Z",
        "version": "2",
        "parties": ["Mole Front"],
        "references": ["Q", {"label": "P", "url": "https://p.example/"}],
    }

    def test_it_is_as_it_was(self, take_in: Import) -> None:
        make_entity(name="First", slug="first")
        take_in(FIRST)
        before = everything()
        report = take_in(self.SECOND)
        assert report.updated == 1
        undone = undo(report)
        assert (undone.deleted, undone.restored, undone.left_alone) == (0, 1, 0)
        assert everything() == before

    def test_what_editors_had_decided_before_is_as_it_was(
        self, take_in: Import, anna: User
    ) -> None:
        make_entity(name="First", slug="first")
        take_in(FIRST)
        article = Article.objects.get()
        article.headline, article.edited_fields = "Edited", ["headline"]
        article.changed_by = anna
        article.save()
        replace_references(article=article, references=[("By hand", "")])
        reject_tags(
            tags=Tag.objects.filter(entity__name="First").values_list("pk", flat=True), by=anna
        )
        add_tags(article=article, entities=[make_entity().pk], by=anna)
        Proposal.objects.create(article=article, field="headline", value="Z", dismissed=True)
        before = everything()
        report = take_in(self.SECOND)
        assert Proposal.objects.filter(field="headline", value="B").exists()
        undone = undo(report)
        assert (undone.restored, undone.left_alone) == (1, 0)
        assert everything() == before

    def test_many_runs_are_undone_one_after_another(self, take_in: Import) -> None:
        states = [everything()]
        reports = []
        for number in range(4):
            reports.append(take_in({**FIRST, "body": f"Text {number}.", "parties": [f"P{number}"]}))
            states.append(everything())
        for state, report in zip(reversed(states[:-1]), reversed(reports), strict=True):
            undo(report)
            assert everything() == state

    def test_what_was_undone_can_be_imported_again(self, take_in: Import) -> None:
        """In the order in which it came; records of runs that were undone replaced nothing."""
        texts = [{**FIRST, "body": f"Text {number}."} for number in range(3)]
        reports = [take_in(text) for text in texts]
        for report in reversed(reports[1:]):
            undo(report)
        for text in texts[1:]:
            assert take_in(text).updated == 1
            assert Article.objects.get().body == text["body"]

    def test_the_revision_grows_and_the_index_follows(self, take_in: Import) -> None:
        take_in(FIRST, index=True)
        report = take_in({**FIRST, "body": "Second."}, index=True)
        revision = Article.objects.get().revision
        undo(report)
        assert Article.objects.get().revision > revision
        assert not outbox.pending_removals()
        outbox.drain()
        assert verify_index().sound

    @pytest.mark.parametrize("was", [{"status": "draft"}, {"access": "metadata"}])
    def test_what_is_hidden_again_is_hidden_at_once(
        self, take_in: Import, was: dict[str, str]
    ) -> None:
        take_in({**FIRST, **was}, index=True)
        report = take_in({**FIRST, "status": "published", "access": "full"}, index=True)
        undo(report)
        assert outbox.pending_removals() == {Article.objects.get().public_id}

    @pytest.mark.skipif(
        "fingerprint" not in apps.all_models["archive"], reason="there are no fingerprints"
    )
    def test_what_was_worked_out_from_a_version_goes_with_it(self, take_in: Import) -> None:
        """The next change of the article has the same number, and another text."""
        fingerprints = apps.get_model("archive", "Fingerprint")._default_manager
        take_in(FIRST)
        report = take_in({**FIRST, "body": "Second."})
        fingerprints.all().delete()
        article = Article.objects.get()
        fingerprints.create(article=article, version=article.version, signature=b"")
        undo(report)
        assert not fingerprints.filter(version=article.version).exists()

    def test_an_entity_that_is_gone_since_is_left_out(self, take_in: Import) -> None:
        take_in(FIRST)
        report = take_in({**FIRST, "parties": []})
        Entity.objects.all().delete()
        assert undo(report).restored == 1
        assert not Tag.objects.exists()

    def test_what_was_not_kept_is_named(self, take_in: Import) -> None:
        take_in(FIRST)
        report = take_in({**FIRST, "body": "Second."})
        ArticleBefore.objects.all().delete()
        undone = undo(report)
        assert (undone.restored, undone.left_alone) == (0, 1)
        assert "not kept" in undone.left[0].why


def edit_headline(article: Article, anna: User) -> None:
    article.headline, article.changed_by = "Edited", anna
    article.edited_fields = ["headline"]
    article.save()


def edit_references(article: Article, anna: User) -> None:
    replace_references(article=article, references=[("By hand", "")])


def withdraw(article: Article, anna: User) -> None:
    withdraw_articles(articles=[article.pk], reason="An error.", by=anna)


def withdraw_and_publish(article: Article, anna: User) -> None:
    withdraw(article, anna)
    publish_articles(articles=[article.pk], by=anna)


def confirm_tag(article: Article, anna: User) -> None:
    confirm_tags(tags=article.tags.values_list("pk", flat=True), by=anna)


def reject_tag(article: Article, anna: User) -> None:
    reject_tags(tags=article.tags.values_list("pk", flat=True), by=anna)


def add_tag(article: Article, anna: User) -> None:
    add_tags(article=article, entities=[make_entity().pk], by=anna)


class TestTouched:
    """What somebody has changed since is left alone, and named."""

    @pytest.mark.parametrize(
        ("touch", "why"),
        [
            (edit_headline, "anna has changed it"),
            (edit_references, "editor has changed it since: references"),
            (withdraw, "anna has changed it"),
            (withdraw_and_publish, "anna has changed it"),
            (confirm_tag, "anna has decided about its tags"),
            (reject_tag, "anna has decided about its tags"),
            (add_tag, "anna has decided about its tags"),
        ],
    )
    @pytest.mark.parametrize("created", [True, False], ids=["created", "changed"])
    def test_by_an_editor(
        self,
        take_in: Import,
        anna: User,
        touch: Callable[[Article, User], None],
        why: str,
        created: bool,
    ) -> None:
        if not created:
            take_in({**FIRST, "body": "Before."})
        report = take_in(FIRST, {**FIRST, "id": "2", "headline": "Other"})
        touch(Article.objects.get(headline="A"), anna)
        before = everything()
        undone = undo(report)
        assert undone.left_alone == 1
        [left] = undone.left
        assert why in left.why
        assert (left.public_id, left.headline) == (
            Article.objects.get().public_id,
            Article.objects.get().headline,
        )
        after = everything()
        assert [row for row in before["Article"] if row in after["Article"]] == after["Article"]
        again = undo(report)
        assert (again.deleted, again.restored, again.left_alone) == (0, 0, 1)

    @pytest.mark.parametrize("created", [True, False], ids=["created", "changed"])
    def test_by_a_later_import(self, take_in: Import, created: bool) -> None:
        if not created:
            take_in({**FIRST, "body": "Before."})
        report = take_in(FIRST)
        later = take_in({**FIRST, "body": "Later."})
        before = everything()
        undone = undo(report)
        assert (undone.deleted, undone.restored, undone.left_alone) == (0, 0, 1)
        assert undone.left[0].why.startswith(f"Import {later.run and later.run.pk} has changed it")
        assert everything() == before

    @pytest.mark.parametrize("created", [True, False], ids=["created", "changed"])
    def test_by_another_import_between_two_changes_of_this_one(
        self, take_in: Import, created: bool
    ) -> None:
        if not created:
            take_in({**FIRST, "body": "Before."})
        report = take_in(FIRST)
        later = take_in({**FIRST, "references": ["Q"]})
        Article.objects.update(import_run=report.run)
        undone = undo(report)
        assert undone.left_alone == 1
        assert undone.left[0].why == f"Import {later.run and later.run.pk} has changed it since."

    def test_by_who_left_no_evidence(self, take_in: Import) -> None:
        report = take_in(FIRST)
        Tag.objects.update(state="rejected")
        undone = undo(report)
        assert undone.left_alone == 1
        assert undone.left[0].why == "An editor has decided about its tags since."

    def test_a_later_import_that_changed_nothing_did_not_touch_it(self, take_in: Import) -> None:
        report = take_in(FIRST)
        take_in(FIRST)
        assert undo(report).deleted == 1

    def test_a_source_that_is_gone_cannot_come_back(self, take_in: Import) -> None:
        take_in(FIRST)
        report = take_in({**FIRST, "source": "S", "url": "https://a.example/"})
        article = Article.objects.get()
        before = ArticleBefore.objects.get()
        before.state["fields"]["source_id"] = 10_000
        before.save()
        undone = undo(report)
        assert (undone.left_alone, undone.restored) == (1, 0)
        assert "source" in undone.left[0].why
        assert Article.objects.get() == article


class TestNames:
    """Entities and sources that an import made of bare names."""

    @pytest.mark.parametrize(
        "use",
        [
            lambda entity: make_article().tags.create(entity=entity),
            lambda entity: EntityAlias.objects.create(entity=entity, name="Other"),
            lambda entity: make_entity(parent=entity),
            lambda entity: Entity.objects.filter(pk=entity.pk).update(description="Edited."),
            lambda entity: Entity.objects.filter(pk=entity.pk).update(in_texts=True),
            lambda entity: LogEntry.objects.create(
                user=User.objects.create_user("anna"),
                content_type=ContentType.objects.get_for_model(Entity),
                object_id=str(entity.pk),
                action_flag=CHANGE,
            ),
        ],
        ids=["tag", "alias", "child", "description", "in texts", "edited in the admin"],
    )
    def test_an_entity_that_is_needed_stays(
        self, take_in: Import, use: Callable[[Entity], object]
    ) -> None:
        report = take_in(FIRST)
        entity = Entity.objects.get()
        use(entity)
        undone = undo(report)
        assert undone.entities == 0
        assert Entity.objects.filter(pk=entity.pk).exists()

    def test_a_source_that_is_needed_stays(self, take_in: Import) -> None:
        report = take_in(FIRST, {**FIRST, "id": "2", "source": "T"})
        make_article(source=Source.objects.get(name="S"))
        Source.objects.filter(name="T").update(country="DE")
        assert undo(report).sources == 0
        assert Source.objects.count() == 2

    def test_what_another_made_stays(self, take_in: Import) -> None:
        make_entity(name="Quay Front", slug="quay-front")
        Source.objects.create(name="S", slug="s")
        undone = undo(take_in(FIRST))
        assert (undone.entities, undone.sources) == (0, 0)
        assert Entity.objects.count() == Source.objects.count() == 1


class TestRun:
    """Which runs can be undone, and what happens on the way."""

    @pytest.mark.parametrize(
        "process", [{}, {"host": "elsewhere", "pid": 1}, {"host": socket.gethostname(), "pid": 1}]
    )
    def test_one_that_is_running_is_not_undone_unless_it_is_said_to_be_dead(
        self, take_in: Import, process: dict[str, Any]
    ) -> None:
        take_in(FIRST)
        ImportRun.objects.update(state="running", arguments={"process": process})
        run = ImportRun.objects.get()
        with pytest.raises(UndoRefused, match="--force"):
            undo_run(run)
        assert Article.objects.exists()
        undo_run(run, force=True)
        assert not Article.objects.exists()
        assert run.state == "undone"

    def test_one_whose_process_is_gone_is_undone(self, take_in: Import) -> None:
        take_in(FIRST)
        gone = {"host": socket.gethostname(), "pid": 2**22 + 1}  # beyond what Linux gives out
        ImportRun.objects.update(state="running", arguments={"process": gone})
        assert undo_run(ImportRun.objects.get()).deleted == 1

    def test_a_dry_run_writes_nothing(self, take_in: Import, anna: User) -> None:
        take_in(FIRST)
        report = take_in(*({**FIRST, "id": str(number), "body": "B."} for number in range(3)))
        edit_headline(Article.objects.get(supplier_id="2"), anna)
        before = everything()
        undone = undo(report, dry_run=True)
        assert (undone.deleted, undone.restored, undone.left_alone) == (1, 1, 1)
        assert everything() == before
        assert ImportRun.objects.filter(state="undone").count() == 0

    def test_one_that_was_killed_half_way_is_undone_again(
        self, take_in: Import, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(undoing, "BATCH_ARTICLES", 2)
        take_in(*({**FIRST, "id": str(number)} for number in range(5)))
        before = everything()
        report = take_in(*({**FIRST, "id": str(number), "body": "B."} for number in range(10)))

        def stop_after(calls: int) -> Callable[[int, int], None]:
            told: list[int] = []

            def progress(done: int, total: int) -> None:
                told.append(done)
                if len(told) > calls:
                    raise KeyboardInterrupt

            return progress

        for calls in (0, 1, 0, 1):
            with pytest.raises(KeyboardInterrupt):
                undo(report, progress=stop_after(calls))
            assert ImportRun.objects.filter(state="undoing").exists()
        undo(report)
        assert ImportRun.objects.filter(state="undone").exists()
        assert everything() == before
        last = undo(report)
        assert (last.deleted, last.restored, last.left_alone) == (0, 0, 0)

    def test_batches_are_bounded_by_size(
        self, take_in: Import, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(undoing, "BATCH_CHARACTERS", 1_000)
        take_in(*({**FIRST, "id": str(number), "body": "x" * 600} for number in range(4)))
        report = take_in(*({**FIRST, "id": str(number), "body": "B."} for number in range(4)))
        told: list[tuple[int, int]] = []
        assert undo(report, progress=lambda *at: told.append(at)).restored == 4
        assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.skipif(not seeds_folder().is_dir(), reason="the seeds are not in this checkout")
@pytest.mark.parametrize(
    "number", [200, pytest.param(10_000, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_a_large_import_leaves_no_trace_but_the_ledger(
    whoosh_engine: SearchEngine, tmp_path: Path, number: int
) -> None:
    load_seeds(vocabulary_only=True)
    records = [json.loads(line) for line in corpus.lines(number)]
    path = tmp_path / "articles.jsonl"

    def send(records: list[dict[str, Any]], *, index: bool = True) -> ImportReport:
        path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
        return import_paths(paths=[str(path)], processes=1, index=index)

    send(records[: number // 10], index=False)
    before = everything()
    changed = [
        {**record, "body": f"{record['body']}\n\nMoscow and Kyiv.", "topics": ["New"]}
        for record in records
    ]
    report = send(changed)
    assert (report.created, report.updated) == (number - number // 10, number // 10)
    undone = undo(report)
    assert (undone.deleted, undone.restored) == (report.created, report.updated)
    assert undone.left_alone == 0
    assert everything() == before
    outbox.drain()
    assert verify_index(engine=whoosh_engine).sound
