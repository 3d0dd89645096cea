"""Russian and Arabic news as it comes: its language, direction and dates, and what finds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client

from archive.models import Article
from archive.search.engine import SearchEngine
from archive.services.importing import import_paths
from archive.text.analysis import tokenise

pytestmark = pytest.mark.django_db

# A word that stands in none of the files, and another form of it that stands in some.
RUSSIAN = """
    японскую:японского турецкому:турецких законами:законы президентами:президентов
    судами:судом встречами:встрече вопросами:вопросы государственному:государственной
    рабочего:рабочие южной:южных местами:месте собравшим:собрались связанным:связанные
    политическому:политической
"""
ARABIC = """
    بالاجتماع:اجتماع والقرار:القرار للمنظمات:المنظمة بالحدود:الحدود والشرطة:الشرطة
    للصناعات:الصناعة بالسياحة:السياحة بالقطاعات:قطاع والنظام:للنظام للتاريخ:تاريخ
    والحكومات:الحكومة بالسلطات:السلطات للقطارات:القطار
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What one of the Arabic files says of itself, read the plain way."""

    number: str
    day: str
    moment: str
    text: str


def words_of(text: str) -> set[str]:
    return {token.form for token in tokenise(text)}


def told_by(path: Path) -> Told:
    text = path.read_text("utf-8")
    time = re.findall("<TIME>(.*?)</TIME>", text)[0]
    day = re.sub(r"^(\d\d)/(\d\d)/(\d{4})$", r"\3-\2-\1", time)[:10]
    parts = (re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL) for tag in ("TITLE", "TEXT"))
    plain = "\n".join(re.sub("<[^>]*>", " ", part) for found in parts for part in found)
    number = re.findall("<DOCNO>(.*?)</DOCNO>", text)[0]
    return Told(number, day, time if "T" in time else "", plain)


def take_in(paths: Sequence[Path]) -> list[Article]:
    report = import_paths(paths=[str(path) for path in paths])
    assert (report.created, report.rejected, report.index_error) == (len(paths), 0, "")
    return list(Article.objects.all())


def found_by(client: Client, query: str) -> set[str]:
    answer = client.get("/api/search/", {"q": query, "page_size": "100"}).json()
    assert answer["count"] == len(answer["results"])
    return {hit["id"] for hit in answer["results"]}


def holding(articles: Sequence[Article], form: str) -> set[str]:
    (folded,) = words_of(form)
    return {a.public_id for a in articles if folded in words_of(f"{a.headline}\n{a.body}")}


def check_words(client: Client, articles: Sequence[Article], table: str) -> None:
    pairs = [pair.split(":") for pair in table.split()]
    assert len(pairs) >= 10
    for query, standing in pairs:
        assert not holding(articles, query), query
        wanted = holding(articles, standing)
        assert wanted, standing
        assert wanted <= found_by(client, query), query


def check_pages(
    client: Client, articles: Sequence[Article], written: tuple[str, str], dated: str
) -> None:
    """Headline and text of every article, and the rows of every list, say how they are written."""
    for article in articles:
        page = client.get(article.get_absolute_url()).content.decode()
        assert re.findall(r'<h1 lang="(\w+)" dir="(\w+)"', page) == [written], article.headline
        texts = re.findall(r'<div lang="(\w+)" dir="(\w+)"', page)
        assert texts == [written] * bool(article.body), article.headline
    for address in ("/search/", f"/search/?language={written[0]}", dated):
        page = client.get(address).content.decode()
        rows = re.findall(r'<h3 lang="(\w+)" dir="(\w+)"', page)
        assert set(rows) == {written}, address


def test_russian_files(client: Client, whoosh_engine: SearchEngine, sample_data: Path) -> None:
    paths = sorted((sample_data / "ru").rglob("*.txt"))
    assert len(paths) == 60
    articles = take_in(paths)

    assert {article.language for article in articles} == {"ru"}
    assert not any(article.published for article in articles)
    check_pages(client, articles, ("ru", "ltr"), "/browse/undated/")
    check_words(client, articles, RUSSIAN)


def test_arabic_files(client: Client, whoosh_engine: SearchEngine, sample_data: Path) -> None:
    paths = sorted((sample_data / "ar").rglob("*.txt"))
    told = {each.number: each for each in map(told_by, paths)}
    assert len(told) == len(paths) >= 70
    articles = take_in(paths)

    assert {article.language for article in articles} == {"ar"}
    for article in articles:
        each = told[article.supplier_id]
        assert str(article.published) == each.day
        moment = article.published_at
        assert (moment is not None) == bool(each.moment)
        if moment is not None:
            assert moment == datetime.fromisoformat(each.moment)
    check_pages(client, articles, ("ar", "rtl"), "/browse/2017/5/")
    check_words(client, articles, ARABIC)
