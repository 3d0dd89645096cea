"""Where words begin in some way: more may be found than is there, but never less."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archive.text.analysis import stem_likeness, stem_term, tokenise
from archive.text.beginnings import Beginnings
from tests.text.strategies import texts

# Endings that stemmers know, from several languages, and letters that they treat in some way.
ENDINGS = """
    s es ies ied sses us ss ed edly eed eedly ing ingly ying y ly li at ate bl iz izing ational enci
    anci ably ently ization alism ality fulness ousness iveness bility bly ogi lessly alize icate
    ical ful ness ative ance er ic able ement ment ent ism iti ive ion e le ll l 's
    em ern en est st ung heit lich keit isch igkeit niss lns
    aux eaux euse amment ence logie ution ait erions issant ïe é ée ç
    ción logía amente idad iva aban aríamos ência ações logia ivo ará enza mente
    ок ець ень ість ів їв іст ів ан ення ата ър ен er el ek ou ом
    ами ями ость ейший ённый нн ься ует ыми его ия ь й het erne lig løst hets arna else elsen
"""
BEGUN = "sk d l t id gent ugl earl onl singl nob possib inn out haeus früh fueh straß chev"
ROOTS = st.text("abdeilnorstuyüöäßéèñøåвгдеёийнорії", min_size=1, max_size=5)
ENDED = st.lists(st.sampled_from(ENDINGS.split()), max_size=3).map("".join)
WORDS = st.builds("{}{}".format, ROOTS | st.sampled_from(BEGUN.split()), ENDED)
LANGUAGES = [
    "ca",
    "da",
    "de",
    "en",
    "es",
    "fr",
    "it",
    "nb",
    "nn",
    "no",
    "pt",
    "ro",
    "ru",
    "sv",
    "uk",
    "bg",
    "lv",
    "sk",
]


def found(text: str, beginning: str) -> list[tuple[int, bool]] | None:
    places = Beginnings([text]).places([beginning])
    return None if places is None else places[0]


@given(WORDS, st.sampled_from(["{}", "{}e", "\u201c{}\u201d", "l'{}"]), st.sampled_from(LANGUAGES))
@settings(max_examples=2_000)
def test_words_begin_as_their_stems_say(word: str, written: str, language: str) -> None:
    text = f"an {written.format(word)} or"
    for token in tokenise(text):
        places = found(text, stem_likeness(stem_term(token.word, language)))
        if places is not None:
            assert any(token.start <= place < token.end for place, _ in places), token


@given(texts(), st.sampled_from(["ab", "b1", "a'b", "usa", "пр", "ий", "ss", "fi"]))
def test_every_word_with_a_beginning_is_found(text: str, beginning: str) -> None:
    places = found(text, beginning)
    assume(places is not None)
    assert places is not None
    for token in tokenise(text):
        if token.form.startswith(beginning):
            here = [doubtful for place, doubtful in places if token.start <= place < token.end]
            assert here, token
            assert any(place == token.start for place, _ in places) or any(here)


@pytest.mark.parametrize(
    ("text", "beginning", "expected"),
    [
        ("Peace and \u201cpeace\u201d, war-peace", "peace", [0, 11, 23]),
        ("appeal, repeal", "pea", []),
        ("Häuser Haeuser HAUS Hof", "haus", [0, 7, 15]),
        ("Straße Fuß fußball", "fuss", [7, 11]),
        ("l'eau", "eau", [2]),
        ("Мир мирный", "мир", [0, 4]),
    ],
)
def test_case_marks_and_digraphs_make_no_difference(
    text: str, beginning: str, expected: list[int]
) -> None:
    places = found(text, beginning)
    assert places is not None
    assert [place for place, _ in places] == expected


def test_what_may_have_begun_before_is_said_to() -> None:
    assert found("l'eau eau", "eau") == [(2, True), (6, False)]


@pytest.mark.parametrize("beginning", ["a", "", "東京", "aก"])
def test_some_beginnings_tell_too_little(beginning: str) -> None:
    assert found("a text", beginning) is None


def test_rare_characters_are_not_read() -> None:
    assert found("\U0001d407ello hello", "hello") is None
    assert found("\ud800hello", "hello") is None


def test_each_text_has_its_own_places() -> None:
    assert Beginnings(["hello", "", "oh hello hell"]).places(["hel"]) == [
        [(0, False)],
        [],
        [(3, False), (9, False)],
    ]
