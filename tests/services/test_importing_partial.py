"""Records that speak of some fields alone: of articles that are there, these change."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.models import (
    Article,
    ArticleVersion,
    Entity,
    ImportRecord,
    Origin,
    OutboxRow,
    Outcome,
    Status,
    Tag,
    TagState,
)
from archive.services.importing import import_paths
from archive.services.importing_profiles import columns_of
from archive.services.importing_report import ImportReport
from archive.services.undoing import undo_run
from tests.factories import make_entity
from tests.services.snapshot import archive_contents

pytestmark = pytest.mark.django_db

Send = Callable[..., ImportReport]
WHOLE: dict[str, Any] = {
    "id": "1",
    "source": "Quay",
    "headline": "Fog in Izmir",
    "body": "Text.",
    "summary": "Fog.",
    "language": "en",
    "section": "World",
    "page": "4",
    "published": "2025",
    "topics": ["Sea"],
    "persons": ["Ada Quill"],
    "references": ["R"],
}


@pytest.fixture
def send(tmp_path: Path) -> Send:
    """Import a file of some content with the source Quay."""

    def send(
        content: str | dict[str, Any], name: str = "some.csv", dry_run: bool = False, **options: Any
    ) -> ImportReport:
        if isinstance(content, dict):
            content, name = json.dumps(content), "whole.jsonl"
        path = tmp_path / name
        path.write_text(content)
        return import_paths(
            paths=[str(path)], index=False, dry_run=dry_run, **{"source": "Quay", **options}
        )

    return send


def the_article() -> Article:
    return Article.objects.get(supplier_id="1")


def tags(kind: str) -> list[str]:
    found = Tag.objects.filter(entity__kind=kind, evidence__origin=Origin.IMPORT)
    return sorted(found.values_list("entity__name", flat=True))


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.rejected


def test_these_columns_change_and_no_others(send: Send) -> None:
    send(WHOLE)
    before = the_article()
    OutboxRow.objects.all().delete()
    report = send("id;Section;page\n1;Local;\n")
    assert counts(report) == (0, 1, 0, 0)
    article = the_article()
    assert (article.section, article.page) == ("Local", "4")
    for name in ("headline", "body", "summary", "published", "language", "source_id"):
        assert getattr(article, name) == getattr(before, name)
    assert (article.version, article.revision) == (2, 2)
    assert ArticleVersion.objects.get().content["section"] == "World"
    assert (article.record_hash, article.received_id) == (before.record_hash, before.received_id)
    assert article.import_run == report.run
    assert (tags("topic"), tags("person")) == (["Sea"], ["Ada Quill"])
    assert [each.label for each in article.references.all()] == ["R"]
    assert OutboxRow.objects.filter(public_id=article.public_id).exists()


def test_again_is_no_change_nor_is_the_whole_record(send: Send) -> None:
    some = "id;section;topics\n1;Local;Fog|Ice\n"
    send(WHOLE)
    send(some)
    contents = archive_contents()
    OutboxRow.objects.all().delete()
    for report in (send(some), send(WHOLE), send(some), send(WHOLE)):
        assert counts(report) == (0, 0, 1, 0)
    assert archive_contents() == contents
    assert (the_article().section, the_article().revision) == ("Local", 2)
    assert not OutboxRow.objects.exists()
    # A whole record that says something new counts in all that it says.
    assert counts(send({**WHOLE, "page": "5"})) == (0, 1, 0, 0)
    assert (the_article().section, tags("topic")) == ("World", ["Sea"])
    assert counts(send(some)) == (0, 1, 0, 0)
    assert counts(send({**WHOLE, "page": "5"})) == (0, 0, 1, 0)
    assert (the_article().section, the_article().page) == ("Local", "5")


def test_two_files_of_one_import_do_not_change_it_to_and_fro(send: Send, tmp_path: Path) -> None:
    send(WHOLE)
    (tmp_path / "whole.jsonl").unlink()
    (tmp_path / "a.csv").write_text("id,section\n1,A\n1,B\n")
    (tmp_path / "b.csv").write_text("id,section,page\n1,C,9\n")
    paths = [str(tmp_path)]
    assert counts(import_paths(paths=paths, source="Quay", index=False)) == (0, 3, 0, 0)
    contents = archive_contents()
    assert counts(import_paths(paths=paths, source="Quay", index=False)) == (0, 0, 3, 0)
    assert archive_contents() == contents
    assert (the_article().section, the_article().page) == ("C", "9")


def test_the_same_row_under_other_columns_is_another_record(send: Send) -> None:
    send(WHOLE)
    send("id,section\n1,9\n")
    assert counts(send("id,page\n1,9\n")) == (0, 1, 0, 0)
    assert the_article().page == "9"


@pytest.mark.parametrize(
    ("columns", "cells", "name", "expected"),
    [
        ("summary", "New.", "summary", "New."),
        ("published", "2024-05", "published", "2024-05"),
        ("published", "(empty)", "published", ""),
        ("section", "(empty)", "section", ""),
        ("bylines", "A|B", "bylines", ["A", "B"]),
        ("url", "https://a.example/", "canonical_url", "https://a.example/"),
        ("status", "withdrawn", "status", "withdrawn"),
        ("status", "draft", "status", "draft"),
        ("access", "snippet", "access", "snippet"),
        ("version", "7", "supplier_version", ""),
        ("version,page", "7,8", "supplier_version", "7"),
        ("source,page", "Quay,8", "page", "8"),
    ],
)
def test_what_a_column_changes(
    send: Send, columns: str, cells: str, name: str, expected: object
) -> None:
    send(WHOLE)
    send(f"id,{columns}\n1,{cells}\n")
    assert getattr(the_article(), name) == expected
    assert the_article().headline == "Fog in Izmir"


def test_dates_change_whole(send: Send) -> None:
    send({**WHOLE, "published": "2025-06-02T10:15:00+03:00"})
    send("id,published\n1,2024\n")
    article = the_article()
    assert (article.published, article.published_at, article.published_offset) == (
        "2024",
        None,
        None,
    )


def test_lists_change_by_their_own_column(send: Send) -> None:
    make_entity("place", name="Izmir")
    send(WHOLE)
    assert counts(send("id,topics,references\n1,Ice,(empty)\n")) == (0, 1, 0, 0)
    assert (tags("topic"), tags("person")) == (["Ice"], ["Ada Quill"])
    assert not the_article().references.exists()
    assert Tag.objects.filter(entity__name="Izmir", origin=Origin.GAZETTEER).exists()
    assert counts(send("id,persons,references\n1,(empty),\n")) == (0, 1, 0, 0)
    assert (tags("topic"), tags("person")) == (["Ice"], [])
    assert counts(send("id,persons,references\n1,(empty),\n")) == (0, 0, 1, 0)


def test_what_editors_decided_of_tags_stays(send: Send) -> None:
    send(WHOLE)
    tag = Tag.objects.get(entity__name="Sea")
    tag.state = TagState.REJECTED
    tag.save()
    send("id,topics\n1,Sea|Ice\n")
    tag.refresh_from_db()
    assert tag.state == TagState.REJECTED
    assert counts(send("id,topics\n1,Ice|Sea\n")) == (0, 0, 1, 0)


def test_an_unknown_id_is_rejected_with_its_line(send: Send) -> None:
    send(WHOLE)
    report = send("id,section\n9,Local\n1,Local\n")
    assert counts(report) == (0, 1, 0, 1)
    (reject,) = report.rejects
    assert reject.line == 2
    assert "no article with the id “9” of “Quay”" in reject.reason
    row = ImportRecord.objects.get(outcome=Outcome.REJECTED)
    assert (row.reason, row.line) == (reject.reason, 2)
    assert row.received is not None
    assert bytes(row.received.content) == b"9,Local\n"
    report = send("id,section\n1,Other\n", source="Mole")
    assert "of “Mole”" in report.rejects[0].reason
    assert Article.objects.count() == 1
    assert not Entity.objects.filter(name="Mole").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,section\n,Local\n", "no `id`"),
        ("id,status\n1,(empty)\n", "cannot be emptied"),
        ("id,published\n1,soon\n", "not a date"),
        ("id,source\n1,Quay\n", "neither `headline` nor `body`"),
        ("id,weather\n1,fair\n", "neither `headline` nor `body`"),
        ("section\nLocal\n", "neither `headline` nor `body`"),
        # Columns for words are there: the row is a whole record that lacks them.
        ("id,headline,section\n1,,Local\n", "neither `headline` nor `body`"),
    ],
)
def test_rows_that_change_nothing(send: Send, content: str, said: str) -> None:
    send(WHOLE)
    report = send(content)
    assert counts(report) == (0, 0, 0, 1)
    assert said in report.rejects[0].reason
    assert the_article().revision == 1


def test_a_row_of_an_id_alone_says_nothing(send: Send) -> None:
    send(WHOLE)
    assert counts(send("id,section,topics\n1,,\n")) == (0, 0, 1, 0)


def test_an_object_of_json_lines(send: Send) -> None:
    send(WHOLE)
    some = '{"id": "1", "section": "", "page": null, "places": ["Izmir"]}\n'
    assert counts(send(some, "some.jsonl")) == (0, 1, 0, 0)
    assert (the_article().section, the_article().page, tags("place")) == ("", "4", ["Izmir"])
    assert counts(send(some, "some.jsonl")) == (0, 0, 1, 0)
    empty = '{"id": "1", "section": "Local", "headline": ""}\n'
    assert counts(send(empty, "some.jsonl")) == (0, 0, 0, 1)


def test_columns_of_a_supplier(send: Send) -> None:
    send(WHOLE)
    columns = columns_of(given=["Nr=id", "Tags=topics:,", "Am=published:%d.%m.%Y"])
    send("Nr;Tags;Am\n1;Ice,Fog;(empty)\n", columns=columns)
    assert (tags("topic"), the_article().published) == (["Fog", "Ice"], "")
    columns = columns_of(given=["//i=record", "@nr=id", "desk=section"])
    send('<r><i nr="1"><desk>Local</desk></i></r>', "a.xml", columns=columns)
    columns = columns_of(given=["nr=id", "desk.page=page"])
    send('[{"nr": 1, "desk": {"page": 9}}]', "a.json", columns=columns)
    assert (the_article().section, the_article().page) == ("Local", "9")
    assert the_article().headline == "Fog in Izmir"


def test_what_an_editor_changed_stays_and_the_rest_is_proposed_once(send: Send) -> None:
    send(WHOLE)
    article = the_article()
    article.section, article.edited_fields = "Edited", ["section", "references"]
    article.save()
    some = "id,section,references\n1,Local,S\n"
    assert counts(send(some)) == (0, 1, 0, 0)
    assert the_article().section == "Edited"
    assert dict(the_article().proposals.values_list("field", "value")) == {
        "section": "Local",
        "references": [["S", ""]],
    }
    assert [each.label for each in article.references.all()] == ["R"]
    revision = the_article().revision
    report = send(some)
    assert counts(report) == (0, 0, 1, 0)
    assert the_article().revision == revision


def test_an_older_version_changes_nothing(send: Send) -> None:
    send({**WHOLE, "version": "5"})
    assert counts(send("id,version,section\n1,4,Local\n")) == (0, 0, 1, 0)
    assert counts(send("id,version,section\n1,6,Local\n")) == (0, 1, 0, 0)
    assert the_article().supplier_version == "6"


def test_a_trial_tells_what_would_change(send: Send, tmp_path: Path) -> None:
    send(WHOLE)
    some = "id,section,topics,page\n1,Local,Ice,4\n9,X,,\n"
    report = send(some, dry_run=True)
    assert counts(report) == (0, 1, 0, 1)
    (change,) = report.changes
    assert change.fields == {"section": ("World", "Local"), "topic": (["Sea"], ["Ice"])}
    assert the_article().section == "World"
    send(some)
    assert counts(send(some, dry_run=True)) == (0, 0, 1, 1)
    # What comes before in the same import is there by then.
    (tmp_path / "some.csv").unlink()
    (tmp_path / "a.jsonl").write_text(json.dumps({**WHOLE, "id": "2"}))
    (tmp_path / "b.csv").write_text("id,section\n2,Local\n")
    report = import_paths(paths=[str(tmp_path)], source="Quay", dry_run=True)
    assert counts(report) == (1, 1, 1, 0)


def test_an_import_of_some_columns_can_be_taken_back(send: Send) -> None:
    send(WHOLE)
    contents = archive_contents()
    run = send("id,section,topics,references,status\n1,Local,Ice,S,draft\n").run
    assert run is not None
    assert the_article().status == Status.DRAFT
    undo_run(run)
    assert archive_contents() == contents
    assert the_article().section == "World"
