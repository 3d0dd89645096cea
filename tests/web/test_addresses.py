"""Links that narrow a search say what the question with one more choice says."""

from __future__ import annotations

import pytest
from django.urls import set_script_prefix

from archive.models import Article
from archive.models.article import random_public_id
from archive.search.request import Sort
from archive.services.questions import UNDATED, SearchQuestion
from archive.web.addresses import article_url, date_urls, entity_url, search_url

QUESTIONS = (
    SearchQuestion(),
    SearchQuestion(text='a&b="ü" 100%', page=3),
    SearchQuestion(
        text="date=party",
        chosen={"party": ("aland", "party"), "language": ("en",), "place": ("?",)},
        date_from="2001",
        sort=Sort.OLDEST,
        page_size=5,
    ),
    SearchQuestion(chosen={"section": ("a b&c",)}, dates=("2001", "2002-05", UNDATED), page=2),
)
PERIODS = ("2001", "2001-05", "2002", "2002-05", "2002-05-03", UNDATED)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_period_is_chosen_or_let_go(question: SearchQuestion) -> None:
    url_of = date_urls(question)
    for period in PERIODS:
        assert url_of(period) == search_url(question.with_date_toggled(period))


def test_an_article_has_one_address() -> None:
    public_id = random_public_id()
    assert article_url(public_id) == Article(public_id=public_id).get_absolute_url()


def test_remembered_addresses_follow_where_the_site_stands() -> None:
    assert entity_url("party", "åland") == "/entities/party/%C3%A5land/"
    set_script_prefix("/archive/")
    try:
        assert entity_url("party", "åland") == "/archive/entities/party/%C3%A5land/"
    finally:
        set_script_prefix("/")
