"""Received text made clean: one line, a body of paragraphs, a slug. What is clean stays as it is.

Plain text stays plain: only what really is HTML loses its tags and entities.
"""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections import Counter

import nh3

from archive.exceptions import RecordError
from archive.text.wordlists import words

MAX_SLUG_LENGTH = 80
MAX_NESTING = 500  # the HTML parser takes quadratic time in the depth

# Controls but whitespace, soft hyphens, zero-width spaces, byte order marks, bidirectional
# embeddings and overrides (they can turn the text around them), lone surrogates, noncharacters.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+"
)
# Zero-width joiners belong between letters of Arabic and Indic scripts and inside emoji. Beside a
# space, or after Latin, Greek and Cyrillic letters, they only hide a word from search.
_STRAY_JOINERS = re.compile(
    "(?:^|(?<=[\\s\u0000-\u052f]))[\u200c\u200d]+|[\u200c\u200d]+(?=\\s|$)", re.ASCII
)
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")
_PARAGRAPH_END = re.compile(r"\n\s*\n")

_BLOCKS = words(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main "
    "menu nav ol option p pre section select summary table tbody td tfoot th thead title tr "
    "ul"
)
_UNSEEN = words(
    "script style template noscript iframe object embed svg math canvas audio video textarea button"
)
# What HTML closes by itself or never opens does not deepen a document.
_UNNESTED = words(
    "p li dt dd tr td th option br hr img wbr input meta link area base col source track"
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])")
_MARKUP = re.compile(
    rf"</[a-zA-Z][a-zA-Z0-9]*\s*>|<(?:{'|'.join(sorted(_BLOCKS | {'br', 'img'}))})[\s/>]|<!--",
    re.IGNORECASE,
)
_AMPERSAND = "\ufdd0"  # one of those that are dropped from every text
_KEPT_TAG = re.compile(r"<(/?[a-z0-9]+)[^<>]*>")


def clean_text(raw: str) -> str:
    """Return ``raw`` as one line: composed (NFC), without controls, whitespace collapsed."""
    return " ".join(_composed(raw).split())


def clean_paragraphs(raw: str) -> str:
    """Return a body as paragraphs with a blank line between them, each of one line.

    HTML is reduced to its visible text, where its blocks begin and end paragraphs. Raises
    RecordError for HTML nested deeper than any article is.
    """
    text = raw
    if not _is_plain(raw):
        text = _composed(_LINE_END.sub("\n", raw).replace("\u2029", "\n\n"))
    if "<" in text and _MARKUP.search(text):
        text = _composed(_visible_text(text))
    paragraphs = (" ".join(part.split()) for part in _PARAGRAPH_END.split(text))
    return "\n\n".join(part for part in paragraphs if part)


def slugify_name(name: str) -> str:
    """Return a name for addresses: lower case letters and digits of any script, joined by ``-``.

    At most 80 characters and never empty. Where the name has more than a slug can say (it is
    longer, or written with vowel signs, which slugs may not hold), a short digest of it follows,
    so that two names do not fall together.
    """
    plain = unicodedata.normalize("NFKC", name.replace("İ", "i")).lower()
    plain = unicodedata.normalize("NFKC", plain)
    kept = "".join(character for character in plain if not _is_unslugged_mark(character))
    slug = "-".join(re.findall(r"[^\W_]+", re.sub("['\u2019\u02bc]", "", kept)))
    lost = any(ord(character) >= 0x900 and _is_unslugged_mark(character) for character in plain)
    if slug and not lost and len(slug) <= MAX_SLUG_LENGTH:
        return slug
    digest = hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{slug[: MAX_SLUG_LENGTH - 9].rstrip('-') or 'name'}-{digest}"


def _is_unslugged_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _is_plain(text: str) -> bool:
    """Whether there is nothing to clean: ASCII without controls, as most English articles are."""
    return text.isascii() and text.replace("\n", "").isprintable()


def _composed(text: str) -> str:
    if _is_plain(text):
        return text
    composed = unicodedata.normalize("NFC", _DROPPED.sub("", text))
    if "\u200c" in composed or "\u200d" in composed:
        composed = unicodedata.normalize("NFC", _STRAY_JOINERS.sub("", composed))
    return composed


def _visible_text(markup: str) -> str:
    _check_nesting(markup)
    kept = nh3.clean(
        # The sanitiser takes quadratic time in the number of entities.
        markup.replace("&", _AMPERSAND),
        tags=set(_BLOCKS | {"br"}),
        attributes={},
        clean_content_tags=set(_UNSEEN),
        strip_comments=True,
        link_rel=None,
    )
    broken = _KEPT_TAG.sub(lambda tag: "\n" if tag[1] == "br" else "\n\n", kept)
    return html.unescape(broken.replace(_AMPERSAND, "&"))


def _check_nesting(markup: str) -> None:
    open_tags: Counter[str] = Counter()
    depth = 0
    for closing, tag in _TAG.findall(markup):
        name = tag.lower()
        if name in _UNNESTED:
            continue
        if not closing:
            open_tags[name] += 1
            depth += 1
        elif open_tags[name]:
            open_tags[name] -= 1
            depth -= 1
        if depth > MAX_NESTING:
            raise RecordError(
                f"The HTML is nested deeper than {MAX_NESTING} elements. "
                "Send the text of the article without its page."
            )
