"""Which words of a text a query marks."""

from __future__ import annotations

from collections.abc import Iterator
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from archive.query import marks
from archive.query.marks import matcher_for
from archive.query.nodes import Field, Fuzzy, Or, Phrase, Prefix, Word
from archive.query.parser import parse
from archive.query.terms import TypedLeaf
from archive.text.analysis import Token, query_stems, query_tokens, strip_marks, tokenise
from archive.text.snippets import highlight, snippet
from archive.text.spelling import edits, written_otherwise
from tests.text.plain import plain_highlight, plain_snippet


@pytest.mark.parametrize(
    ("query", "language", "text", "marked"),
    [
        ("exchange", "en", "An exchange of exchanges, exchanged", "exchange exchanges exchanged"),
        ("exchange", "en-GB", "Exchanges", "Exchanges"),
        ("exchange", "und", "exchange exchanges", "exchange"),
        ("Gefangene", "de", "Die Gefangenen kamen", "Gefangenen"),
        ("пленные", "ru", "Обмен пленными", "пленными"),
        ("cafe", "fr", "Le café", "café"),
        ("=ministers", "en", "minister ministers Ministers", "ministers Ministers"),
        ('"prisoner exchange"', "en", "exchange of prisoner exchanges", "prisoner exchanges"),
        ('="prisoner exchange"', "en", "prisoners exchange prisoner exchange", "prisoner exchange"),
        ('"prisoner exchange"~5', "en", "prisoners and an exchange", "prisoners exchange"),
        ('"state of the art" art', "en", "the art of the state of the art", "art state of the art"),
        ("COVID-19", "en", "19 had Covid-19, COVID19 or covid", "Covid 19 COVID19"),
        ("al-Qaeda", "en", "Al said al Qaeda", "al Qaeda"),
        ("exchang*", "en", "exchange interchange exchanging", "exchange exchanging"),
        ("post-war*", "en", "post the warden", "post warden"),
        ("truce~", "en", "truce truces truc trucks bruce turce", "truce truces truc turce"),
        (
            "zelenskyy~",
            "en",
            "Zelensky Zelenskiy Zelenskyi Selensky",
            "Zelensky Zelenskiy Zelenskyi",
        ),
        ("naive", "en", "A naïve and a naive plan", "naïve naive"),
        ("ete", "es", "Été", "Été"),
        ("Mueller", "en", "Herr Müller, Mr Mueller", "Müller Mueller"),
        ("Müller", "en", "Herr Müller, Mr Mueller", "Müller Mueller"),
        ('"Mueller report"', "en", "Mr Müller on the Müller report", "Müller report"),
        ('="Mueller report"', "en", "Müller report, Mueller report", "Mueller report"),
        ("税", "ja", "税金の減税", "税金 税"),
        ("東京", "ja", "東京都の東京", "東京 東京"),
        ("東京都", "ja", "京都は東京都、東京、京都", "東京 京都"),
        ("peace -war", "en", "peace and war", "peace"),
        ("peace OR truce", "en", "a truce", "truce"),
        ("party:peace", "en", "peace", ""),
        ("U.S.", "en", "The U.S. says", "U S"),
        ("", "en", "peace", ""),
    ],
)
def test_words_are_marked(query: str, language: str, text: str, marked: str) -> None:
    matcher = matcher_for(parse(query).node, [language])
    found = [text[start:end] for start, end, _ in matcher(text, language)]
    assert found == marked.split()
    assert bool(matcher) == bool(marked)


def test_words_for_one_field_are_marked_in_that_field() -> None:
    node = parse("headline:truce byline:smith peace").node

    def marked(field: Field) -> set[str]:
        text = "truce smith peace"
        return {text[start:end] for start, end, _ in matcher_for(node, field=field)(text, "en")}

    assert marked(Field.ANY) == {"peace"}
    assert marked(Field.HEADLINE) == {"truce", "peace"}
    assert marked(Field.BYLINE) == {"smith", "peace"}


def test_one_matcher_serves_many_languages() -> None:
    matcher = matcher_for(parse("nation").node)
    assert matcher("nations", "en") == [(0, 7, "en:nation")]
    assert matcher("nations", "und") == []
    assert matcher("Nationen", "de") == [(0, 8, "de:nation")]
    assert matcher("Nationen", "en") == []


ROOTS = "possib nob d l sk cr stud hop activ relat früh fueh пленн"
ENDINGS = """
    e y ies ied ying ing ed able ability bility ble s 's \u2019s ational ation ively iveness ivity
    ed's es ыми er
"""
_BEGUN = st.sampled_from(ROOTS.split())
_ENDED = st.sampled_from(["", *ENDINGS.split()])
WORDS = st.builds("{}{}".format, _BEGUN, _ENDED)
ASKED = WORDS | st.sampled_from(
    ["東京", "東京都", "noble ability", "café", "l'eau", "s", "no", "-"]
)
LEAVES = st.one_of(
    st.builds(Word, text=ASKED, exact=st.booleans()),
    st.builds(Phrase, text=ASKED, exact=st.booleans()),
    st.builds(Prefix, text=ASKED),
    st.builds(Fuzzy, text=ASKED),
)
WRITTEN = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "", "", "\u201c", "l'", "_"]),
    _BEGUN | _BEGUN.map(str.title) | st.sampled_from(["NOB", "東京都", "cafe\u0301"]),
    _ENDED,
    st.sampled_from([" ", ", ", "\u2019 ", "-", "'", "\n\n", ""]),
)


@given(
    st.lists(LEAVES, max_size=3),
    st.lists(WRITTEN, max_size=12).map("".join),
    st.sampled_from(["en", "de", "ru", "ar", "und", "zh"]),
    st.integers(5, 80),
)
def test_what_is_marked_is_what_was_meant(
    leaves: list[TypedLeaf], text: str, language: str, width: int
) -> None:
    meant = {place for leaf in leaves for place in places_meant(leaf, text.strip(), language)}

    def is_marked(token: Token, _: str) -> bool:
        return token.position in meant

    matcher = matcher_for(Or(children=tuple(leaves)))
    marked = highlight(text, language=language, matches=matcher)
    assert marked == plain_highlight(text, language, is_marked)
    cut = snippet(text, language=language, matches=matcher, width=width)
    assert cut == plain_snippet(text, language, is_marked, width)


@given(
    st.lists(LEAVES, max_size=3),
    st.lists(
        st.tuples(
            st.lists(WRITTEN, max_size=12).map("".join),
            st.sampled_from(["en", "de", "ru", "fr", "ar", "und", "zh"]),
        ),
        max_size=4,
    ),
)
def test_many_texts_are_looked_through_at_once(
    leaves: list[TypedLeaf], texts: list[tuple[str, str]]
) -> None:
    matcher = matcher_for(Or(children=tuple(leaves)))
    alone = [matcher(text, language) for text, language in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks, "_LONG", 0)
        matcher.look_through(texts)
        assert [matcher(text, language) for text, language in texts] == alone


@pytest.mark.parametrize("row", ["report,", "l'report,", "report\u6771\u4eac", "re\u0301port\n"])
def test_a_text_without_spaces_takes_no_longer(row: str) -> None:
    text = row * 5_000
    matcher = matcher_for(parse("report").node)
    alone = matcher(text, "de")
    before = process_time()
    matcher.look_through([(text, "de")])
    assert matcher(text, "de") == alone
    assert process_time() - before < 1  # seconds, a hundred times what it needs


def places_meant(leaf: TypedLeaf, text: str, language: str) -> Iterator[int]:
    """The positions of the words of ``text`` that a query's leaf asks for."""
    tokens, asked = list(tokenise(text)), query_tokens(leaf.text)
    if isinstance(leaf, Prefix | Fuzzy) or len(asked) < 2:
        yield from (token.position for token in tokens if means(leaf, token, language))
        return
    for first in range(len(tokens) - len(asked) + 1):
        row = tokens[first : first + len(asked)]
        if all(
            means(Word(text=word.word, exact=leaf.exact), token, language)
            for word, token in zip(asked, row, strict=True)
        ):
            yield from (token.position for token in row)


def means(leaf: TypedLeaf, token: Token, language: str) -> bool:
    """Whether a query's leaf asks for a word of a text."""
    asked = query_tokens(leaf.text)
    match leaf:
        case Word(exact=False) | Phrase(exact=False):
            alike = {strip_marks(other) for word in asked for other in written_otherwise(word.word)}
            stems = {stem for word in asked for stem in query_stems(word.word, language)}
            return token.stem(language) in stems or token.form in alike | {w.form for w in asked}
        case Prefix():
            others = {word.form for word in asked[:-1]}
            begins = any(token.form.startswith(word.form) for word in asked[-1:])
            return begins or token.form in others
        case Fuzzy():
            return any(
                token.form[0] == word.form[0]
                and OSA.distance(token.form, word.form) <= edits(word.form)
                for word in asked
            )
        case _:
            return token.form in {word.form for word in asked}
