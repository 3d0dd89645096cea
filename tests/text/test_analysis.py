"""The one analysis: words, forms, stems."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archive.text.analysis import (
    MAX_TOKEN_LENGTH,
    fold,
    form_and_word,
    form_table,
    query_stems,
    stem_likeness,
    stem_table,
    stem_term,
    strip_marks,
    tokenise,
    words_as_written,
    written_words,
)
from tests.text.strategies import texts


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("", []),
        ("Peace, talks!", ["peace", "talks"]),
        ("snake_case", ["snake", "case"]),
        ("covid-19 10:30", ["covid", "19", "10", "30"]),
        ("Russia's Ukraine’s", ["russia's", "ukraine's"]),
        ("l'été d\u2019Irlande qu'il", ["l", "ete", "d", "irlande", "qu", "il"]),
        ("dell'arte un'ora O'Brien", ["dell", "arte", "un", "ora", "o'brien"]),
        ("क़लम फ़ैसला", ["कलम", "फैसला"]),
        ("हिन्दी हिंदी नरेन्द्र जन्म", ["हिंदी", "हिंदी", "नरेंद्र", "जन्म"]),
        ("کتاب\u200cها", ["كتابها"]),
        ("Straße ＮＡＴＯ", ["strasse", "nato"]),
        ("café cafe\u0301", ["cafe", "cafe"]),
        ("йод", ["йод"]),
        ("Ёлка ґанок", ["елка", "ганок"]),
        ("Łódź Ørsted Þór İzmir ışık", ["lodz", "orsted", "thor", "izmir", "isik"]),
        ("کتاب كتاب مدرسة", ["كتاب", "كتاب", "مدرسه"]),
        ("٢٠١٧ ۱۴۰۲ २०२५", ["2017", "1402", "2025"]),
        ("مُحَمَّد محـمد", ["محمد", "محمد"]),
        ("हिन्दी", ["हिंदी"]),
        ("ગુજરાતી સરકાર", ["ગુજરાતી", "સરકાર"]),
        ("ශ්\u200dරී ලංකා", ["ශ්රී", "ලංකා"]),
        ("O\u2018zbekiston Oʻzbekiston O'zbekiston", ["o'zbekiston"] * 3),
        ("\u2018Peace\u2019 and \u2018talks\u2019", ["peace", "and", "talks"]),
        ("\u2764\ufe0f 1\ufe0f\u20e3", ["1"]),
        ("東京都", ["東京", "京都", "都"]),
        ("京", ["京"]),
        ("iPhone東京", ["iphone", "東京", "京"]),
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
        ("обміну", "uk", "uk:обмн"),
        ("peace", "", "und:peace"),
    ],
)
def test_stems_carry_their_language(word: str, language: str, stem: str) -> None:
    assert stem_term(word, language) == stem
    assert query_stems(word, language) == {stem}


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_may_be_folded_before_it_is_split(text: str) -> None:
    forms = [form_and_word(word)[0] for word in words_as_written(text)]
    assert words_as_written(text.lower()) == forms


@given(texts())
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


@given(texts(), st.sampled_from(["en", "en-GB", "de", "zh", ""]))
def test_tables_hold_what_tokens_have(text: str, language: str) -> None:
    forms, stems = form_table(), stem_table(language)
    tokens = [(token.form, token.stem(language)) for token in tokenise(text)]
    words = words_as_written(text)
    assert [(forms[word], stems[word]) for word in words if forms[word]] == tokens


@pytest.mark.parametrize(
    ("term", "beginning"),
    [
        ("en:exchang", "exchang"),
        ("en:nobl", "no"),
        ("en:die", "d"),
        ("en:sky", "s"),
        ("uk:обмн", "обм"),
        ("vi:cong", "cong"),
        ("de:kind", "kind"),
        ("fr:roi", "ro"),
        ("ar:كتاب", ""),
    ],
)
def test_stems_say_how_their_words_begin(term: str, beginning: str) -> None:
    assert stem_likeness(term) == beginning


def plain_strip_marks(word: str) -> str:
    """Character by character, after taking all marks apart."""
    kept, base = "", ""
    for character in unicodedata.normalize("NFD", word):
        if not unicodedata.combining(character):
            base = unicodedata.name(character, "")
        elif base.startswith(("LATIN", "GREEK", "ARABIC", "HEBREW")):
            continue
        kept += character
    plain = unicodedata.normalize("NFC", kept)
    return "".join({"ё": "е", "ى": "ي"}.get(one, one) for one in plain)


@given(st.text(alphabet="ёىaéèñйёўїάΰאּשׁأإﷺ가각\u0301\u0308\u0306\u064b\u05b7é̂ǘạ̈ẅ"))
def test_marks_are_left_off_one_by_one_or_all_at_once(word: str) -> None:
    assert strip_marks(word) == plain_strip_marks(word)


@given(st.text(alphabet="aAßẞİIıŁÉйЙΣσς'’0_ \u0301ǅﬁＡ日本", max_size=30))
def test_the_case_of_a_text_changes_no_word_in_it(text: str) -> None:
    assume("İ" not in text)
    lowered = [form_and_word(word) for word in words_as_written(text.lower())]
    assert lowered == [form_and_word(word) for word in words_as_written(text)]
