"""What the second look goes by, and what it adds, in numbers worked out by hand."""

from __future__ import annotations

import pytest

from archive.query.nodes import And, Field, Fuzzy, Node, Not, Or, Phrase, Prefix, Synonyms, Word
from archive.search.scoring import idf
from archive.search.second_look import LookedFor, WordPlaces, bonuses, weigh, words_of

GAS, PRICE = Word(text="gas"), Word(text="price")
FUEL = Word(text="fuel")
LENGTHS = {"headline": 4, "summary": 0, "body": 100}
AVERAGES = {"headline": 4.0, "summary": 0.0, "body": 100.0}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (None, ()),
        (GAS, ()),
        (Phrase(text="gas price"), (GAS, PRICE)),
        (And(children=(GAS, GAS)), ()),
        (And(children=(GAS, Not(child=PRICE))), ()),
        (And(children=(GAS, Prefix(text="pri"))), ()),
        (And(children=(GAS, Fuzzy(text="price"))), ()),
        (And(children=(GAS, Word(text="price", field=Field.BYLINE))), ()),
        (And(children=(GAS, PRICE)), (GAS, PRICE)),
        (Or(children=(PRICE, GAS, PRICE)), (PRICE, GAS, PRICE)),
        (And(children=(Phrase(text="gas price", exact=True), FUEL)), None),
        (
            And(children=(Synonyms(leaves=(GAS, FUEL, Phrase(text="natural gas"))), PRICE)),
            (Synonyms(leaves=(GAS, FUEL)), PRICE),
        ),
        (And(children=(Synonyms(leaves=(FUEL, GAS), typed=False), PRICE, GAS)), (PRICE, GAS)),
        (And(children=(GAS, Word(text="O.K."))), (GAS, Word(text="O"), Word(text="K"))),
    ],
)
def test_the_words_that_are_looked_for_again(
    query: Node | None, words: tuple[Word | Synonyms, ...] | None
) -> None:
    if words is None:
        words = (Word(text="gas", exact=True), Word(text="price", exact=True), FUEL)
    assert words_of(query) == words


def test_what_few_articles_have_is_telling() -> None:
    assert weigh(1000, 50) == (idf(1000, 50), True)
    assert weigh(1000, 51) == (idf(1000, 51), False)
    assert weigh(20, 10) == (idf(20, 10), True)
    assert weigh(20, 11) == (idf(20, 11), False)
    assert weigh(20, 0) == (0.0, False)


def added(
    gas: dict[str, list[int]],
    price: dict[str, list[int]],
    *,
    lengths: dict[str, int] = LENGTHS,
    telling: bool = True,
) -> dict[str, float]:
    """What is added for ``gas price``, whose words weigh 1 and 2, where they stand so."""
    places: dict[LookedFor, WordPlaces] = {
        GAS: WordPlaces(idf=1.0, telling=telling, positions=gas),
        PRICE: WordPlaces(idf=2.0, telling=telling, positions=price),
    }
    found = bonuses((GAS, PRICE), places, lengths, AVERAGES)
    return {bonus.name: bonus.score for bonus in found}


def test_fields_are_counted_together() -> None:
    # Lengths are the mean ones: weights are 3 + 1 and 2.
    parts = added({"headline": [0], "body": [5]}, {"body": [50, 60]})
    assert parts["together"] == pytest.approx(2 * (1 * 4 * 4 / 7 + 2 * 2 * 4 / 5))


def test_longer_fields_count_less() -> None:
    parts = added({"body": [0]}, {}, lengths={**LENGTHS, "body": 200})
    weight = 1 / (0.25 + 0.75 * 2)
    assert parts["together"] == pytest.approx(2 * weight * 4 / (weight + 3))


@pytest.mark.parametrize(
    ("gas", "price", "share"),
    [([0], [50], 1.0), ([0], [], 1 / 5), ([], [0], 4 / 5)],
)
def test_all_words_beat_some(gas: list[int], price: list[int], share: float) -> None:
    parts = added({"body": gas}, {"body": price})
    assert parts["coverage"] == pytest.approx(0.5 * 3 * share**3)


def saturated(count: int) -> float:
    return 2.2 * count / (count + 1.2)


@pytest.mark.parametrize(
    ("gas", "price", "near"),
    [
        ([10], [17], 1),
        ([10], [18], 0),
        ([17], [10], 1),
        ([18], [10], 0),
        ([0, 10, 90], [5], 2),
        ([10], [5, 12], 1),
    ],
)
def test_words_near_one_another(gas: list[int], price: list[int], near: int) -> None:
    assert added({"body": gas}, {"body": price}).get("nearness", 0.0) == pytest.approx(
        0.5 * 1.0 * saturated(near)
    )
    assert "nearness" not in added({"body": gas}, {"body": price}, telling=False)
    assert "nearness" not in added({"headline": gas}, {"body": price})


def test_a_phrase_and_a_headline() -> None:
    assert added({"body": [7]}, {"body": [8]})["phrase"] == pytest.approx(1.0 * 3)
    assert "phrase" not in added({"body": [8]}, {"body": [7]})
    assert "phrase" not in added({"headline": [7]}, {"body": [8]})
    part = added({"headline": [1]}, {"headline": [2]})
    assert part["phrase"] == pytest.approx(1.0 * 3)
    assert "headline" not in part
    whole = added({"headline": [0]}, {"headline": [1]}, lengths={**LENGTHS, "headline": 2})
    assert whole["phrase"] == pytest.approx(1.0 * 3)
    assert whole["headline"] == pytest.approx(10.0 * 3)


def test_nothing_is_added_for_words_that_nobody_has() -> None:
    nowhere = WordPlaces(idf=0.0, telling=False, positions={})
    assert bonuses((GAS, PRICE), {GAS: nowhere, PRICE: nowhere}, LENGTHS, AVERAGES) == ()
