"""Which articles tell one story, whatever the order, the batches and the accidents of imports."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from archive.models import Article, Fingerprint, PublicEpoch, Source, Status
from archive.search.result import Hit
from archive.services import importing_batch, stories
from archive.services.found import found_articles
from archive.services.stories import folded, group_articles, story_of
from archive.services.stories_anew import group_stored
from archive.services.undoing import undo_run
from tests.factories import make_article, make_source
from tests.services.reports import Import

pytestmark = pytest.mark.django_db


def wire(seed: int, paragraphs: int = 5) -> str:
    """A report in words that no other one shares in a row."""
    rng = random.Random(seed)
    return "\n\n".join(
        " ".join(f"w{number}" for number in rng.choices(range(5_000), k=40)) + "."
        for _ in range(paragraphs)
    )


def shortened(text: str) -> str:
    return "\n\n".join(["HARBOUR TOWN, 2 June –", *text.split("\n\n")[:-1]])


def printed(body: str, source: Source | None = None, **fields: Any) -> Article:
    return make_article(body=body, source=source or make_source(), **fields)


def told_with(article: Article) -> set[str]:
    return {report.article.public_id for report in story_of(article)}


def partition() -> dict[str, set[str]]:
    return {article.public_id: told_with(article) for article in Article.objects.all()}


def test_a_wire_report_of_several_outlets() -> None:
    text = wire(1)
    first, second, third = printed(text), printed(shortened(text)), printed(text, published="2025")
    printed(wire(2))
    (report,) = story_of(first)
    assert (report.article, third.published_lower) == (second, third.published_lower)
    assert 0.6 < report.likeness < 0.95
    assert told_with(second) == {first.public_id}
    assert told_with(third) == set()


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("2025-06-02", "2025-06-09", True),
        ("2025-06-02", "2025-06-10", False),
        ("2025-01-28", "2025-02-04", True),
        ("", "", True),
        ("", "2025-06-02", False),
        ("2025-06", "2025-06-03", True),
    ],
)
def test_reports_lie_at_most_a_week_apart(one: str, other: str, together: bool) -> None:
    first, second = printed(wire(1), published=one), printed(wire(1), published=other)
    assert told_with(first) == ({second.public_id} if together else set())
    assert told_with(second) == ({first.public_id} if together else set())


def test_stretches_of_days_have_no_seams() -> None:
    source, text = make_source(), wire(1)
    for month in range(1, 13):
        for day in (1, 8, 15, 22):
            printed(text, source, published=f"2024-{month:02}-{day:02}")
    found = [story_of(article, limit=100) for article in Article.objects.all()]
    for article, reports in zip(Article.objects.all(), found, strict=True):
        assert article.published_lower is not None
        near = [
            other
            for other in Article.objects.exclude(pk=article.pk)
            if other.published_lower is not None
            and abs((other.published_lower - article.published_lower).days) <= 7
        ]
        assert {report.article for report in reports} == set(near)


def test_one_outlet_is_grouped_only_where_its_texts_are_all_but_the_same() -> None:
    source, text = make_source(), wire(1)
    first = printed(text, source)
    again = printed(f"{text} Corrected.", source)
    printed(shortened(text), source)
    assert told_with(first) == {again.public_id}


def test_where_no_outlet_is_named_they_may_be_one() -> None:
    first = make_article(body=wire(1))
    make_article(body=shortened(wire(1)))
    assert told_with(first) == set()


def test_a_text_that_changes_leaves_its_story() -> None:
    first, second = printed(wire(1)), printed(wire(1))
    second.body = wire(2)
    second.save()
    assert told_with(first) == told_with(second) == set()
    second.body = wire(1)
    second.save()
    assert told_with(first) == {second.public_id}


def test_a_fingerprint_of_an_earlier_version_counts_for_nothing() -> None:
    first, second = printed(wire(1)), printed(wire(1))
    Article.objects.filter(pk=second.pk).update(version=2)
    assert told_with(first) == told_with(second) == set()
    assert group_stored().written == 1
    assert told_with(first) == {second.public_id}


def test_deleting_leaves_the_others() -> None:
    articles = [printed(wire(1)) for _ in range(3)]
    articles[0].delete()
    assert told_with(articles[1]) == {articles[2].public_id}
    articles[1].delete()
    assert told_with(articles[2]) == set()
    assert Fingerprint.objects.count() == 1


def records(number: int = 12) -> list[dict[str, Any]]:
    """Reports of three outlets on four stories."""
    return [
        {
            "id": f"r{index}",
            "source": f"Outlet {index % 3}",
            "headline": f"Headline {index}",
            "body": wire(index % 4) if index % 2 else shortened(wire(index % 4)),
            "published": f"2025-06-{2 + index % 5:02}",
        }
        for index in range(number)
    ]


def test_order_and_batches_make_no_difference(
    take_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = records()
    take_in(*given)
    expected = partition()
    assert sum(map(bool, expected.values())) > 6
    shared = set(Fingerprint.objects.filter(shared=True).values_list("article__public_id"))
    for seed in range(3):
        Article.objects.all().delete()
        mixed = random.Random(seed).sample(given, len(given))
        for start in range(0, len(mixed), 5):
            take_in(*mixed[start : start + 5])
        assert partition() == expected
        assert shared == set(
            Fingerprint.objects.filter(shared=True).values_list("article__public_id")
        )


def test_an_import_that_is_killed_and_run_again(
    take_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(*records())
    expected = partition()
    Article.objects.all().delete()

    def killed(articles: Sequence[Article], **prints: Any) -> None:
        group_articles(articles, **prints)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(importing_batch, "group_articles", killed)
        with pytest.raises(KeyboardInterrupt):
            take_in(*records())
    assert not Fingerprint.objects.exists()
    take_in(*records())
    assert partition() == expected


def test_an_update_by_import_is_followed(take_in: Import) -> None:
    given = records(4)
    take_in(*given, {**given[1], "id": "x", "source": "Outlet X"})
    other = Article.objects.get(supplier_id="x")
    assert told_with(other) != set()
    take_in({**given[1], "id": "x", "source": "Outlet X", "body": wire(77)})
    assert told_with(other) == set()
    assert group_stored(every=True).written == 0


def test_an_import_that_is_taken_back(take_in: Import) -> None:
    given = records()
    take_in(*given)
    expected = partition()
    run = take_in({**given[0], "body": wire(77)}, {**given[1], "id": "new"}).run
    assert run is not None
    assert partition() != expected
    undo_run(run)
    assert partition() == expected
    assert group_stored(every=True).written == 0


def test_a_correction_without_an_identifier_stays_an_article_of_the_story(take_in: Import) -> None:
    record = {"source": "Outlet", "headline": "Truce", "body": wire(1), "published": "2025-06-02"}
    take_in(record, {**record, "body": f"{wire(1)} Corrected."})
    first, second = Article.objects.all()
    assert told_with(first) == {second.public_id}
    assert (first.version, second.version) == (1, 1)


def test_statements_do_not_grow_with_articles(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    source = make_source()
    articles = [printed(wire(number % 7), source) for number in range(60)]
    for some in (articles[:2], articles):
        Fingerprint.objects.all().delete()
        with django_assert_num_queries(3):
            group_articles(some)


def test_articles_imported_earlier(capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third = printed(wire(1)), printed(wire(1)), printed(wire(2))
    Fingerprint.objects.all().delete()
    before = PublicEpoch.objects.get().value
    call_command("group_stories", "--quiet")
    assert "3 fingerprints written" in capsys.readouterr().out
    assert told_with(first) == {second.public_id}
    assert PublicEpoch.objects.get().value == before + 1
    for arguments in ([], ["--all"]):
        call_command("group_stories", "--json", "--quiet", *arguments)
        assert f'"articles": {3 * len(arguments)}, "written": 0' in capsys.readouterr().out
    assert PublicEpoch.objects.get().value == before + 1
    assert told_with(third) == set()


def test_twins_that_did_not_meet_are_found_later() -> None:
    first, second = printed(wire(1)), printed(wire(1))
    Fingerprint.objects.update(shared=False)
    assert told_with(first) == set()
    group_stored(every=True)
    assert told_with(first) == {second.public_id}


def hits(*articles: Article) -> list[Any]:
    return found_articles([Hit(id=article.public_id, score=1.0) for article in articles])


def test_each_hit_stands_once_on_a_page() -> None:
    text = wire(1)
    first, other, second = printed(text), printed(wire(2)), printed(text)
    elsewhere = printed(text)
    page = folded(hits(first, other, second))
    assert [hit.article for hit in page] == [first, other]
    assert [hit.article for hit in page[0].also] == [second]
    assert (page[0].reports, page[0].outlets) == (2, 2)
    assert (page[1].also, page[1].reports) == ((), 0)
    (alone,) = folded(hits(elsewhere))
    assert (alone.also, alone.reports, alone.outlets) == ((), 2, 2)


def test_a_page_of_nothing_alike_costs_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    page = hits(*(printed(wire(number)) for number in range(10)))
    with django_assert_num_queries(1):
        assert folded(page) == page


@pytest.mark.parametrize("state", ["draft", "withdrawn", "embargoed", "hidden source", "metadata"])
def test_what_the_public_may_not_see_joins_nothing(state: str) -> None:
    first = printed(wire(1))
    hidden = printed(wire(1))
    match state:
        case "draft" | "withdrawn":
            hidden.status = Status(state)
        case "embargoed":
            hidden.embargo_until = hidden.created_at.replace(year=2999)
        case "metadata":
            hidden.access = "metadata"
        case _:
            assert hidden.source is not None
            hidden.source.visible = False
            hidden.source.save()
    hidden.save()
    assert told_with(first) == told_with(hidden) - {first.public_id} == set()
    assert [hit.reports for hit in folded(hits(first))] == [0]


def test_many_copies_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "MOST_COMPARED", 5)
    first, *_ = (printed(wire(1)) for _ in range(12))
    assert 4 <= len(story_of(first)) <= 5
    assert len(story_of(first, limit=2)) == 2
