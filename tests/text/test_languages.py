"""Language tags, directions and detection."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.exceptions import RecordError
from archive.text.languages import detect_language, direction, normalise_tag


@pytest.mark.parametrize(
    ("tag", "usual"),
    [
        ("EN_us", "en-US"),
        ("", "und"),
        ("  ", "und"),
        ("uk", "uk"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("sr_latn", "sr-Latn"),
        ("es-419", "es-419"),
        ("de-ch-1996", "de-CH-1996"),
        ("en-a-BBB-x-a", "en-a-bbb-x-a"),
        ("eng", "en"),
        ("iw", "he"),
        ("UND", "und"),
    ],
)
def test_tags_have_one_spelling(tag: str, usual: str) -> None:
    assert normalise_tag(tag) == usual


@pytest.mark.parametrize("tag", ["english", "e", "en--us", "en us", "12", "\x00", "x" * 1000, "ру"])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(RecordError, match="is not a language tag"):
        normalise_tag(tag)


@given(st.from_regex(r"[a-zA-Z]{2,3}([-_][a-zA-Z]{4})?([-_][a-zA-Z]{2})?", fullmatch=True))
def test_the_usual_spelling_is_settled(tag: str) -> None:
    usual = normalise_tag(tag)
    assert normalise_tag(usual) == usual


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en", "ltr"),
        ("und", "ltr"),
        ("", "ltr"),
        ("uk-UA", "ltr"),
        ("ar", "rtl"),
        ("AR_eg", "rtl"),
        ("he-IL", "rtl"),
        ("fa", "rtl"),
        ("az-Arab", "rtl"),
        ("ur-Latn", "ltr"),
    ],
)
def test_direction(tag: str, expected: str) -> None:
    assert direction(tag) == expected


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The town council agreed on Tuesday to rebuild the old bridge.", "en"),
        ("Der Stadtrat hat am Dienstag beschlossen, die alte Brücke zu bauen.", "de"),
        ("Міська рада у вівторок вирішила відбудувати старий міст.", "uk"),
        ("Городской совет во вторник решил восстановить старый мост.", "ru"),
        ("وافق مجلس المدينة يوم الثلاثاء على إعادة بناء الجسر القديم", "ar"),
        ("Le conseil municipal a décidé mardi de reconstruire le vieux pont.", "fr"),
        ("El ayuntamiento decidió el martes reconstruir el viejo puente.", "es"),
        ("市議会は火曜日に古い橋の再建を決定した。", "ja"),
        ("俄罗斯和乌克兰开始了新一轮交换", "zh"),
        ("too short", "und"),
        ("", "und"),
        ("12345 67890 !!!!!!!!!!!!!!!!!!!!!!!!!!!", "und"),
    ],
)
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_many_threads_may_ask_at_once() -> None:
    text = "The town council agreed on Tuesday to rebuild the old bridge."
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(detect_language, [text] * 40)) == {"en"}


@given(st.text())
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert normalise_tag(detect_language(text))
