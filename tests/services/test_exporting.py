"""What is handed out: all that a search finds, no more than may be seen, to be taken in again."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from archive.exceptions import QueryError, SearchIndexError, UnknownFormat
from archive.models import (
    Article,
    ArticleReference,
    Entity,
    EntityIdentifier,
    EntityKind,
    ReceivedDocument,
    Source,
    Status,
    Synonym,
    TagState,
)
from archive.search.request import Sort
from archive.services import exporting_records, outbox
from archive.services.engine import get_engine
from archive.services.exporting import FORMATS, ExportReport, export_articles, matching_articles
from archive.services.exporting_targets import CannotWrite
from archive.services.importing import import_paths
from archive.services.questions import SearchQuestion
from tests.factories import make_article, make_entity, make_source, make_tag
from tests.formats.bags import problems_of

pytestmark = pytest.mark.django_db

CANARY = "zanzibarquux"
EVERYTHING = SearchQuestion()
Export = Callable[..., ExportReport]


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Export as JSON Lines to ``out``, unless told otherwise."""

    def run(question: SearchQuestion = EVERYTHING, **options: Any) -> ExportReport:
        given = {"format": "jsonl", "output": str(tmp_path / "out"), **options}
        outbox.drain()
        return export_articles(question=question, **given)

    return run


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def canary_articles() -> Iterator[Article]:
    """Articles of which the public may see nothing, or nothing of the text."""
    hidden = make_source(name="Hidden", slug="hidden", visible=False)
    for fields in (
        {"status": Status.DRAFT},
        {"embargo_until": timezone.now() + timedelta(days=1)},
        {"status": Status.WITHDRAWN, "withdrawal_reason": CANARY},
        {"source": hidden},
    ):
        article = make_article(
            headline=f"Talks {CANARY}", summary=CANARY, body=CANARY, bylines=[CANARY], **fields
        )
        make_tag(article, make_entity(name=f"{CANARY} {article.pk}"))
        ArticleReference.objects.create(article=article, label=CANARY)
        yield article
    for access in ("metadata", "snippet"):
        closed = make_article(
            headline="Talks in view",
            summary="" if access == "metadata" else "In short.",
            body=f"{'Long ' * 100}{CANARY}",
            access=access,
            received=ReceivedDocument.objects.create(
                sha256=sha256(access.encode()).hexdigest(), content=CANARY.encode(), format="text"
            ),
        )
        closed.body += " Corrected."
        closed.save()
        label = CANARY if access == "metadata" else "A source"
        ArticleReference.objects.create(article=closed, label=label)
        yield closed
    make_tag(closed, make_entity(name=f"{CANARY} no"), TagState.REJECTED)
    make_tag(closed, make_entity(name=f"{CANARY} perhaps"), TagState.SUGGESTED)


def all_bytes(path: Path) -> bytes:
    if path.is_dir():
        return b"".join(
            bytes(inner.relative_to(path)) + all_bytes(inner) for inner in sorted(path.rglob("*"))
        )
    content = path.read_bytes() if path.is_file() else b""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            content = b"".join(packed.read(name) for name in packed.namelist())
    return content


@pytest.mark.parametrize("question", [EVERYTHING, SearchQuestion(text="talks")])
@pytest.mark.parametrize(
    ("format", "output"), [*((name, "out") for name in FORMATS), ("nitf", "out.zip")]
)
def test_nothing_leaks(
    export: Export, tmp_path: Path, format: str, output: str, question: SearchQuestion
) -> None:
    make_article(headline="Talks for all", body="A text in view.")
    list(canary_articles())
    report = export(question, format=format, output=str(tmp_path / output))
    assert report.written == 3
    content = all_bytes(tmp_path / output)
    assert b"A text in view." in content
    assert CANARY.encode() not in content
    staff = export(question, format=format, output=str(tmp_path / f"staff-{output}"), staff=True)
    assert staff.written == 7
    assert all_bytes(tmp_path / f"staff-{output}").count(CANARY.encode()) > 7


def test_no_words_find_what_is_hidden(export: Export, tmp_path: Path) -> None:
    *_, snippet = canary_articles()
    export(SearchQuestion(text=CANARY, literally=True))
    # Its words may be searched for by anyone, and read by nobody.
    assert [line["access"] for line in lines(tmp_path / "out")] == [snippet.access]
    assert CANARY.encode() not in all_bytes(tmp_path / "out")
    report = export(SearchQuestion(text=f"byline:{CANARY}"), output=str(tmp_path / "none"))
    assert (report.found, report.written) == (0, 0)
    assert not (tmp_path / "none").exists()


def test_an_article_without_a_text_in_view_says_so(export: Export, tmp_path: Path) -> None:
    make_article(headline="", body="Hidden words.", access="metadata")
    export()
    assert lines(tmp_path / "out") == [
        {
            "headline": "Without a headline",
            "language": "en",
            "published": "2025-06-02",
            "access": "metadata",
        }
    ]


RECORD = {
    "id": "x-1",
    "headline": "Talks",
    "summary": "In short.",
    "body": "A text.\n\nMore <of> it.",
    "language": "en",
    "published": "2025-06-02T10:15:00+03:00",
    "source": "The Quay",
    "section": "World",
    "page": "4",
    "edition": "Late",
    "url": "https://quay.example/1",
    "bylines": ["Ada Quill"],
    "status": "draft",
    "embargo": "2035-06-02T15:00:00+00:00",
    "credit": "Wire",
    "usage_terms": "None.",
    "access": "snippet",
    "topics": ["Peace"],
    "parties": [{"name": "Russia", "identifiers": {"wikidata": "Q159"}}],
    "references": [{"label": "B", "url": "https://b.example/"}, {"label": "C"}],
}
MORE: tuple[dict[str, Any], ...] = (
    {"headline": "By its address", "url": "https://quay.example/2"},
    {"headline": "By its words", "body": "These.", "published": "1998~", "source": "The Quay"},
    {"headline": "", "body": "No headline.", "published": ""},
)


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_an_empty_archive_makes_the_same_of_it(
    take_in: Callable[..., Any], export: Export, tmp_path: Path, format: str
) -> None:
    take_in(RECORD, *MORE)
    before = snapshot()
    output = tmp_path / f"out.{format}"
    export(format=format, output=str(output), staff=True)
    if format == "jsonl":
        (first,) = [line for line in lines(output) if line.get("id") == "x-1"]
        assert first == RECORD
    for model in (Article, Entity, Source):
        model.objects.all().delete()
    report = import_paths(paths=[str(output)], index=False)
    assert (report.created, report.rejected) == (4, 0)
    after = snapshot()
    if format == "csv":
        for articles in (before, after):
            for article in articles.values():
                article["identifiers"] = []
    assert after == before


def snapshot() -> dict[str, dict[str, Any]]:
    return {
        article.public_id: {
            **{name: value for name, value in article.content().items() if name != "source_id"},
            "source": article.source and (article.source.slug, article.source.name),
            "tags": sorted((tag.entity.kind, tag.entity.slug) for tag in article.tags.all()),
            "identifiers": sorted(
                EntityIdentifier.objects.filter(entity__tags__article=article).values_list(
                    "entity__slug", "scheme", "value"
                )
            ),
            "references": [(one.label, one.url) for one in article.references.all()],
        }
        for article in Article.objects.select_related("source")
    }


@pytest.mark.parametrize("format", ["ninjs", "nitf", "newsml-g2"])
def test_other_formats_keep_the_identity_that_a_supplier_gives(
    take_in: Callable[..., Any], export: Export, tmp_path: Path, format: str
) -> None:
    take_in(RECORD)
    output = tmp_path / ("out" if format == "nitf" else "out.data")
    export(format=format, output=str(output), staff=True)
    (before,) = snapshot().items()
    Article.objects.all().delete()
    import_paths(paths=[str(output)], format=format, index=False)
    ((public_id, after),) = snapshot().items()
    assert public_id == before[0]
    same = ("headline", "summary", "body", "published_at", "status", "embargo_until", "source")
    assert [after[name] for name in same] == [before[1][name] for name in same]


@pytest.mark.parametrize("format", ["ninjs", "newsml-g2"])
def test_an_identifier_that_is_demanded_lasts(export: Export, tmp_path: Path, format: str) -> None:
    article = make_article()
    identifier = f"urn:x-news-archive:{article.public_id}"
    for headline in ("Before", "After"):
        article.headline = headline
        article.save()
        export(format=format, replace_output=True)
        content = (tmp_path / "out").read_text()
        assert headline in content
        assert identifier in content


def test_the_supplier_s_version_is_handed_out(export: Export, tmp_path: Path) -> None:
    make_article(supplier_version="7")
    export()
    assert lines(tmp_path / "out")[0]["version"] == "7"


def test_a_source_goes_by_the_name_that_leads_back_to_it() -> None:
    named = make_source(name="The Quay", slug="the-quay")
    renamed = make_source(name="The New Quay", slug="the-old-quay")
    assert exporting_records.source_name(named) == "The Quay"
    assert exporting_records.source_name(renamed) == "the-old-quay"


def test_only_tags_that_count_are_handed_out(export: Export, tmp_path: Path) -> None:
    article = make_article()
    for state in TagState:
        make_tag(article, make_entity(EntityKind.TOPIC, name=state.value, slug=state.value), state)
    export()
    assert set(lines(tmp_path / "out")[0]["topics"]) == {"automatic", "confirmed"}


def test_a_search_is_the_same_question_everywhere(export: Export, tmp_path: Path) -> None:
    party = make_entity(EntityKind.PARTY, name="Åland", slug="aland")
    for published in ("2024-01-05", "2025-06-02", "2025-07-01", ""):
        make_tag(make_article(headline=f"Truce {published}".strip(), published=published), party)
    make_article(headline="Truce elsewhere", published="2025-06-03")
    Synonym.objects.create(terms="lull\ntruce")

    def found(**given: Any) -> list[str]:
        report = export(SearchQuestion(**given), output=str(tmp_path / "out"), replace_output=True)
        return [line["headline"] for line in lines(tmp_path / "out")] if report.found else []

    newest = ["Truce 2025-07-01", "Truce 2025-06-02", "Truce 2024-01-05", "Truce"]
    assert found(chosen={"party": ("aland",)}) == newest
    assert found(chosen={"party": ("Åland",)}, sort=Sort.OLDEST) == [*newest[2::-1], "Truce"]
    assert found(text="lull", chosen={"party": ("aland",)}, dates=("2025",)) == newest[:2]
    assert found(text="lull", literally=True) == []
    assert found(date_from="2025-06-03", date_to="2025-06") == ["Truce elsewhere"]
    assert found(dates=("none",)) == ["Truce"]
    assert found(page=3, page_size=1) == [newest[0], "Truce elsewhere", *newest[1:]]
    assert found(sort=Sort.OLDEST)[0] == "Truce 2024-01-05"
    everything = export(SearchQuestion(sort=Sort.OLDEST), staff=True, output=str(tmp_path / "all"))
    assert everything.found == 5
    assert [line["headline"] for line in lines(tmp_path / "all")][::4] == [newest[2], "Truce"]


def test_staff_find_by_the_same_filters(export: Export, tmp_path: Path) -> None:
    list(canary_articles())
    report = export(SearchQuestion(text=CANARY, date_from="2025", date_to="2025-06"), staff=True)
    # Of what the public may read by its headline alone, the index holds no more than that.
    assert report.found == 5
    assert {line["status"] for line in lines(tmp_path / "out")} == set(Status.values)
    one = Article.objects.filter(status=Status.DRAFT).get()
    entity = one.tags.get().entity
    export(
        SearchQuestion(chosen={"party": (entity.slug,)}),
        staff=True,
        output=str(tmp_path / "one"),
    )
    assert [line["parties"] for line in lines(tmp_path / "one")] == [[entity.name]]


def test_paging_ends_earlier_than_an_export(export: Export, archive_config: Settings) -> None:
    archive_config.ARCHIVE = {**archive_config.ARCHIVE, "MAX_RESULTS": 2, "PAGE_SIZE": 1}
    for _ in range(5):
        make_article(headline="Truce")
    assert export(SearchQuestion(text="truce")).written == 5


def test_every_hit_of_the_engine_on_disk(
    whoosh_engine: object, export: Export, tmp_path: Path
) -> None:
    for number in range(5):
        make_article(headline=f"Truce {number}", body="truce " * number)
    for question in (
        SearchQuestion(text="truce"),
        SearchQuestion(text="truce", sort=Sort.NEWEST),
        SearchQuestion(chosen={"language": ("en",)}),
    ):
        assert export(question, replace_output=True).written == 5


def test_questions_do_not_grow_with_the_articles(
    export: Export,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(exporting_records, "AT_ONCE", 20)
    for number in range(40):
        make_tag(make_article(), make_entity(name=f"E {number}"))
    outbox.drain()
    for format in ("jsonl", "bagit"):
        with django_assert_max_num_queries(35):
            export_articles(
                question=EVERYTHING, format=format, output=str(tmp_path / format), staff=True
            )


def test_what_goes_from_sight_meanwhile_is_left_out(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting_records, "AT_ONCE", 1)
    for _ in range(3):
        make_article()
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))
        Article.objects.update(status=Status.WITHDRAWN)

    report = export(progress=tell)
    assert (report.found, report.written, len(lines(tmp_path / "out"))) == (3, 1, 1)
    assert "went from sight" in report.notes[0]
    assert told[0] == (1, 3)


def test_a_query_that_cannot_be_read_is_refused(export: Export, tmp_path: Path) -> None:
    make_article()
    for staff in (True, False):
        with pytest.raises(QueryError):
            export(SearchQuestion(text='"truce'), staff=staff)
    with pytest.raises(UnknownFormat, match="jsonl, csv, ninjs, newsml-g2, nitf, bagit"):
        export(format="parchment")
    assert list(tmp_path.glob("*out*")) == []


def test_what_nothing_answers_to_is_said(export: Export) -> None:
    report = export(SearchQuestion(chosen={"party": ("nobody",)}))
    assert report == ExportReport(
        found=0, notes=("No article has the party “nobody”.",), seconds=report.seconds
    )


def test_without_an_index_what_needs_none_is_answered(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_article(headline="A")
    outbox.drain()

    def broken(*_: object, **__: object) -> None:
        raise SearchIndexError("The index is damaged.")

    monkeypatch.setattr(type(get_engine()), "search", broken)
    for question in (EVERYTHING, SearchQuestion(chosen={"language": ("en",)})):
        assert export(question, replace_output=True).written == 1
    with pytest.raises(SearchIndexError):
        export(SearchQuestion(text="a"), replace_output=True)
    assert export(staff=True, replace_output=True).written == 1
    with pytest.raises(SearchIndexError):
        export(SearchQuestion(chosen={"language": ("en",)}), staff=True, replace_output=True)


def test_that_the_index_is_behind_is_said() -> None:
    make_article()
    outbox.drain()
    for _ in range(60):
        make_article(headline="Truce")
    (note,) = matching_articles(SearchQuestion(text="truce"), staff=True).notes
    assert "has yet to hear of 60 changes" in note
    assert matching_articles(EVERYTHING, staff=True).notes == ()


def test_nothing_is_overwritten_unless_it_is_asked_for(export: Export, tmp_path: Path) -> None:
    make_article(headline="A")
    path = tmp_path / "out"
    path.write_text("precious")
    with pytest.raises(CannotWrite, match="--force"):
        export()
    assert path.read_text() == "precious"
    export(replace_output=True)
    assert len(lines(path)) == 1
    assert os.listdir(tmp_path) == ["out"]  # noqa: PTH208


@pytest.mark.parametrize("format", FORMATS)
def test_what_fails_leaves_nothing(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.setattr(exporting_records, "AT_ONCE", 1)
    for _ in range(3):
        make_article()

    def fail(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(format=format, progress=fail)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("output", "says"),
    [("no/such/out", "There is no folder"), (".", "there already"), ("/", "Name a file")],
)
def test_what_cannot_be_written_is_said(
    export: Export, tmp_path: Path, output: str, says: str
) -> None:
    make_article()
    with pytest.raises(CannotWrite, match=says):
        export(output=str(tmp_path / output) if output != "/" else "/")


@pytest.mark.parametrize("format", ["nitf", "bagit"])
def test_no_folder_but_an_earlier_export_is_replaced(
    export: Export, tmp_path: Path, format: str
) -> None:
    make_article()
    export(format=format)
    with pytest.raises(CannotWrite, match="--force"):
        export(format=format)
    before = (tmp_path / "out").stat().st_ino
    export(format=format, replace_output=True)
    assert (tmp_path / "out").stat().st_ino != before
    assert os.listdir(tmp_path) == ["out"]  # noqa: PTH208
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("precious")
    with pytest.raises(CannotWrite, match="other things"):
        export(format=format, output=str(other), replace_output=True)
    assert (other / "letter.txt").exists()
    with pytest.raises(CannotWrite, match="no file"):
        export(output=str(other), replace_output=True)


def test_what_staff_get_is_nobody_elses(export: Export, tmp_path: Path) -> None:
    make_article()
    for format, mode in (("jsonl", 0o600), ("nitf", 0o700), ("bagit", 0o700)):
        export(format=format, output=str(tmp_path / format), staff=True)
        assert (tmp_path / format).stat().st_mode & 0o777 == mode


def test_standard_output(export: Export) -> None:
    article = make_article()
    out = io.BytesIO()
    export(output="-", standard_output=out)
    assert json.loads(out.getvalue())["headline"] == article.headline
    packed = io.BytesIO()
    export(format="nitf", output="-", standard_output=packed)
    assert zipfile.ZipFile(packed).namelist() == [f"{article.public_id}.nitf"]
    with pytest.raises(CannotWrite, match="folder"):
        export(format="bagit", output="-", standard_output=out)


def test_whoever_reads_along_may_stop(export: Export) -> None:
    make_article()

    class Closed(io.BytesIO):
        def write(self, _: object) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    with pytest.raises(CannotWrite, match="Broken pipe"):
        export(output="-", standard_output=Closed())


def test_a_bag_for_staff_holds_what_was_received_and_what_stood_before(
    take_in: Callable[..., Any], export: Export, tmp_path: Path
) -> None:
    take_in(RECORD)
    take_in({**RECORD, "headline": "Talks go on"})
    article = Article.objects.get()
    article.headline = "Talks went on"
    article.change_reason = "They ended."
    article.save()
    report = export(format="bagit", staff=True)
    bag = tmp_path / "out"
    assert problems_of(bag) == []
    assert report.notes == ()
    assert {path.name for path in (bag / "data" / "received").iterdir()} == set(
        ReceivedDocument.objects.values_list("sha256", flat=True)
    )
    (catalogued,) = lines(bag / "data" / "catalogue.jsonl")
    assert catalogued["id"] == article.public_id
    assert len(catalogued["received"]) == 2
    for digest in catalogued["received"]:
        content = (bag / "data" / "received" / digest).read_bytes()
        assert sha256(content).hexdigest() == digest
    (record,) = lines(bag / "data" / "articles.jsonl")
    assert record["headline"] == "Talks went on"
    versions = lines(bag / "data" / "versions.jsonl")
    assert [version["content"]["headline"] for version in versions] == ["Talks", "Talks go on"]
    assert {version["content"]["source"] for version in versions} == {"the-quay"}
    assert versions[-1]["reason"] == "They ended."
    assert "any status" in (bag / "bag-info.txt").read_text()


def test_damage_to_what_was_received_is_said(export: Export) -> None:
    document = ReceivedDocument.objects.create(sha256="0" * 64, content=b"A", format="text")
    make_article(received=document)
    (note,) = export(format="bagit", staff=True).notes
    assert document.sha256 in note


def test_a_bag_for_the_public_holds_articles_alone(export: Export, tmp_path: Path) -> None:
    article = make_article()
    article.headline = "Corrected"
    article.save()
    export(SearchQuestion(text="corrected"), format="bagit")
    bag = tmp_path / "out"
    assert problems_of(bag) == []
    assert {path.name for path in (bag / "data").iterdir()} == {
        "articles.jsonl",
        "catalogue.jsonl",
    }
    assert lines(bag / "data" / "catalogue.jsonl") == [{"id": article.public_id}]
    assert "q=corrected" in (bag / "bag-info.txt").read_text()
