"""Handing articles out: what a search finds, in a format that other archives read.

A search is the same question as that of the page, the API and the terminal, and the public gets
nothing that these would not show. What is handed out can be imported again: an empty archive makes
the same articles of it, with the same ids where a supplier's id, an address or the text gives them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import IO
from urllib.parse import urlencode

from django.db.models import F

from archive.exceptions import SearchIndexError, UnknownFormat
from archive.formats.base import ArticleRecord
from archive.formats.writers import WRITERS, writer_for
from archive.formats.writing import Writer
from archive.models import Article
from archive.search.document import Shelf
from archive.search.request import SearchRequest, Sort
from archive.services import fallback, outbox
from archive.services.asking import ask, expanded, resolved
from archive.services.engine import get_engine
from archive.services.exporting_bag import write_bag
from archive.services.exporting_records import Exported, exported
from archive.services.exporting_targets import CannotWrite, new_file, new_folder
from archive.services.labels import Labels
from archive.services.names import resolve_names, tagged_names, unknown_notes
from archive.services.public_index import PublicIndex
from archive.services.questions import SearchQuestion, days_of
from archive.services.reading import read_query

BAG = "bagit"
FORMATS = (*WRITERS, BAG)
"""What articles can be handed out in."""
_EVERY_HIT = 100_000_000
_STREAM = "-"
_URN = "urn:x-news-archive:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """How many articles a search found and how many were written.

    Fewer are written where some have gone from sight meanwhile. ``notes`` says what else there is
    to know.
    """

    found: int
    written: int = 0
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """The public ids of the articles that a search finds, in its order."""

    ids: Sequence[str]
    notes: tuple[str, ...] = ()


def export_articles(
    *,
    question: SearchQuestion,
    format: str,
    output: str,
    standard_output: IO[bytes] | None = None,
    staff: bool = False,
    replace_output: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> ExportReport:
    """Write what a question finds to ``output``; ``-`` is the standard output.

    ``format`` is one of ``FORMATS``. A format of one article a document makes a folder of files, or
    a zip where ``output`` ends so or is ``-``; a bag is a folder. Pages are left out of account:
    all that is found is written. Nothing is, where nothing is found. ``staff`` hands out articles
    of any status, with all that is known of them, and searches for what was typed and nothing else.
    ``progress`` is told how many articles of how many are written.

    Raises UnknownFormat, QueryError, SearchIndexError and CannotWrite; then nothing is left behind.
    """
    began = monotonic()
    if format not in FORMATS:
        raise UnknownFormat(
            f"There is no format “{format}” to write. Choose one of: {', '.join(FORMATS)}."
        )
    if format == BAG and output == _STREAM:
        raise CannotWrite("A bag is a folder. Name one with --output.")
    matching = matching_articles(question, staff=staff)
    if not matching.ids:
        return ExportReport(found=0, notes=matching.notes, seconds=monotonic() - began)
    counted = _Counted(exported(matching.ids, staff=staff), total=len(matching.ids), tell=progress)
    notes: list[str] = []
    if format == BAG:
        path = Path(output)
        with new_folder(path, replace=replace_output, private=staff, told_by="bagit.txt") as bag:
            notes += write_bag(bag, counted, staff=staff, asked=_in_words(question, staff=staff))
    else:
        _write(writer_for(format), counted, output, standard_output, staff, replace_output)
    if counted.done < len(matching.ids):
        notes.append("Some articles went from sight while the export was written.")
    return ExportReport(
        found=len(matching.ids),
        written=counted.done,
        notes=(*matching.notes, *notes),
        seconds=monotonic() - began,
    )


def matching_articles(question: SearchQuestion, *, staff: bool = False) -> Matching:
    """All that a question finds, however many. Raises QueryError and SearchIndexError.

    A query that cannot be read as it stands is refused. Without a query and without filters, or
    without a working index where there is no query, the database answers the public's question.
    """
    matching = _for_staff(question) if staff else _for_public(question)
    if (waiting := outbox.due_count()) and (question.text.strip() or question.narrowed):
        note = (
            f"The search index has yet to hear of {waiting:,} changes; what they say is not looked "
            "for. Run manage.py search_index update, then export again."
        )
        return replace(matching, notes=(*matching.notes, note))
    return matching


def _for_public(question: SearchQuestion) -> Matching:
    index = PublicIndex()
    asked = ask(question, index, Labels(index.state.epoch))
    if asked.reading.problem is not None:
        raise asked.reading.problem
    request = _whole(asked.request)
    if not question.text.strip() and not question.narrowed:
        return Matching(ids=fallback.filtered(request)[0])
    try:
        widened = expanded(asked.expander(index), asked.reading.node)
        found = index.search(replace(request, query=widened.node))
    except SearchIndexError:
        if question.text.strip():
            raise
        return Matching(ids=fallback.filtered(request)[0], notes=asked.notes)
    notes = (*(each.sentence for each in widened.expansions), *asked.notes)
    return Matching(ids=[hit.id for hit in found.hits], notes=notes)


def _for_staff(question: SearchQuestion) -> Matching:
    reading = read_query(question.text, staff=True)
    if reading.problem is not None:
        raise reading.problem
    if reading.node is None and not question.narrowed:
        articles = Article.objects.newest_first()
        if question.order is Sort.OLDEST:
            articles = articles.order_by(F("published_lower").asc(nulls_last=True), "public_id")
        return Matching(ids=list(articles.values_list("public_id", flat=True).iterator()))
    wanted: dict[str, set[str]] = {
        facet: set(names) for facet, names in tagged_names(reading.node).items()
    }
    for facet, given in question.chosen.items():
        wanted.setdefault(facet, set()).update(given)
    names = resolve_names(wanted, labels=Labels(outbox.public_state().epoch))
    found = get_engine().search(
        _whole(
            SearchRequest(
                query=resolved(reading, names).node,
                filters={
                    facet: names.engine_values(facet, given)
                    for facet, given in question.chosen.items()
                    if given
                },
                dates=question.date_filter(),
                date_from=days_of(question.date_from).lower if question.date_from else None,
                date_to=days_of(question.date_to).upper if question.date_to else None,
                sort=question.order,
                shelves=(Shelf.PUBLIC, Shelf.STAFF),
            )
        )
    )
    return Matching(
        ids=[hit.id for hit in found.hits], notes=(*reading.notes, *unknown_notes(wanted, names))
    )


def _whole(request: SearchRequest) -> SearchRequest:
    """The same request for every hit, without counts."""
    return replace(request, offset=0, limit=_EVERY_HIT, facets=(), histogram=None)


def _write(
    writer: Writer,
    parts: Iterable[Sequence[Exported]],
    output: str,
    standard_output: IO[bytes] | None,
    staff: bool,
    replace_output: bool,
) -> None:
    path = Path(output)
    if writer.single and output != _STREAM and path.suffix.lower() != ".zip":
        with new_folder(
            path, replace=replace_output, private=staff, told_by=writer.suffix
        ) as folder:
            for article, record in _each(parts):
                with (folder / f"{article.public_id}{writer.suffix}").open("wb") as stream:
                    writer.write([record], stream)
    elif output != _STREAM:
        with new_file(path, replace=replace_output, private=staff) as stream:
            _write_stream(writer, parts, stream)
    elif standard_output is None:
        raise CannotWrite("There is no standard output to write to. Name a file with --output.")
    else:
        try:
            _write_stream(writer, parts, standard_output)
            standard_output.flush()
        except OSError as error:
            raise CannotWrite(f"Standard output takes no more: {error.strerror}.") from error


def _write_stream(writer: Writer, parts: Iterable[Sequence[Exported]], stream: IO[bytes]) -> None:
    if not writer.single:
        writer.write((_identified(*one, writer) for one in _each(parts)), stream)
        return
    with zipfile.ZipFile(stream, "w") as packed:
        for article, record in _each(parts):
            entry = zipfile.ZipInfo(f"{article.public_id}{writer.suffix}")
            entry.compress_type = zipfile.ZIP_DEFLATED
            with packed.open(entry, "w") as inner:
                writer.write([record], inner)


def _identified(article: Article, record: ArticleRecord, writer: Writer) -> ArticleRecord:
    """The record with an identifier that lasts, where the format demands one."""
    if not writer.identified or record.supplier_id or record.url:
        return record
    return replace(record, supplier_id=f"{_URN}{article.public_id}")


def _each(parts: Iterable[Sequence[Exported]]) -> Iterator[Exported]:
    for part in parts:
        yield from part


class _Counted:
    """Parts of an export, and how many articles have gone through."""

    def __init__(
        self,
        parts: Iterator[list[Exported]],
        *,
        total: int,
        tell: Callable[[int, int], None] | None,
    ) -> None:
        self._parts = parts
        self._total = total
        self._tell = tell
        self.done = 0

    def __iter__(self) -> Iterator[list[Exported]]:
        for part in self._parts:
            yield part
            self.done += len(part)
            if self._tell is not None:
                self._tell(self.done, self._total)


def _in_words(question: SearchQuestion, *, staff: bool) -> str:
    whose = "Articles of any status" if staff else "Public articles"
    asked = urlencode(replace(question, page=1, page_size=None).parameters())
    return f"{whose} of the search {asked}" if asked else f"{whose}, all of them"
