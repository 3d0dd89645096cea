"""Languages: their tags, their direction, and which one a text is in."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from functools import lru_cache

from archive.exceptions import RecordError
from archive.text.analysis import UNDETERMINED, primary_language
from archive.text.wordlists import pairs, words

DETECTED_CHARACTERS = 400
_LETTERS_NEEDED = 20

# RFC 5646, section 2.1, without the grandfathered tags.
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3}(?:-[a-z]{3}){0,3})"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?)",
    re.IGNORECASE | re.ASCII,
)
_MAX_TAG_LENGTH = 35
# Withdrawn codes, and ISO 639-2 codes of languages that have a shorter one (RFC 5646, 2.2.1).
_PREFERRED = pairs(
    "iw:he in:id ji:yi mo:ro ara:ar cat:ca ces:cs chi:zh cze:cs dan:da deu:de dut:nl ell:el "
    "eng:en epo:eo est:et eus:eu baq:eu fas:fa per:fa fin:fi fra:fr fre:fr ger:de gle:ga "
    "gre:el heb:he hin:hi hun:hu hye:hy arm:hy ind:id ita:it jpn:ja kat:ka geo:ka kor:ko "
    "lit:lt nep:ne nld:nl nno:nn nob:nb nor:no pol:pl por:pt ron:ro rum:ro rus:ru sot:st "
    "spa:es srp:sr swe:sv tam:ta tha:th tur:tr ukr:uk urd:ur vie:vi yid:yi zho:zh"
)
# What the model now and then calls written Chinese, Hebrew and Arabic, and no language at all.
_DETECTED = {"wuu": "zh", "hbo": "he", "ary": "ar", "arz": "ar", "zxx": UNDETERMINED}
_RIGHT_TO_LEFT = words("ar arc ckb dv fa he ks nqo ps sd syr ug ur yi")
_RIGHT_TO_LEFT_SCRIPTS = words("adlm arab hebr mand nkoo rohg samr syrc thaa")

_load_lock = threading.Lock()
_classify: Callable[[str], tuple[str, float]] | None = None


@lru_cache(maxsize=1024)
def normalise_tag(tag: str) -> str:
    """Return a BCP 47 tag in its usual spelling: ``EN_us`` → ``en-US``, empty → ``und``.

    Raises RecordError for what is no tag.
    """
    written = tag.strip().replace("_", "-")
    if not written:
        return UNDETERMINED
    match = _TAG.fullmatch(written) if len(written) <= _MAX_TAG_LENGTH else None
    if match is None:
        shown = "".join(c if c.isprintable() else "\ufffd" for c in tag[:_MAX_TAG_LENGTH])
        raise RecordError(
            f"“{shown}” is not a language tag. Write a BCP 47 tag such as en, pt-BR or zh-Hant."
        )
    language = match["language"].lower()
    return "-".join(
        part
        for part in (
            _PREFERRED.get(language, language),
            (match["script"] or "").title(),
            (match["region"] or "").upper(),
            match["rest"].lower().removeprefix("-"),
        )
        if part
    )


def direction(tag: str) -> str:
    """Return ``rtl`` or ``ltr``: by the script where the tag names one, else by the language."""
    subtags = tag.replace("_", "-").lower().split("-")
    for subtag in subtags[1:]:
        if len(subtag) == 4 and subtag.isalpha():
            return "rtl" if subtag in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if primary_language(tag) in _RIGHT_TO_LEFT else "ltr"


def detect_language(text: str) -> str:
    """Return the likely language of the first 400 characters as a tag of two or three letters.

    ``und`` where there are too few letters to tell by.
    """
    sample = text[:DETECTED_CHARACTERS]
    # A letter of a script without alphabet tells about as much as three others.
    letters = sum(3 if "\u3040" <= c <= "\ud7ff" else 1 for c in sample if c.isalpha())
    if letters < _LETTERS_NEEDED:
        return UNDETERMINED
    language = _classifier()(sample)[0]
    return _DETECTED.get(language, language)


def _classifier() -> Callable[[str], tuple[str, float]]:
    """The model, loaded once and when first needed: it takes a second and 100 MB."""
    global _classify
    if _classify is None:
        with _load_lock:
            if _classify is None:
                import py3langid

                py3langid.classify("")
                _classify = py3langid.classify
    return _classify
