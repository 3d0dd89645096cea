"""What the parts of a score are called."""

from __future__ import annotations

from datetime import date

import pytest

from archive.query.nodes import And, Field, Node, Phrase, Prefix, Synonyms, Word
from archive.query.terms import TextLeaf
from archive.search.explanation import Explanation, FieldPart, FilterEffect, LeafPart
from archive.search.request import Sort
from archive.search.second_look import BONUSES, Bonus
from archive.services.explaining_words import (
    bonus_label,
    bonus_sentence,
    condition_sentence,
    field_sentence,
    filter_sentence,
    leaf_sentence,
    number,
    outcome_sentence,
    percent,
    recency_sentence,
    second_look_sentence,
)

TRUCE = Word(text="truce")


def part(leaf: TextLeaf, *, frequency: int = 214, score: float = 1.0) -> LeafPart:
    return LeafPart(leaf=leaf, frequency=frequency, weight=4.2, fields=(), score=score)


def explanation(**fields: object) -> Explanation:
    given = {"id": "a", "matches": True, "score": 1.0, "documents": 20_000, "total": 3, **fields}
    return Explanation(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("leaf", "said"),
    [
        (TRUCE, "“truce” stands in 214 of 20\u202f000 articles, so it counts 4.2."),
        (
            Word(text="truce", field=Field.HEADLINE),
            "“headline:truce” stands in 214 of 20\u202f000 articles, so it counts 4.2.",
        ),
        (
            Phrase(text="peace talks"),
            'The words "peace talks" stand in 214 of 20\u202f000 articles, so they count 4.2.',
        ),
        (
            Synonyms(leaves=(Word(text="UN"), Phrase(text="United Nations"))),
            '“UN” or "United Nations" stands in 214 of 20\u202f000 articles, so it counts 4.2.',
        ),
        (
            Prefix(text="truc"),
            "“truc*” stands at the beginning of a word in 214 of 20\u202f000 articles, and counts "
            "1 wherever it does.",
        ),
    ],
)
def test_a_word_that_stands_there(leaf: TextLeaf, said: str) -> None:
    assert leaf_sentence(part(leaf), documents=20_000) == said


@pytest.mark.parametrize("leaf", [TRUCE, Phrase(text="peace talks"), Prefix(text="truc")])
def test_a_word_that_does_not(leaf: TextLeaf) -> None:
    assert " this one." in leaf_sentence(part(leaf, score=0.0), documents=20_000)


def test_numbers_agree_in_number() -> None:
    assert "1 of 1 article," in leaf_sentence(part(TRUCE, frequency=1), documents=1)
    field = FieldPart(field="headline", occurrences=1, length=1, average=7.4, score=1.0)
    assert (
        leaf_sentence(part(TRUCE, frequency=0, score=0.0), documents=9)
        == "“truce” stands in no article."
    )
    assert field_sentence(field) == "headline: once among 1 word (on average 7)"


@pytest.mark.parametrize(
    ("lower", "said"),
    [
        (date(2025, 6, 2), "Published 12 days before the newest match: +18 %."),
        (date(2025, 6, 13), "Published a day before the newest match: +18 %."),
        (date(2025, 6, 14), "Published as late as any match: +18 %."),
        (date(2030, 1, 1), "Published as late as any match: +18 %."),
        (date(2015, 6, 14), "Published 10 years before the newest match: +18 %."),
        (None, "Undated, so its date adds nothing."),
    ],
)
def test_what_the_date_adds(lower: date | None, said: str) -> None:
    found = explanation(recency=1.18, newest=date(2025, 6, 14))
    assert recency_sentence(found, lower=lower, sort=Sort.BALANCED) == said


def test_other_orders_ask_for_no_date() -> None:
    found = explanation()
    assert recency_sentence(found, lower=None, sort=Sort.RELEVANCE) == ""
    assert "does not count" in recency_sentence(found, lower=None, sort=Sort.NEWEST)
    assert "does not count" in recency_sentence(found, lower=None, sort=Sort.OLDEST)


@pytest.mark.parametrize(
    ("removed", "kept", "said"),
    [
        (0, True, "It takes no article of the query away. This article passes it."),
        (1, True, "It takes 1 article of the query away. This article passes it."),
        (2, False, "It takes 2 articles of the query away. This article does not pass it."),
    ],
)
def test_what_a_filter_does(removed: int, kept: bool, said: str) -> None:
    assert filter_sentence(FilterEffect(name="party", removed=removed, kept=kept)) == said


def test_conditions() -> None:
    assert condition_sentence("articles tagged party Åland", is_met=True).endswith(": this one is.")
    assert condition_sentence("articles in 2025", is_met=False) == (
        "Articles in 2025: this one is not."
    )


def test_whether_it_is_among_the_results() -> None:
    assert "one of 3 articles" in outcome_sentence(explanation(), [])
    assert "the only article" in outcome_sentence(explanation(total=1), [])
    away = outcome_sentence(explanation(), ["Party: A", "Date: 2025"])
    assert away.endswith("it does not pass the filters “Party: A” and “Date: 2025”.")


@pytest.mark.parametrize("name", BONUSES)
def test_every_bonus_has_words(name: str) -> None:
    bonus = Bonus(name=name, score=1.0)
    assert bonus_label(bonus)
    assert bonus_sentence(bonus).endswith(".")


@pytest.mark.parametrize(
    ("query", "bonuses", "said"),
    [
        (TRUCE, (), ""),
        (None, (), ""),
        (And(children=(TRUCE, Word(text="talks"))), (), "is not one of those"),
        (And(children=(TRUCE, Word(text="talks"))), (Bonus(name="phrase", score=1.0),), "the rest"),
    ],
)
def test_the_second_look(query: Node | None, bonuses: tuple[Bonus, ...], said: str) -> None:
    found = explanation(bonuses=bonuses, total=201)
    sentence = second_look_sentence(found, query, sort=Sort.RELEVANCE)
    assert said in sentence
    assert bool(sentence) == bool(said)


def test_where_there_is_no_second_look() -> None:
    query = And(children=(TRUCE, Word(text="talks")))
    away = explanation(filters=(FilterEffect(name="party", removed=1, kept=False),))
    assert second_look_sentence(away, query, sort=Sort.RELEVANCE) == ""
    assert second_look_sentence(explanation(total=201), query, sort=Sort.NEWEST) == ""


def test_an_article_without_the_words_is_not_said_to_be_left_out() -> None:
    query = And(children=(TRUCE, Word(text="talks")))
    assert second_look_sentence(explanation(total=200), query, sort=Sort.RELEVANCE) == ""


@pytest.mark.parametrize(
    ("value", "written"),
    [(4.2, "4.2"), (4.0, "4"), (0.0, "0"), (1234.5, "1\u202f234.5"), (10.0, "10"), (0.126, "0.13")],
)
def test_numbers_are_short(value: float, written: str) -> None:
    assert number(value) == written


@pytest.mark.parametrize(
    ("share", "written"), [(0.18, "18 %"), (1.0, "100 %"), (0.0, "0 %"), (0.001, "under 1 %")]
)
def test_shares(share: float, written: str) -> None:
    assert percent(share) == written
