"""Light steps before and behind a stemmer of Snowball's, where it keeps usual forms apart.

``BEFORE`` takes a normalised word, ``BEHIND`` what the stemmer leaves of it, without marks. Each
step is for endings that the words of news often have, and holds for all forms of a word alike, so
that it seldom matters whether the ending was of that kind.
"""

from __future__ import annotations

from archive.text.light_stems_rules import without_vowel_before_ts

# Of pronouns behind a verb, as in "vernos", but after -ier and the like part of a noun.
_SPANISH_NOUNS = ("iernos", "modernos", "cuadernos", "aternos")
# Plurals of Portuguese, with and without their marks, and the singular.
_PORTUGUESE_PLURALS = (
    ("ões", "ão"),
    ("oes", "ao"),
    ("éis", "el"),
    ("óis", "ol"),
    ("íveis", "ível"),
    ("áveis", "ável"),
    ("ais", "al"),
    ("vis", "vil"),
    ("ens", "em"),
    ("éns", "ém"),
)
_RUSSIAN_PEOPLE = ("ждан", "сиян", "рожан", "личан", "стиан")


def _before_spanish(word: str) -> str:
    return word[:-1] if word.endswith(_SPANISH_NOUNS) else word


def _behind_iberian(stem: str) -> str:
    # Short words that begin with a vowel keep their plural: años, obras.
    if 3 < len(stem) < 6 and stem[0] in "aeiou" and stem[-1] == "s" and stem[-2] in "aeo":
        return stem[:-1]
    return stem


def _before_portuguese(word: str) -> str:
    if len(word) > 4 and word[-1] == "s":
        for plural, singular in _PORTUGUESE_PLURALS:
            if word.endswith(plural):
                return word.removesuffix(plural) + singular
    return word


def _behind_portuguese(stem: str) -> str:
    return stem[:-1] if stem in ("leis", "reis") else _behind_iberian(stem)


def _before_catalan(word: str) -> str:
    # ministre, ministres
    if len(word) > 4 and word.endswith("re") and word[-3] in "bcdfgptv":
        return word[:-1]
    return word


def _behind_catalan(stem: str) -> str:
    if len(stem) > 3 and stem[-1] == "e":
        stem = stem[:-1]  # casa, cases
    return stem[:-1] if stem == "lleis" or stem.endswith("ss") else stem


def _before_romanian(word: str) -> str:
    return word[:-3] if len(word) > 6 and word.endswith("elui") else word


def _behind_romanian(stem: str) -> str:
    length = len(stem)
    if length > 5 and stem.endswith("ur"):
        return stem[:-2]  # acord, acorduri
    if length > 4 and stem.endswith("oi"):
        return stem[:-1]  # război, războiul
    if length > 4 and stem.endswith(("ru", "lu")) and stem[-3] not in "aeiou":
        return stem[:-1]  # ministru, miniștri
    return stem


def _before_russian(word: str) -> str:
    # Taken for a participle: граждан, граждане.
    return f"{word}е" if word.endswith(_RUSSIAN_PEOPLE) else word


def _behind_russian(stem: str) -> str:
    last = stem[-1:]
    if last == "ц":
        # украинец, украинцы; владелец, владельцы
        stem = without_vowel_before_ts(stem, "е", "ц", "й")
        return f"{stem[:-2]}ц" if stem.endswith("ьц") else stem
    if last == "к" and len(stem) > 4 and stem[-2] in "ое":
        return stem[:-2] + ("йк" if stem[-3] in "аеоу" else "к")  # рынок, рынка
    return stem[:-2] if len(stem) > 6 and stem.endswith(("анин", "янин")) else stem


def _behind_polish(stem: str) -> str:
    return f"{stem[:-3]}c" if len(stem) > 4 and stem.endswith("iec") else stem


def _before_finnish(word: str) -> str:
    # The end of "poliisi" looks like "your".
    return f"{word}n" if word.endswith("iisi") else word


def _behind_finnish(stem: str) -> str:
    length, end = len(stem), stem[-2:]
    if length > 5 and stem.endswith(("uks", "yks", "oks")):
        return stem[:-2]  # hallitus, hallituksen
    if length > 4 and end in ("us", "ys", "os"):
        return stem[:-1]
    if length > 5 and end in ("ud", "yd", "ut", "yt"):
        return stem[:-1]  # talous, talouden, taloutta
    if length > 4 and end == "ng":
        return f"{stem[:-1]}k"  # kaupunki, kaupungin
    return stem[:-1] if stem.endswith("iisi") else stem


def _behind_greek(stem: str) -> str:
    return stem[:-1] if len(stem) > 4 and stem[-1] == "ι" else stem


def _before_persian(word: str) -> str:
    # The sign of the present, which is written together or with a joiner in between.
    bare = word.removeprefix("ن")
    if (
        len(bare) > 4
        and bare.startswith(("می", "مي"))
        and bare[-1] in "مد"
        and bare[2] not in "لعثراهن"
    ):
        return bare[2:]
    return word


def _behind_persian(stem: str) -> str:
    while len(stem) > 5 and stem.endswith("ان"):
        stem = stem[:-2]  # وزیر, وزیران
    return stem


def _behind_afrikaans(stem: str) -> str:
    if len(stem) > 4 and stem[-1] == "e" and stem[-2] not in "aeiou":
        return stem[:-1]  # huis, huise
    return stem


BEFORE = {
    "ca": _before_catalan,
    "es": _before_spanish,
    "fa": _before_persian,
    "fi": _before_finnish,
    "pt": _before_portuguese,
    "ro": _before_romanian,
    "ru": _before_russian,
}
BEHIND = {
    "af": _behind_afrikaans,
    "ca": _behind_catalan,
    "el": _behind_greek,
    "es": _behind_iberian,
    "fa": _behind_persian,
    "fi": _behind_finnish,
    "pl": _behind_polish,
    "pt": _behind_portuguese,
    "ro": _behind_romanian,
    "ru": _behind_russian,
}


def changed_behind(language: str, stem: str) -> int:
    """How many letters at the end of a ``stem`` a step may have put in the place of others."""
    if language == "pt":
        return 1 if stem.endswith(("a", "l", "m")) else 0
    if language == "ru":
        return 0 if stem[-1:] not in ("ц", "к") else 2 if stem[-2:-1] == "й" else 1
    return 0
