"""The one analysis: words, forms, stems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.analysis import (
    MAX_TOKEN_LENGTH,
    fold,
    is_unspaced,
    query_stems,
    stem_term,
    token_of,
    tokenise,
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


@given(st.text())
def test_tokens_stand_where_they_say(text: str) -> None:
    tokens = list(tokenise(text))
    assert [token.position for token in tokens] == list(range(len(tokens)))
    written = {(start, end): raw for raw, start, end in written_words(text)}
    for token in tokens:
        raw = written[token.start, token.end]
        assert text[token.start : token.end] == raw
        assert (token_of(raw).form, token_of(raw).word) == (token.form, token.word)
        assert fold(raw[:MAX_TOKEN_LENGTH]) in (token.form, token.word)
        assert token.form


@pytest.mark.parametrize(("character", "unspaced"), [("東", True), ("ก", True), ("a", False)])
def test_scripts_without_spaces(character: str, unspaced: bool) -> None:
    assert is_unspaced(character) is unspaced
