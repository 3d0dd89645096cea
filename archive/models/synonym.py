"""Words and phrases that mean the same, as editors keep them."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from archive.models.base import AtomicModel
from archive.text.analysis import tokenise
from archive.text.name_keys import name_key
from archive.text.normalize import clean_text

_COMMAS = re.compile("[,،、，､፣၊]")
# Marks of direction keep the arrow pointing at the others between words written to the left.
_ONE_WAY = "\u200e→\u200e"
MOST_TERMS = 20
MOST_WORDS = 5  # in one phrase: as many side by side as a query's words are compared with
LONGEST_TERM = 100


def read_terms(text: str) -> list[str]:
    """The words and phrases of a text, one on each line or set apart by commas, none twice."""
    terms: dict[str, str] = {}
    for line in text.splitlines():
        for part in _COMMAS.split(line):
            if term := clean_text(part):
                terms.setdefault(name_key(term) or term, term)
    return list(terms.values())


class Synonym(AtomicModel):
    """A group of words and phrases that mean the same.

    ``terms`` holds one on each line. Who types one of them finds the others as well; in a one-way
    group only who types the first does. ``language`` (BCP 47, empty for any) says in which language
    inflections of the words are taken for them.
    """

    terms = models.TextField(
        "words and phrases",
        help_text="One on each line, or with commas between them. At least two, at most "
        f"{MOST_TERMS}; a phrase has at most {MOST_WORDS} words.",
    )
    language = models.CharField(
        max_length=35,
        blank=True,
        help_text="BCP 47 tag, such as en: inflections in this language count as well when they "
        "are typed. Empty: those of every language of the archive.",
    )
    one_way = models.BooleanField(
        "one way",
        default=False,
        help_text="Only who types the first finds the others too, and not the other way about: "
        "vessel finds ship and boat, but boat finds no vessel.",
    )
    active = models.BooleanField(
        default=True, help_text="Whether searches go by it. Off: it is kept for later."
    )

    class Meta:
        ordering = ["terms"]
        verbose_name = "synonyms"
        verbose_name_plural = "synonyms"
        constraints = [
            models.CheckConstraint(condition=~Q(terms=""), name="synonym_has_terms"),
        ]

    def __str__(self) -> str:
        first, *others = self.listed or [""]
        return f"{first} {_ONE_WAY if self.one_way else '='} {', '.join(others)}"

    @property
    def listed(self) -> list[str]:
        """The words and phrases, in order."""
        return self.terms.split("\n") if self.terms else []

    @property
    def typed(self) -> list[str]:
        """Those that find the others when they are typed."""
        return self.listed[:1] if self.one_way else self.listed

    def clean(self) -> None:
        """Bring the terms into order. Raises ValidationError with a sentence for what is wrong."""
        terms = read_terms(self.terms)
        self.terms = "\n".join(terms)
        wrong = [fault for fault in map(_fault, terms) if fault]
        if len(terms) < 2:
            wrong.insert(0, "Write at least two different words or phrases that mean the same.")
        if len(terms) > MOST_TERMS:
            wrong.append(
                f"A group may have at most {MOST_TERMS} words and phrases, not {len(terms)}. "
                "Leave some out."
            )
        if not wrong and self.active:
            wrong = self._used_elsewhere()
        if wrong:
            raise ValidationError({"terms": wrong})

    def _used_elsewhere(self) -> list[str]:
        """A sentence for each word that, when typed, another group speaks for already."""
        mine = {name_key(term): term for term in self.typed}
        return [
            f"“{mine[key]}” stands in the group “{other}” already. Add the words there, or take "
            "it out of that group."
            for other in Synonym.objects.filter(active=True).exclude(pk=self.pk)
            for term in other.typed
            if (key := name_key(term)) in mine
        ]


def _fault(term: str) -> str:
    words = len(term.split())
    if not name_key(term) or not any(tokenise(term)):
        return f"There is no word in “{term}”. Leave it out."
    if len(term) > LONGEST_TERM:
        return f"“{term[:20]}…” has more than {LONGEST_TERM} characters. Shorten it."
    if words > MOST_WORDS:
        return f"“{term}” has {words} words; a phrase may have at most {MOST_WORDS}."
    return ""
