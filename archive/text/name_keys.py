"""Names compared: what of their spelling makes no difference when a reader types them."""

from __future__ import annotations

import unicodedata

from archive.text.folding import fold

KEY_LENGTH = 255
_SHORT_ACRONYM = 3  # letters: US, UN, WHO are other words in small letters


def name_key(name: str) -> str:
    """What two spellings of one name share: neither case, accents nor punctuation count.

    ``al-Qaeda`` and ``Al Qaeda`` have one key, ``U.S.`` has that of ``u s``. Empty for a name
    without a letter or digit, and cut at ``KEY_LENGTH`` characters.
    """
    kept = "".join(character if _counts(character) else " " for character in fold(name))
    words = (word.strip("'") for word in kept.split())
    return " ".join(word for word in words if word)[:KEY_LENGTH].rstrip()


def is_short_acronym(name: str) -> bool:
    """Whether a name is so few capitals that in small letters it is, or may be, another word."""
    letters = [character for character in name if character.isalnum()]
    return len(letters) <= _SHORT_ACRONYM and name.isupper()


def _counts(character: str) -> bool:
    return character.isalnum() or character == "'" or unicodedata.category(character)[0] == "M"
