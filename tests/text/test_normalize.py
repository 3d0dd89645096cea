"""Received text made clean."""

from __future__ import annotations

import re
import time
import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.exceptions import RecordError
from archive.text.normalize import MAX_SLUG_LENGTH, clean_paragraphs, clean_text, slugify_name


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("", ""),
        ("  two\t words \r\n", "two words"),
        ("no\u00a0break\u2003em\u3000wide", "no break em wide"),
        ("cafe\u0301", "caf\u00e9"),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("hy\u00adphen", "hyphen"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("right\u202eleft", "rightleft"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # a joiner that the word needs
        ("hid\u200dden\u200c word", "hidden word"),
        ("a\u200d\u0301", "\u00e1"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("a < b & c &amp; d", "a < b & c &amp; d"),
    ],
)
def test_text_becomes_one_clean_line(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("", ""),
        ("one\ntwo\n\n\n three ", "one two\n\nthree"),
        ("one\r\n\r\ntwo\rthree\r\rfour", "one\n\ntwo three\n\nfour"),
        ("one\u2028two\u2029three", "one two\n\nthree"),
        ("a < b & c > d", "a < b & c > d"),
        ("if x<y and y>z", "if x<y and y>z"),
        ("AT&amp;T stays as typed", "AT&amp;T stays as typed"),
        ("write <name> here", "write <name> here"),
        ("<p>One</p><p>Two &amp; three</p>", "One\n\nTwo & three"),
        ("<p>One<p>Two<br>lines<br><br>Three", "One\n\nTwo lines\n\nThree"),
        ("<div>One<ul><li>a</li><li>b</li></ul></div>", "One\n\na\n\nb"),
        ("one <b>bold</b> word\n\nnext", "one bold word\n\nnext"),
        ('<a href="javascript:x()">link</a> text', "link text"),
        ("<script>alert(1)</script><p>seen</p><style>p{}</style>", "seen"),
        ("<p>a<!-- hidden -->b</p>", "ab"),
        ("<p>&lt;b&gt; &nbsp;&copy; &#1078;</p>", "<b> © ж"),
        ("<p>x &lt; y</p>", "x < y"),
        ("<img src=x onerror=alert(1)>caption", "caption"),
        ("<h1>Head</h1>Text<table><tr><td>1</td><td>2</td></tr></table>", "Head\n\nText\n\n1\n\n2"),
        ("<p>nul\x00&#0;&#xD800;</p>", "nul\ufffd\ufffd"),
    ],
)
def test_bodies_become_paragraphs(raw: str, clean: str) -> None:
    assert clean_paragraphs(raw) == clean


def test_html_without_bottom_is_refused_at_once() -> None:
    started = time.process_time()
    with pytest.raises(RecordError, match="nested deeper"):
        clean_paragraphs("<div>" * 100_000)
    with pytest.raises(RecordError, match="nested deeper"):
        clean_paragraphs("<div><div></div>" * 600)
    assert clean_paragraphs("<p>" * 50_000 + "end") == "end"
    assert clean_paragraphs("<b>x</b>" * 10_000 + "<div></x>" * 300) == "x" * 10_000
    assert time.process_time() - started < 2


@given(st.text())
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    for clean in (clean_text, clean_paragraphs):
        once = clean(raw)
        assert clean(once) == once
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]", once)
        assert unicodedata.is_normalized("NFC", once)
    assert "\n" not in clean_text(raw)


@given(st.lists(st.sampled_from(["<p>", "</div>", "<br>", "&lt;", "x", " ", "\n\n", "<b", "<!--"])))
def test_no_scrap_of_markup_raises(parts: list[str]) -> None:
    clean_paragraphs("".join(parts))


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Russia", "russia"),
        ("Volodymyr Zelensky", "volodymyr-zelensky"),
        ("  United  Nations (UN) ", "united-nations-un"),
        ("O’Brien", "obrien"),
        ("AT&T", "at-t"),
        ("São Paulo", "são-paulo"),
        ("İstanbul", "istanbul"),
        ("Київ", "київ"),
        ("موسكو", "موسكو"),
        ("東京", "東京"),
        ("ＮＡＴＯ", "nato"),
        ("snake_case", "snake-case"),
    ],
)
def test_names_become_slugs(name: str, slug: str) -> None:
    assert slugify_name(name) == slug


def test_slugs_that_cannot_say_the_whole_name_differ_all_the_same() -> None:
    names = ["", "!", "?!", "\ud800", "a" * 81, "a" * 82, "हिन्दी", "हन्दी", "हिन्द"]
    slugs = [slugify_name(name) for name in names]
    assert len(set(slugs)) == len(names)
    assert slugify_name("!") == slugify_name("!")


@given(st.text())
def test_every_name_has_a_slug_that_an_address_can_hold(name: str) -> None:
    slug = slugify_name(name)
    assert re.fullmatch(r"[-\w]+", slug)
    assert len(slug) <= MAX_SLUG_LENGTH
    assert slugify_name(slug) == slug


def test_many_entities_take_no_longer_than_other_text() -> None:
    began = process_time()
    text = clean_paragraphs("<div>" + "&amp; x &lt;b&gt; " * 100_000 + "</div>")
    assert text.startswith("& x <b> & x <b>")
    assert process_time() - began < 2  # seconds, ten times what it needs
