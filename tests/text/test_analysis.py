"""The one analysis: words, forms, stems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.analysis import (
    MAX_TOKEN_LENGTH,
    fold,
    form_and_word,
    is_unspaced,
    query_stems,
    stem_term,
    tokenise,
    words_as_written,
    written_words,
)


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("", []),
        ("Peace, talks!", ["peace", "talks"]),
        ("snake_case", ["snake", "case"]),
        ("covid-19 10:30", ["covid", "19", "10", "30"]),
        ("Russia's Ukraine’s", ["russia's", "ukraine's"]),
        ("l'été", ["l'ete"]),
        ("Straße ＮＡＴＯ", ["strasse", "nato"]),
        ("café cafe\u0301", ["cafe", "cafe"]),
        ("йод", ["йод"]),
        ("Ёлка", ["ёлка"]),
        ("مُحَمَّد محـمد", ["محمد", "محمد"]),
        ("हिन्दी", ["हिन्दी"]),
        ("東京都", ["東京", "京都"]),
        ("京", ["京"]),
        ("iPhone東京", ["iphone", "東京"]),
        ("_ - …", []),
    ],
)
def test_words_are_folded(text: str, forms: list[str]) -> None:
    assert [token.form for token in tokenise(text)] == forms


@pytest.mark.parametrize(
    ("word", "language", "stem"),
    [
        ("exchanges", "en", "en:exchang"),
        ("exchanges", "en-GB", "en:exchang"),
        ("обмена", "ru", "ru:обм"),
        ("обміну", "uk", "uk:обміну"),
        ("peace", "", "und:peace"),
    ],
)
def test_stems_carry_their_language(word: str, language: str, stem: str) -> None:
    assert stem_term(word, language) == stem
    assert query_stems(word, [language]) == {stem}


# What decides where a word ends: apostrophes, digits, separators, marks that are no letters, marks
# that are, letters of many widths, scripts without spaces, halves of characters.
PIECES = st.sampled_from(
    [
        *"'\u2019\u02bc'_-. \n\x1c\u00a0\u2028",
        *"aZ7²٣éßйЁ",
        *"\u0301\u0640\u064b\u094d\u0b15\u0345",
        *"東京会ーㅎ한กๆｱ々",
        *"\U0001f600𝐀\U00020000\ud83d\ude00\uffff",
        *("l'été", "U.S.", "naïve", "हिन्दी"),
    ]
)
TEXTS = (
    st.text(st.characters())
    | st.lists(PIECES, max_size=12).map("".join)
    | st.text("aB1'_ .-\t", max_size=12)
    | st.text("aé1'’_ .\u0301", max_size=12)
)


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
            pairs = range(start, max(place - 1, start + 1))
            words += [(text[at : at + 2][: place - at], at, min(at + 2, place)) for at in pairs]
            continue
        while in_word(place) or (
            place > start and text[place : place + 1] in ("'", "\u2019") and letter(place + 1)
        ):
            place += 1
        if place > start:
            words.append((text[start:place], start, place))
        place = max(place, start + 1)
    return words


@given(TEXTS)
def test_words_are_found_alike_whatever_the_text_is_made_of(text: str) -> None:
    words = words_by_character(text)
    assert list(written_words(text)) == words
    assert words_as_written(text) == [word for word, _, _ in words]


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_may_be_folded_before_it_is_split(text: str) -> None:
    forms = [form_and_word(word)[0] for word in words_as_written(text)]
    assert words_as_written(text.lower()) == forms


@given(TEXTS)
def test_tokens_stand_where_they_say(text: str) -> None:
    tokens = list(tokenise(text))
    assert [token.position for token in tokens] == list(range(len(tokens)))
    written = {(start, end): raw for raw, start, end in written_words(text)}
    for token in tokens:
        raw = written[token.start, token.end]
        assert text[token.start : token.end] == raw
        assert form_and_word(raw) == (token.form, token.word)
        assert fold(raw[:MAX_TOKEN_LENGTH]) in (token.form, token.word)
        assert token.form


@pytest.mark.parametrize(("character", "unspaced"), [("東", True), ("ก", True), ("a", False)])
def test_scripts_without_spaces(character: str, unspaced: bool) -> None:
    assert is_unspaced(character) is unspaced
