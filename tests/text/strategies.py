"""Texts for properties of the analysis."""

from __future__ import annotations

from hypothesis import strategies as st

# What decides where a word ends: apostrophes, digits, separators, marks that are no letters, marks
# that are, letters of many widths, scripts without spaces, halves of characters.
_PIECES = st.sampled_from(
    [
        *"'\u2018\u2019\u02bb\u02bc'_-. \n\x1c\u00a0\u2028",
        *"aZ7²٣éßйЁ",
        *"\u0301\u0640\u064b\u094d\u0b15\u0345\u0abe\u200d\ufe0f",
        *"東京会ーㅎ한กๆｱ々",
        *"\U0001f600𝐀\U00020000\ud83d\ude00\uffff",
        *("l'", "qu\u2019", "un'", "x'l'"),
        *("l'été", "U.S.", "naïve", "हिन्दी"),
    ]
)
_TEXTS = (
    st.text(st.characters())
    | st.lists(_PIECES, max_size=12).map("".join)
    | st.text("aB1'_ .-\t", max_size=12)
    | st.text("aé1'’_ .\u0301", max_size=12)
)


def texts() -> st.SearchStrategy[str]:
    """Texts of any characters, most of them of such as decide where a word ends."""
    return _TEXTS
