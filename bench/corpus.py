"""A synthetic news corpus, the same for the same seed, written once and read by every engine.

Article number n is the same in every corpus that has it: each thousand articles are drawn from a
random generator of their own. On disk::

    texts.bin     per article headline, summary and body in UTF-8, a line break between them
    offsets.npy   where each text begins in it, and the end
    rows.npy      everything else, a record per article (:data:`ROW`)
    names.txt     the names that bylines are numbers of
    made.txt      what the corpus was made with; written last
"""

from __future__ import annotations

import hashlib
import mmap
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archive.search.document import IndexDocument
from archive.search.facets import FacetSpec
from bench import vocabulary
from bench.vocabulary import LANGUAGES, Vocabulary

SEED = 1990
BLOCK = 1_000
TAGS = 8

FACETS = (
    FacetSpec(name="party", multi_valued=True),
    FacetSpec(name="place", multi_valued=True),
    FacetSpec(name="person", multi_valued=True),
    FacetSpec(name="organisation", multi_valued=True),
    FacetSpec(name="topic", multi_valued=True),
    FacetSpec(name="source", multi_valued=False),
    FacetSpec(name="section", multi_valued=False),
    FacetSpec(name="language", multi_valued=False),
)
SECTIONS = ("politics", "world", "economy", "culture", "sport", "science", "local", "opinion")
SOURCES = 60

FIRST_YEAR, LAST_YEAR = 1990, 2025
_UNDATED, _YEAR_ONLY, _MONTH_ONLY = 0.05, 0.03, 0.07

_MEAN_WORDS, _SPREAD, _LEAST_WORDS, _MOST_WORDS = 250, 0.45, 60, 900
_SUBJECTS = 12  # words that an article keeps coming back to
_ON_SUBJECT = 0.15
_COLLOCATED = 0.02
_SENTENCE_END, _COMMA, _PARAGRAPH_END = 0.07, 0.05, 0.2
_NAMES = 2_000

ROW = np.dtype(
    [
        ("language", "u1"),
        ("source", "u1"),
        ("section", "u1"),
        ("lower", "<i4"),  # ordinals of days, 0 where undated
        ("upper", "<i4"),
        ("bylines", "<i2", 2),  # -1 where there is no second one
        ("tags", "<u2", TAGS),  # entity ids
    ]
)


@dataclass(frozen=True, slots=True)
class TagKind:
    """A facet of entities: how many there are, their first id, their part of the tags."""

    facet: str
    first_id: int
    entities: int
    share: float


TAG_KINDS = (
    TagKind("party", 1, 150, 0.2),
    TagKind("place", 1_001, 2_000, 0.25),
    TagKind("person", 4_001, 5_000, 0.3),
    TagKind("organisation", 10_001, 3_000, 0.15),
    TagKind("topic", 14_001, 400, 0.1),
)

Progress = Callable[[int, int], None]


class Generator:
    """Draws articles in blocks of :data:`BLOCK`."""

    def __init__(self, seed: int = SEED) -> None:
        self.seed = seed

    @cached_property
    def vocabularies(self) -> tuple[Vocabulary, ...]:
        """The words of each language, in the order of ``LANGUAGES``."""
        return tuple(Vocabulary(language, self.seed) for language in LANGUAGES)

    def block(self, number: int) -> tuple[list[str], NDArray[np.void]]:
        """The texts and rows of articles ``number * BLOCK`` and on."""
        rng = np.random.default_rng([self.seed, 2, number])
        rows = np.zeros(BLOCK, ROW)
        rows["language"] = rng.choice(len(LANGUAGES), BLOCK, p=[one.share for one in LANGUAGES])
        rows["source"] = _zipf(rng, SOURCES, BLOCK)
        rows["section"] = _zipf(rng, len(SECTIONS), BLOCK)
        rows["bylines"][:, 0] = rng.integers(0, _NAMES, BLOCK)
        rows["bylines"][:, 1] = np.where(
            rng.random(BLOCK) < 0.2, rng.integers(0, _NAMES, BLOCK), -1
        )
        rows["lower"], rows["upper"] = _days(rng)
        rows["tags"] = _tags(rng)
        return self._texts(rng, rows["language"]), rows

    def _texts(self, rng: np.random.Generator, languages: NDArray[np.uint8]) -> list[str]:
        drawn = rng.lognormal(np.log(_MEAN_WORDS) - _SPREAD**2 / 2, _SPREAD, BLOCK)
        lengths = np.clip(drawn, _LEAST_WORDS, _MOST_WORDS).astype(int)
        headlines = rng.integers(6, 12, BLOCK)
        summaries = rng.integers(14, 32, BLOCK)
        texts = [""] * BLOCK
        for place, words_of in enumerate(self.vocabularies):
            articles = np.flatnonzero(languages == place)
            if not articles.size:
                continue
            words = _words(rng, words_of, lengths[articles])
            ends = rng.random(len(words))
            start = 0
            for article in articles.tolist():
                length = int(lengths[article])
                texts[article] = _written(
                    words_of.forms[words[start : start + length]].tolist(),
                    ends[start : start + length],
                    int(headlines[article]),
                    int(headlines[article] + summaries[article]),
                )
                start += length
        return texts


def names(generator: Generator) -> list[str]:
    """The names that bylines are chosen from."""
    forms = generator.vocabularies[0].forms[500 : 500 + 2 * _NAMES].tolist()
    return [
        f"{first.capitalize()} {last.capitalize()}"
        for first, last in zip(forms[::2], forms[1::2], strict=True)
    ]


def write_corpus(
    folder: Path, documents: int, generator: Generator, *, progress: Progress | None = None
) -> None:
    """Write the first ``documents`` articles into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, lengths = [], []
    with (folder / "texts.bin").open("wb") as file:
        for number in range(-(-documents // BLOCK)):
            texts, block = generator.block(number)
            wanted = min(BLOCK, documents - number * BLOCK)
            lengths += [file.write(text.encode()) for text in texts[:wanted]]
            rows.append(block[:wanted])
            if progress:
                progress(number * BLOCK + wanted, documents)
    np.save(folder / "offsets.npy", np.concatenate(([0], np.cumsum(lengths))))
    np.save(folder / "rows.npy", np.concatenate(rows))
    (folder / "names.txt").write_text("\n".join(names(generator)), "utf-8")
    (folder / "made.txt").write_text(_fingerprint(documents, generator.seed), "ascii")


def is_written(folder: Path, documents: int, *, seed: int = SEED) -> bool:
    """Whether ``folder`` holds the corpus that ``write_corpus`` would now write."""
    made = folder / "made.txt"
    return made.exists() and made.read_text("ascii") == _fingerprint(documents, seed)


def _fingerprint(documents: int, seed: int) -> str:
    """Changes with whatever makes another corpus: the two modules that draw it, and numpy."""
    digest = hashlib.sha256(f"{documents} {seed} {np.__version__}".encode())
    for module in (__file__, vocabulary.__file__):
        digest.update(Path(module).read_bytes())
    return digest.hexdigest()


class Corpus:
    """A written corpus, mapped."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: NDArray[np.void] = np.load(folder / "rows.npy", mmap_mode="r")
        self.offsets: NDArray[np.int64] = np.load(folder / "offsets.npy", mmap_mode="r")
        with (folder / "texts.bin").open("rb") as file:
            self._texts = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def text_bytes(self) -> int:
        """The size of all texts in UTF-8."""
        return int(self.offsets[-1])

    def files(self) -> tuple[Path, ...]:
        """What the texts of a page are read from."""
        return self.folder / "texts.bin", self.folder / "offsets.npy"

    def text(self, number: int) -> str:
        """Headline, summary and body of an article, a line break between them."""
        return self._texts[self.offsets[number] : self.offsets[number + 1]].decode()

    def language(self, number: int) -> str:
        """The code of an article's language."""
        return LANGUAGES[self.rows["language"][number]].code

    def document(self, number: int) -> IndexDocument:
        """An article as engines are given it; its id is its number."""
        return self._documents(number, number + 1)[0]

    def batches(self, size: int = BLOCK) -> Iterator[list[IndexDocument]]:
        """All articles in order, ``size`` at a time."""
        for start in range(0, len(self), size):
            yield self._documents(start, min(start + size, len(self)))

    @cached_property
    def _names(self) -> list[str]:
        return (self.folder / "names.txt").read_text("utf-8").split("\n")

    def _documents(self, start: int, stop: int) -> list[IndexDocument]:
        rows = self.rows[start:stop]
        columns = [rows[name].tolist() for name in ROW.names or ()]
        return [
            self._document(start + place, *values)
            for place, values in enumerate(zip(*columns, strict=True))
        ]

    def _document(
        self,
        number: int,
        language: int,
        source: int,
        section: int,
        lower: int,
        upper: int,
        bylines: list[int],
        tags: list[int],
    ) -> IndexDocument:
        headline, summary, body = self.text(number).split("\n", 2)
        facets = {
            kind.facet: tuple(str(tag) for tag in tags if 0 <= tag - kind.first_id < kind.entities)
            for kind in TAG_KINDS
        }
        facets["source"] = (str(source + 1),)
        facets["section"] = (SECTIONS[section],)
        facets["language"] = (LANGUAGES[language].code,)
        return IndexDocument(
            id=str(number),
            version=1,
            language=LANGUAGES[language].code,
            headline=headline,
            summary=summary,
            body=body,
            bylines=tuple(self._names[name] for name in bylines if name >= 0),
            lower=date.fromordinal(lower) if lower else None,
            upper=date.fromordinal(upper) if upper else None,
            facets=facets,
        )


def _zipf(rng: np.random.Generator, values: int, count: int) -> NDArray[np.int64]:
    """Numbers from 0 to ``values - 1``, the small ones often."""
    weights = np.cumsum(1 / (np.arange(values) + 2.0))
    found: NDArray[np.int64] = np.searchsorted(weights, rng.random(count) * weights[-1])
    return found


def _tags(rng: np.random.Generator) -> NDArray[np.int64]:
    """:data:`TAGS` different entity ids for each article of a block."""
    candidates = 3 * TAGS
    kinds = rng.choice(len(TAG_KINDS), (BLOCK, candidates), p=[kind.share for kind in TAG_KINDS])
    ids = np.zeros((BLOCK, candidates), int)
    for place, kind in enumerate(TAG_KINDS):
        chosen = kinds == place
        ids[chosen] = kind.first_id + _zipf(rng, kind.entities, int(chosen.sum()))
    repeated = np.zeros_like(chosen)
    for place in range(1, candidates):
        repeated[:, place] = (ids[:, :place] == ids[:, place : place + 1]).any(axis=1)
    first = np.argsort(repeated, axis=1, kind="stable")[:, :TAGS]
    return np.take_along_axis(ids, first, axis=1)


def _days(rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first and last possible day of each article of a block, as ordinals, 0 if undated."""
    first, last = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
    # There is more news of late: the square root leans to the end.
    days = first + (np.sqrt(rng.random(BLOCK)) * (last - first + 1)).astype(int)
    precision = rng.random(BLOCK)
    lower, upper = days.copy(), days.copy()
    lower[precision < _UNDATED] = upper[precision < _UNDATED] = 0
    coarse = (precision >= _UNDATED) & (precision < _UNDATED + _YEAR_ONLY + _MONTH_ONLY)
    for place in np.flatnonzero(coarse).tolist():
        day = date.fromordinal(int(days[place]))
        if precision[place] < _UNDATED + _YEAR_ONLY:
            span = day.replace(month=1, day=1), day.replace(month=12, day=31)
        else:
            span = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
        lower[place], upper[place] = span[0].toordinal(), span[1].toordinal()
    return lower, upper


def _words(
    rng: np.random.Generator, words_of: Vocabulary, lengths: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The form numbers of articles of these lengths, one after another."""
    total = int(lengths.sum())
    words = words_of.drawn(rng, total)
    pairs = words_of.collocations
    places = np.flatnonzero(rng.random(total - 1) < _COLLOCATED)
    chosen = pairs[(rng.random(len(places)) ** 2 * len(pairs)).astype(int)]
    words[places], words[places + 1] = chosen[:, 0], chosen[:, 1]
    subjects = words_of.drawn(rng, len(lengths) * _SUBJECTS)
    article = np.repeat(np.arange(len(lengths)), lengths)
    places = np.flatnonzero(rng.random(total) < _ON_SUBJECT)
    words[places] = subjects[article[places] * _SUBJECTS + rng.integers(0, _SUBJECTS, len(places))]
    return words


def _written(words: list[str], ends: NDArray[np.float64], summary: int, body: int) -> str:
    """Words as headline, summary and body in sentences; ``summary`` and ``body`` begin there."""
    for place in np.flatnonzero(ends < _SENTENCE_END + _COMMA).tolist():
        if place < summary or place >= len(words) - 1 or place == body - 1:
            continue
        if ends[place] >= _SENTENCE_END:
            words[place] += ","
        else:
            paragraph = place > body and ends[place] < _SENTENCE_END * _PARAGRAPH_END
            words[place] += ".\n\n" if paragraph else "."
            words[place + 1] = words[place + 1].capitalize()
    for place in (0, summary, body):
        words[place] = words[place].capitalize()
    return (
        f"{' '.join(words[:summary])}\n{' '.join(words[summary:body])}.\n{' '.join(words[body:])}."
    ).replace("\n\n ", "\n\n")
