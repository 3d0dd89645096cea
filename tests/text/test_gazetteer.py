"""Names of a vocabulary found in text."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.gazetteer import Gazetteer, GazetteerEntry, fold_characters
from tests.text.plain_names import plain_fold, plain_mentions

# Key, kind, name, language, whether it is a metonym.
NAMES = [
    (1, "party", "Russia", "", False),
    (1, "party", "Moscow", "en", True),
    (2, "place", "Moscow", "en", False),
    (3, "place", "York", "", False),
    (4, "place", "New York", "", False),
    (5, "organisation", "New York Times", "", False),
    (6, "organisation", "WHO", "", False),
    (7, "party", "US", "", False),
    (7, "party", "U.S.", "", False),
    (8, "organisation", "UNESCO", "", False),
    (9, "organisation", "the Red Line", "", False),
    (10, "place", "São Paulo", "", False),
    (11, "place", "Київ", "uk", False),
    (11, "place", "Киев", "ru", False),
    (12, "place", "东京", "", False),
    (13, "place", "กรุงเทพ", "", False),
    (14, "place", "ロシア", "", False),
    (15, "place", "موسكو", "ar", False),
    (15, "place", "بموسكو", "ar", False),
    (16, "person", "Jean-Luc Moreau", "", False),
    (17, "person", "Moreau", "", False),
    (18, "person", "Anne Moreau", "", False),
    (18, "person", "Moreau", "", False),
    (19, "place", "Ukraine", "", False),
    (20, "person", "Королёв", "ru", False),
    (21, "person", "O’Neil", "", False),
    (22, "place", "İzmir", "", False),
    (23, "place", "भारत", "", False),
    (24, "organisation", "peace talks", "", False),
    (25, "place", "서울", "", False),
]
GAZETTEER = Gazetteer(
    GazetteerEntry(key=key, kind=kind, name=name, language=language, metonym=metonym)
    for key, kind, name, language, metonym in NAMES
)


def found(text: str, language: str = "en") -> list[tuple[str, list[int]]]:
    mentions = GAZETTEER.find(text, language)
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.surface
    return [(m.surface, [entry.key for entry in m.candidates]) for m in mentions]


@pytest.mark.parametrize(
    ("text", "language", "mentions"),
    [
        ("", "en", []),
        ("Nothing here", "en", []),
        ("Russia", "en", [("Russia", [1])]),
        ("(Russia), “Russia”!", "en", [("Russia", [1]), ("Russia", [1])]),
        ("Belorussia Russian Russias", "en", []),
        ("Russia_Russia", "en", [("Russia", [1]), ("Russia", [1])]),
        ("Russia's and Ukraine’s", "en", [("Russia", [1]), ("Ukraine", [19])]),
        ("Ukraine'da", "tr", [("Ukraine", [19])]),
        ("Ukraine'da", "en", []),
        ("l’Ukraine d'Ukraine (l'Ukraine)", "fr", [("Ukraine", [19])] * 3),
        ("O'Ukraine", "en", []),
        ("Russia-backed pro-Russia", "en", [("Russia", [1]), ("Russia", [1])]),
        # the longest name that begins first
        (
            "The New York Times of New York in York",
            "en",
            [("New York Times", [5]), ("New York", [4]), ("York", [3])],
        ),
        ("New Yorkers", "en", []),
        ("Jean-Luc Moreau", "en", [("Jean-Luc Moreau", [16])]),
        ("Jean‑Luc Moreau", "en", [("Jean‑Luc Moreau", [16])]),
        # one name of several
        ("Moreau said", "en", [("Moreau", [17, 18])]),
        ("Moscow", "en", [("Moscow", [1, 2])]),
        # case
        ("russia RUSSIA new York", "en", [("RUSSIA", [1]), ("York", [3])]),
        ("who told us, Who, WHO, US", "en", [("WHO", [6]), ("US", [7])]),
        ("the U.S. and the u.s.", "en", [("U.S.", [7])]),
        ("WHO TOLD US THIS IN THE STREET", "en", []),
        ("Unesco", "en", [("Unesco", [8])]),
        ("The Red Line and THE RED LINE", "en", [("The Red Line", [9]), ("THE RED LINE", [9])]),
        ("Peace talks", "en", [("Peace talks", [24])]),
        # accents, joined marks, width of characters
        (
            "Sao Paulo, SÃO PAULO, Sa\u0303o Paulo",
            "pt",
            [("Sao Paulo", [10]), ("SÃO PAULO", [10]), ("Sa\u0303o Paulo", [10])],
        ),
        ("Русский Королев и Королёв", "ru", [("Королев", [20]), ("Королёв", [20])]),
        ("O'Neil and O’Neil", "en", [("O'Neil", [21]), ("O’Neil", [21])]),
        ("İzmir Izmir", "tr", [("İzmir", [22]), ("Izmir", [22])]),
        ("a soft\u00adhyphen in Rus\u00adsia", "en", [("Rus\u00adsia", [1])]),
        ("🕊 Russia 🕊 Ukraine", "en", [("Russia", [1]), ("Ukraine", [19])]),
        # languages
        ("Київ", "uk", [("Київ", [11])]),
        ("Київ", "uk-UA", [("Київ", [11])]),
        ("Київ", "ru", []),
        ("Киев", "und", []),
        ("Moscow", "de", []),
        # scripts without spaces
        ("我在东京都工作", "zh", [("东京", [12])]),
        ("ไปกรุงเทพมหานคร", "th", [("กรุงเทพ", [13])]),
        ("今日ロシアは", "ja", [("ロシア", [14])]),
        ("プロシアとベロロシアン", "ja", []),
        ("서울에서", "ko", [("서울", [25])]),
        ("भारत भारती", "hi", [("भारत", [23])]),
        # Arabic particles
        ("موسكو", "ar", [("موسكو", [15])]),
        ("مُوسكو", "ar", [("مُوسكو", [15])]),
        ("وموسكو", "ar", [("موسكو", [15])]),
        ("بموسكو", "ar", [("بموسكو", [15])]),
        ("سموسكو", "ar", []),
    ],
)
def test_names_are_found(text: str, language: str, mentions: list[tuple[str, list[int]]]) -> None:
    assert found(text, language) == mentions


def test_a_particle_is_told() -> None:
    assert [m.particle for m in GAZETTEER.find("وموسكو بموسكو وبموسكو موسكو", "ar")] == [
        "و",
        "ب",
        "و",
        "",
    ]


def test_an_empty_vocabulary_finds_nothing() -> None:
    empty = Gazetteer([])
    assert empty.find("Russia", "en") == []
    assert Gazetteer([GazetteerEntry(key=1, kind="party", name=" ")]).find("a b", "en") == []


@given(
    st.lists(
        st.sampled_from(
            ["New", "York", "New York", "Russia", "russia", "Times", "’s", "-", ",", "é", "东京"]
        )
    ).map(" ".join)
)
def test_the_result_equals_a_search_with_regular_expressions(text: str) -> None:
    names = ["New York Times", "New York", "York", "Russia", "Ukraine"]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)")
    expected = [match[0] for match in pattern.finditer(text)]
    assert [surface for surface, _ in found(text) if surface in names] == expected


@given(st.text(), st.sampled_from(["en", "uk", "ar", "fr", "tr", "ja", "und"]))
def test_any_text_can_be_searched(text: str, language: str) -> None:
    reached = 0
    for mention in GAZETTEER.find(text, language):
        assert reached <= mention.start < mention.end
        reached = mention.end
        assert fold_characters(mention.surface)
        assert mention.candidates


@given(
    st.text(
        st.one_of(st.sampled_from("aÉéёЁİß’\u0301\u0640\u00ad \n\ud800Ωй"), st.characters()),
        max_size=300,
    )
)
def test_long_texts_are_folded_as_short_ones(text: str) -> None:
    assert fold_characters(text) == plain_fold(text)
    assert fold_characters(text * 200) == plain_fold(text * 200)


PLAIN_NAMES = [
    GazetteerEntry(key=number, kind="place", name=name, language=language)
    for number, (name, language) in enumerate(
        [("Tarsk", ""), ("Tarsk Bay", "en"), ("Bay Bridge", ""), ("Velmora", "de"), ("Velm", "")]
    )
]
PLAIN_GAZETTEER = Gazetteer(PLAIN_NAMES)


@given(
    st.lists(
        st.sampled_from(["Tarsk", "Bay", "Bridge", "bay", "Velmora", "Velm", " ", " ", ",", "-"]),
        max_size=25,
    ).map("".join),
    st.sampled_from(["en", "de"]),
)
def test_the_result_equals_a_search_at_every_place(text: str, language: str) -> None:
    mentions = PLAIN_GAZETTEER.find(text, language)
    assert [mention[:2] for mention in mentions] == plain_mentions(PLAIN_NAMES, text, language)


def test_lost_characters_leave_places_where_they_are() -> None:
    text = "ы" * 200 + " Rus\u00adsia and Sa\u0303o Paulo"
    assert [text[m.start : m.end] for m in GAZETTEER.find(text, "en")] == [
        "Rus\u00adsia",
        "Sa\u0303o Paulo",
    ]


def test_a_large_vocabulary_is_quick() -> None:
    """At least 500 articles of 250 words a second, a tenth of what an idle machine does."""
    entries = [
        GazetteerEntry(key=number, kind="person", name=f"Name{number} Surname{number % 97}")
        for number in range(10_000)
    ]
    gazetteer = Gazetteer(entries)
    article = " ".join(
        f"Name{number} Surname{number % 97} said no" if number % 20 == 0 else "and then the town"
        for number in range(62)
    )
    started = time.process_time()
    for _ in range(100):
        mentions = gazetteer.find(article, "en")
    assert len(mentions) == 4
    assert time.process_time() - started < 0.2
