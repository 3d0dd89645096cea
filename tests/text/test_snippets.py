"""The part of an article that shows why it was found."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.analysis import Token
from archive.text.snippets import Fragment, Matches, highlight, snippet, to_html
from tests.text.plain import matches_of, plain_highlight, plain_snippet
from tests.text.strategies import texts


def marking(*stems: str) -> Matches:
    return matches_of(lambda token, language: token.stem(language).partition(":")[2] in stems)


FILLER = "Nothing of note was said on that day by anyone. "


def shown(text: str, *stems: str, language: str = "en", width: int = 60) -> str:
    return to_html(snippet(text, language=language, matches=marking(*stems), width=width))


@pytest.mark.parametrize(
    ("text", "stems", "html"),
    [
        ("", ["peac"], ""),
        ("   ", ["peac"], ""),
        ("Short text.", ["peac"], "Short text."),
        ("Peace came.", ["peac"], "<mark>Peace</mark> came."),
        (
            "Talks on peace & war",
            ["talk", "war"],
            "<mark>Talks</mark> on peace &amp; <mark>war</mark>",
        ),
        ("a\n\npeace", ["peac"], "a <mark>peace</mark>"),
        (
            '<b onclick="x">peace</b>',
            ["peac"],
            "&lt;b onclick=&quot;x&quot;&gt;<mark>peace</mark>&lt;/b&gt;",
        ),
        (FILLER, ["peac"], "Nothing of note was said on that day by anyone."),
        (FILLER * 3, ["peac"], "Nothing of note was said on that day by anyone. Nothing of…"),
        (
            FILLER * 3 + "Peace came. " + FILLER * 3,
            ["peac"],
            "…on that day by anyone. <mark>Peace</mark> came. Nothing of note was…",
        ),
        (
            FILLER * 3 + "Then peace.",
            ["peac"],
            "…Nothing of note was said on that day by anyone. Then <mark>peace</mark>.",
        ),
        # two different words beat three times the same
        (
            "peace peace peace " + FILLER * 3 + "peace talks " + FILLER * 3,
            ["peac", "talk"],
            "…on that day by anyone. <mark>peace</mark> <mark>talks</mark> "
            "Nothing of note was said…",
        ),
        # a word that would be cut is not counted in
        (
            f"peace {'x' * 50} talks and so on",
            ["peac", "talk"],
            f"<mark>peace</mark> {'x' * 50}…",
        ),
        # of equals the first
        (
            "peace " + FILLER * 3 + "peace",
            ["peac"],
            "<mark>peace</mark> Nothing of note was said on that day by anyone.…",
        ),
    ],
)
def test_the_best_part_is_shown(text: str, stems: list[str], html: str) -> None:
    assert shown(text, *stems) == html


def test_pairs_of_characters_are_marked_as_one_run() -> None:
    html = shown("東京都の会議", "東京", "京都", language="ja")
    assert html == "<mark>東京都</mark>の会議"


def test_text_without_spaces_is_cut_all_the_same() -> None:
    fragments = snippet("会" * 1000, language="zh", matches=marking("x"), width=40)
    assert fragments == (Fragment(text="会" * 40 + "…"),)
    (one, ellipsis) = snippet("x" * 100_000, language="en", matches=marking("x" * 64), width=40)
    assert one == Fragment(text="x" * 40, marked=True)
    assert ellipsis == Fragment(text="…")


def test_highlighting_keeps_the_whole_text() -> None:
    text = "Peace\n\nand  talks"
    assert highlight(text, language="en", matches=marking("peac", "talk")) == (
        Fragment(text="Peace", marked=True),
        Fragment(text="\n\nand  "),
        Fragment(text="talks", marked=True),
    )
    assert highlight("", language="en", matches=marking("peac")) == ()


WORDS = st.lists(
    st.sampled_from(["peace", "talks", "a", "longer-word", "\n\n", "東京都", "é", "x" * 70])
)


@given(WORDS.map(" ".join), st.integers(1, 120))
def test_a_snippet_is_a_part_of_the_text(text: str, width: int) -> None:
    fragments = snippet(text, language="en", matches=marking("peac", "talk", "東京"), width=width)
    said = "".join(fragment.text for fragment in fragments)
    line = re.sub(r"\s+", " ", text)
    assert said.removeprefix("…").removesuffix("…") in line
    assert len(said) <= width + 2
    assert all(fragment.text for fragment in fragments)
    for first, second in pairwise(fragments):
        assert first.marked != second.marked
    # Something is marked wherever something could be, unless it is cut in its first character.
    assert any(f.marked for f in fragments) == bool(re.search("peace|talks|東京", text))


@given(st.text(), st.text(max_size=3))
def test_html_holds_no_markup_but_marks(text: str, word: str) -> None:
    matches = matches_of(lambda token, _language: word in token.form)
    html = to_html(highlight(text, language="en", matches=matches))
    bare = html.replace("<mark>", "").replace("</mark>", "")
    assert not set("<>\"'") & set(bare)
    snippet(text, language="en", matches=matches)


@given(WORDS.map(" ".join) | texts(), st.sampled_from("aptx東é"), st.integers(1, 120))
def test_every_part_is_the_one_that_was_meant(text: str, letter: str, width: int) -> None:
    def is_marked(token: Token, _language: str) -> bool:
        return letter in token.form

    matches = matches_of(is_marked)
    assert highlight(text, language="en", matches=matches) == plain_highlight(text, "en", is_marked)
    cut = snippet(text, language="en", matches=matches, width=width)
    assert cut == plain_snippet(text, "en", is_marked, width)
