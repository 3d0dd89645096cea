"""What a later record changes of an article, and what it must leave alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from archive.models import (
    AccessLevel,
    Article,
    Entity,
    ImportRun,
    Origin,
    OutboxRow,
    Proposal,
    PublicEpoch,
    Source,
    Status,
    Tag,
    TagEvidence,
    TagState,
)
from archive.models.article import CONTENT_FIELDS
from archive.search.document import Shelf
from archive.services import importing_batch, importing_store, outbox
from archive.services.engine import get_engine
from archive.services.importing import import_paths
from archive.services.importing_report import ImportReport
from tests.factories import make_entity
from tests.services.snapshot import row_counts

pytestmark = pytest.mark.django_db

Send = Callable[..., ImportReport]
FIRST = {"id": "1", "headline": "A", "body": "First.", "source": "S", "language": "en"}


@pytest.fixture
def send(tmp_path: Path) -> Send:
    """Import one record: the first one with the fields given."""

    def send(**fields: Any) -> ImportReport:
        path = tmp_path / "record.jsonl"
        path.write_text(json.dumps({**FIRST, **fields}))
        return import_paths(paths=[str(path)], index=False)

    return send


def the_article() -> Article:
    return Article.objects.select_related("source").get()


def edit(**fields: Any) -> None:
    """Change the article as an editor would."""
    article = the_article()
    for name, value in fields.items():
        setattr(article, name, value)
    article.edited_fields = sorted({*article.edited_fields, *fields})
    article.save()


def test_a_changed_record_changes_the_article(send: Send) -> None:
    send()
    created = the_article()
    OutboxRow.objects.all().delete()
    report = send(body="Second.", published="2025-06", references=["R"])
    assert (report.created, report.updated) == (0, 1)
    article = the_article()
    assert (article.body, article.published) == ("Second.", "2025-06")
    assert article.published_lower is not None
    assert (article.version, article.revision) == (2, 2)
    assert article.updated_at > created.updated_at
    assert article.import_run == report.run != created.import_run
    assert article.received != created.received
    version = article.versions.get()
    assert (version.number, version.run) == (1, report.run)
    assert version.content["body"] == "First."
    assert set(version.content) == set(CONTENT_FIELDS)
    assert [reference.label for reference in article.references.all()] == ["R"]
    assert OutboxRow.objects.filter(public_id=article.public_id, hides=False).count() == 1


def test_what_a_record_no_longer_says_goes(send: Send) -> None:
    send(summary="S.", published="2025", references=["R", "Q"], section="World")
    send(references=["Q"])
    article = the_article()
    assert (article.summary, article.published, article.section) == ("", "", "")
    assert article.published_lower is None
    assert [reference.label for reference in article.references.all()] == ["Q"]


def test_a_change_of_references_alone_is_no_new_version(send: Send) -> None:
    send()
    send(references=["R"])
    article = the_article()
    assert (article.version, article.revision, article.versions.count()) == (1, 2, 0)
    assert article.references.count() == 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"status": "draft"}, {"status": Status.DRAFT}),
        ({"access": "metadata"}, {"access": AccessLevel.METADATA}),
        (
            {"embargo": "2999-01-01T00:00:00Z"},
            {"embargo_until": datetime(2999, 1, 1, tzinfo=UTC)},
        ),
    ],
)
def test_silence_publishes_nothing(
    send: Send, said: dict[str, str], kept: dict[str, object]
) -> None:
    send(**said)
    send(body="Second.")
    article = the_article()
    assert article.body == "Second."
    assert {name: getattr(article, name) for name in kept} == kept


@pytest.mark.parametrize(
    ("said", "changed"),
    [
        ({"status": "draft"}, {"status": Status.DRAFT}),
        ({"status": "withdrawn"}, {"status": Status.WITHDRAWN}),
        ({"access": "snippet"}, {"access": AccessLevel.SNIPPET}),
        (
            {"embargo": "2999-01-01T00:00:00Z"},
            {"embargo_until": datetime(2999, 1, 1, tzinfo=UTC)},
        ),
    ],
)
def test_what_closes_an_article_hides_it_at_once(
    send: Send, said: dict[str, str], changed: dict[str, object]
) -> None:
    send()
    outbox.drain()
    send(**said)
    article = the_article()
    assert {name: getattr(article, name) for name in changed} == changed
    assert outbox.pending_removals() == {article.public_id}
    outbox.drain()
    public = article.public_id in get_engine().versions(Shelf.PUBLIC)
    assert public == article.is_public()


def test_what_opens_an_article_hides_nothing(send: Send) -> None:
    send(status="draft", access="metadata")
    outbox.drain()
    send(status="published", access="full")
    assert not outbox.pending_removals()
    outbox.drain()
    assert the_article().public_id in get_engine().versions(Shelf.PUBLIC)


class TestEditors:
    """What an editor decided stays."""

    @pytest.mark.parametrize(
        ("edited", "sent"),
        [
            ({"headline": "Edited"}, {"headline": "B"}),
            ({"bylines": ["Bo Reed"]}, {"bylines": ["Ada Quill"]}),
            ({"access": "metadata"}, {"access": "full"}),
            ({"status": "draft"}, {"status": "published"}),
            ({"language": "fr"}, {"language": "de"}),
            ({"embargo_until": None}, {"embargo": "2999-01-01T00:00:00Z"}),
        ],
    )
    def test_an_edited_field(
        self, send: Send, edited: dict[str, Any], sent: dict[str, Any]
    ) -> None:
        send()
        edit(**edited)
        assert send(body="Second.", **sent).updated == 1
        article = the_article()
        assert {name: getattr(article, name) for name in edited} == edited
        assert article.body == "Second."
        assert send(body="Second.", **sent).unchanged == 1

    def test_an_edited_date_stays_with_all_that_follows_from_it(self, send: Send) -> None:
        send(published="2025-06-02T10:00:00+03:00")
        article = the_article()
        article.set_published("1998")
        article.edited_fields = ["published", "published_at", "published_offset"]
        article.save()
        send(published="2025-06-03T10:00:00+03:00")
        article = the_article()
        assert article.published == "1998"
        assert article.published_lower is not None
        assert article.published_lower.year == 1998
        assert (article.published_at, article.published_offset) == (None, None)

    def test_an_edited_source(self, send: Send) -> None:
        send(url="https://a.example/1", id=None)
        source = Source.objects.create(name="Other", slug="other")
        article = the_article()
        article.source = source
        article.edited_fields = ["source_id"]
        article.save()
        send(url="https://a.example/1", id=None, body="Second.")
        assert the_article().source == source
        assert the_article().body == "Second."

    def test_edited_references(self, send: Send) -> None:
        send(references=["R"])
        Article.objects.update(edited_fields=["references"])
        send(references=["Q"])
        assert [reference.label for reference in the_article().references.all()] == ["R"]

    def test_a_withdrawn_article_stays_withdrawn(self, send: Send) -> None:
        send()
        Article.objects.update(status=Status.WITHDRAWN)
        send(body="Second.", status="published")
        article = the_article()
        assert (article.status, article.body) == (Status.WITHDRAWN, "Second.")


class TestProposals:
    """What a supplier says of a field that an editor has changed waits beside it."""

    def waiting(self) -> dict[str, Any]:
        return dict(Proposal.objects.values_list("field", "value"))

    def test_it_waits_until_it_agrees(self, send: Send) -> None:
        send(published="2025")
        edit(headline="Edited", published="2024")
        send(headline="Corrected", published="2025-06")
        assert self.waiting() == {"headline": "Corrected", "published": "2025-06"}
        assert the_article().headline == "Edited"
        send(headline="Edited", published="2025-07")
        assert self.waiting() == {"published": "2025-07"}

    def test_what_no_editor_touched_needs_no_proposal(self, send: Send) -> None:
        send()
        edit(headline="Edited")
        send(body="Second.")
        assert the_article().body == "Second."
        assert "body" not in self.waiting()


class TestTags:
    """Tags through a second import."""

    def tag_of(self, name: str) -> Tag | None:
        return Tag.objects.filter(entity__name=name).first()

    def test_tags_follow_the_record_and_the_text(self, send: Send) -> None:
        make_entity(name="Velmora", slug="velmora")
        make_entity(name="Tarsia", slug="tarsia")
        send(body="Velmora met.", parties=["Quay Front"])
        assert {tag.entity.name for tag in Tag.objects.all()} == {"Velmora", "Quay Front"}
        send(body="Tarsia met. Tarsia left.", parties=["Mole Front"])
        assert {tag.entity.name for tag in Tag.objects.all()} == {"Tarsia", "Mole Front"}
        found = self.tag_of("Tarsia")
        assert found is not None
        assert (found.count, found.origin) == (2, Origin.GAZETTEER)
        assert TagEvidence.objects.count() == 2

    @pytest.mark.parametrize("state", [TagState.REJECTED, TagState.CONFIRMED])
    @pytest.mark.parametrize("named", [True, False])
    def test_an_editor_has_the_last_word(self, send: Send, state: TagState, named: bool) -> None:
        make_entity(name="Velmora", slug="velmora")
        send(body="Velmora met.", parties=["Velmora"])
        tag = Tag.objects.get()
        tag.state, tag.origin = state, Origin.EDITOR
        tag.save()
        TagEvidence.objects.create(tag=tag, origin=Origin.EDITOR)
        if named:
            send(body="Velmora met. Velmora left.", parties=["Velmora"])
        else:
            send(body="Nobody met.")
        tag.refresh_from_db()
        assert (tag.state, tag.origin) == (state, Origin.EDITOR)
        assert tag.count == (2 if named else 0)
        expected = {"editor", "import", "gazetteer"} if named else {"editor"}
        assert set(tag.evidence.values_list("origin", flat=True)) == expected

    def test_a_tag_that_an_editor_added_stays(self, send: Send) -> None:
        send()
        entity = make_entity(name="Velmora")
        Tag.objects.create(article=the_article(), entity=entity)
        send(body="Second.")
        assert Tag.objects.get().entity == entity

    def test_an_unchanged_record_brings_no_rejected_tag_back(self, send: Send) -> None:
        send(parties=["Velmora"])
        Tag.objects.update(state=TagState.REJECTED)
        send(parties=["Velmora"])
        assert Tag.objects.get().state == TagState.REJECTED

    def test_text_that_an_editor_wrote_is_what_is_looked_at(self, send: Send) -> None:
        make_entity(name="Velmora", slug="velmora")
        send()
        edit(body="Velmora met.")
        send(body="Second.")
        assert self.tag_of("Velmora") is not None


class TestTransaction:
    """A batch goes in whole or not at all."""

    @pytest.fixture
    def failing(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Exception], list[int]]:
        """Let the last step of a batch fail a number of times; returns the calls."""

        def fail(times: int, error: Exception) -> list[int]:
            calls: list[int] = []

            def failing(*args: Any, **options: Any) -> None:
                calls.append(1)
                if len(calls) <= times:
                    raise error
                importing_store.store_ledger(*args, **options)

            monkeypatch.setattr(importing_batch, "store_ledger", failing)
            return calls

        return fail

    def test_a_failure_leaves_nothing_behind(
        self, send: Send, failing: Callable[[int, Exception], list[int]]
    ) -> None:
        before = row_counts()
        failing(1, OSError("the disk is full"))
        with pytest.raises(OSError, match="the disk is full"):
            send(parties=["P"], source="New")
        assert row_counts() == before

    def test_a_conflict_with_another_writer_is_tried_again(
        self, send: Send, failing: Callable[[int, Exception], list[int]]
    ) -> None:
        calls = failing(2, IntegrityError("someone was faster"))
        assert send(parties=["P"], source="New").created == 1
        assert len(calls) == 3
        assert (Article.objects.count(), Entity.objects.count()) == (1, 1)
        assert Tag.objects.get().evidence.count() == 1

    def test_a_conflict_that_stays_is_raised(
        self, send: Send, failing: Callable[[int, Exception], list[int]]
    ) -> None:
        failing(3, IntegrityError("someone was faster"))
        with pytest.raises(IntegrityError):
            send()

    def test_a_failed_run_is_said_to_have_failed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("archive.services.importing_reading.BATCH_RECORDS", 1)
        path = tmp_path / "two.jsonl"
        path.write_text('{"headline": "A"}\n{"headline": "B"}\n')

        def stop(progress: object) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            import_paths(paths=[str(path)], progress=stop)
        run = ImportRun.objects.get()
        assert (run.state, run.created) == ("failed", 1)

    def test_the_epoch_grows_with_what_the_public_sees(self, send: Send) -> None:
        send()
        first = PublicEpoch.objects.get().value
        send()
        assert PublicEpoch.objects.get().value == first
        send(body="Second.")
        assert PublicEpoch.objects.get().value > first
