"""Strings that break programs: as headlines, in bodies, and as what is searched for."""

from __future__ import annotations

import json
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from archive.models import Article
from archive.search.engine import SearchEngine
from archive.services.importing import import_paths
from archive.services.importing_report import ImportReport
from archive.services.indexing import verify_index

pytestmark = pytest.mark.django_db
TAGS = {"script", "iframe", "object", "embed", "svg", "math", "base", "style", "marquee", "video"}


class Page(HTMLParser):
    """What of a page could run or fetch something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += tag in TAGS
        for name, value in attrs:
            if name.startswith("on"):
                self.handlers.append(f"{tag} {name}")
            if name in ("href", "src", "action", "formaction"):
                self.links.append(value or "")

    def harmless(self, harmless: Page) -> bool:
        """Whether there is nothing more of that kind than in a page known to be harmless."""
        return (
            +self.tags <= +harmless.tags
            and not self.handlers
            and all(link.startswith(("/", "#", "?", "http")) or not link for link in self.links)
        )


@pytest.fixture
def strings(sample_data: Path) -> list[str]:
    strings = json.loads((sample_data / "naughty" / "blns.json").read_text("utf-8"))
    assert len(strings) == 485
    return [str(string) for string in strings]


def imported(path: Path, records: list[dict[str, Any]]) -> ImportReport:
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), "utf-8")
    report = import_paths(paths=[str(path)])
    assert report.index_error == ""
    assert report.records == len(records)
    return report


def test_they_are_imported_found_and_shown(
    client: Client, whoosh_engine: SearchEngine, tmp_path: Path, strings: list[str]
) -> None:
    harmless = {"id": "harmless", "headline": "Harmless", "body": "Nothing but words."}
    records = [
        record
        for number, string in enumerate(strings)
        for record in (
            {"id": f"h{number}", "headline": string, "body": f"The canary sings number{number}."},
            {"id": f"b{number}", "headline": "In a cage", "body": f"A canary flew.\n\n{string}"},
        )
    ]
    report = imported(tmp_path / "naughty.jsonl", [harmless, *records])
    assert (report.created, report.rejected) == (len(records) + 1, 0)
    assert verify_index(engine=whoosh_engine).sound

    found: set[str] = set()
    for page in range(1, len(records) // 100 + 2):
        answer = client.get(f"/api/search/?q=canary&page={page}&page_size=100").json()
        found.update(hit["id"] for hit in answer["results"])
    articles = {article.supplier_id: article for article in Article.objects.all()}
    plain = Page(client.get(articles.pop("harmless").get_absolute_url()).content.decode())
    lost = [a for a in articles.values() if str(a.public_id) not in found]
    assert not lost, [(a.headline, a.body[-60:], a.language) for a in lost]
    for article in articles.values():
        response = client.get(article.get_absolute_url())
        assert response.status_code == 200, article.headline
        assert Page(response.content.decode()).harmless(plain), article.headline


def test_they_may_be_searched_for(
    client: Client, whoosh_engine: SearchEngine, tmp_path: Path, strings: list[str]
) -> None:
    records = [{"id": f"{n}", "headline": f"{s} canary", "body": s} for n, s in enumerate(strings)]
    imported(tmp_path / "naughty.jsonl", records)
    plain = Page(client.get("/search/", {"q": "canary"}).content.decode())
    for string in strings:
        response = client.get("/search/", {"q": string})
        assert response.status_code in (200, 400), string
        assert Page(response.content.decode()).harmless(plain), string


def test_what_cannot_be_seen_is_refused_in_a_sentence(tmp_path: Path, strings: list[str]) -> None:
    records = [{"id": f"{number}", "headline": string} for number, string in enumerate(strings)]
    report = imported(tmp_path / "naughty.jsonl", records)
    assert report.created + report.rejected == len(strings)
    assert 0 < report.rejected < 10
    for reject in report.rejects:
        assert reject.line is not None
        assert not any(character.isprintable() for character in strings[reject.line - 1].strip())
        assert reject.reason.endswith(".")
