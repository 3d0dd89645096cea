"""Where words are, by whichever way they are found."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from archive.text.words import (
    APOSTROPHES,
    is_unspaced,
    places_of,
    words_as_written,
    written_words,
)
from tests.text.strategies import texts


def words_by_character(text: str) -> list[tuple[str, int, int]]:
    """Every word with its span, found one character after another."""

    def in_word(place: int) -> bool:
        # A character that is a word when it stands alone belongs to every word that it stands in.
        alone = place < len(text) and list(written_words(text[place]))
        return bool(alone) and not is_unspaced(text[place])

    def unspaced(place: int) -> bool:
        return place < len(text) and is_unspaced(text[place])

    def letter(place: int) -> bool:
        if place >= len(text) or unspaced(place):
            return False
        return text[place].isalnum() and not text[place].isdecimal()

    words: list[tuple[str, int, int]] = []
    place = 0
    while place < len(text):
        start = place
        if unspaced(place):
            while unspaced(place):
                place += 1
            words += [
                (text[at : at + 2][: place - at], at, min(at + 2, place))
                for at in range(start, place)
            ]
            continue
        while in_word(place) or (
            place > start and text[place : place + 1] in APOSTROPHES and letter(place + 1)
        ):
            place += 1
        if place > start:
            words += elided_apart(text[start:place], start)
        place = max(place, start + 1)
    return words


def elided_apart(word: str, start: int) -> list[tuple[str, int, int]]:
    """A word as several, where one before a vowel was elided: l'été."""
    parts = re.split(f"([{APOSTROPHES}])", word)
    words = [parts[0]]
    for elided, mark, following in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
        before = elided.lower()
        left = before in {*"cdjlmnst", "un"} or before.endswith(("qu", "ll"))
        if left and following[:1].lower() in {*"aeiouyhàáâäèéêëìíîïòóôöùúûüœæ"}:
            words.append(following)
        else:
            words[-1] += mark + following
    places = []
    for one in words:
        places.append((one, start, start + len(one)))
        start += len(one) + 1
    return places


@given(texts())
def test_words_are_found_alike_whatever_the_text_is_made_of(text: str) -> None:
    words = words_by_character(text)
    assert list(written_words(text)) == words
    assert words_as_written(text) == [word for word, _, _ in words]


@given(texts())
def test_each_word_is_found_at_its_places(text: str) -> None:
    places: dict[str, list[tuple[int, int]]] = {}
    for word, start, end in written_words(text):
        places.setdefault(word, []).append((start, end))
    for word, spans in places.items():
        assert list(places_of(word, text)) == spans


def test_a_part_of_a_word_stands_nowhere() -> None:
    assert list(places_of("change", "exchange, an exchange's changes")) == []
    assert list(places_of("neil", "O'Neil")) == list(places_of("O", "O'Neil")) == []
    assert list(places_of("eau", "l'eau, beau")) == [(2, 5)]


@pytest.mark.parametrize(("character", "unspaced"), [("東", True), ("ก", True), ("a", False)])
def test_scripts_without_spaces(character: str, unspaced: bool) -> None:
    assert is_unspaced(character) is unspaced
