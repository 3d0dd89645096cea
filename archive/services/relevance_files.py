"""Test collections on disk: documents, queries, and which documents answer which query.

A collection is a folder of three files in UTF-8:

``docs.jsonl``    one document a line, a JSON object with ``id`` and any of ``headline``,
                  ``summary``, ``body``, ``language`` (BCP 47) and ``published``; what else it has
                  is passed over
``queries.tsv``   one query a line: its id, a tab, its words
``qrels.trec``    one judgement a line: query id, anything, document id, grade; 0 or less says that
                  the document does not answer the query. Judgements of queries that
                  ``queries.tsv`` lacks are passed over
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from archive.exceptions import CollectionError, DateError, RecordError
from archive.search.document import IndexDocument
from archive.text.analysis import UNDETERMINED
from archive.text.dates import read_date
from archive.text.detection import detect_language
from archive.text.languages import normalise_tag

DOCUMENTS, QUERIES, JUDGEMENTS = "docs.jsonl", "queries.tsv", "qrels.trec"
TEXTS = ("headline", "summary", "body")
RARE_LANGUAGE = 0.05
"""A language detected in a smaller share of a collection is taken for a mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A test collection; ``queries`` are those that some document answers, by id.

    ``judgements`` maps their ids to grades by document. ``unanswered`` counts the queries that no
    document answers, which cannot be measured.
    """

    name: str
    documents: tuple[IndexDocument, ...]
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]
    unanswered: int = 0


def read_collection(folder: Path) -> Collection:
    """Read the three files of ``folder``. Raises CollectionError, which names the file and line."""
    queries = _queries(folder / QUERIES)
    judgements = {
        query: grades
        for query, grades in _judgements(folder / JUDGEMENTS).items()
        if query in queries and any(grade > 0 for grade in grades.values())
    }
    if not judgements:
        raise CollectionError(
            f"{folder / JUDGEMENTS} judges no document to answer any query of {QUERIES}. "
            "Both must call a query by the same id."
        )
    documents = _with_languages(list(_documents(folder / DOCUMENTS)))
    if not documents:
        raise CollectionError(f"{folder / DOCUMENTS} holds no documents.")
    return Collection(
        name=folder.resolve().name,
        documents=tuple(documents),
        queries={id_: text for id_, text in queries.items() if id_ in judgements},
        judgements=judgements,
        unanswered=len(queries) - len(judgements),
    )


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers."""
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip("\r\n")
                if text.strip():
                    yield number, text
    except UnicodeDecodeError as error:
        raise _fault(path, number, "is not UTF-8.") from error
    except FileNotFoundError as error:
        raise CollectionError(
            f"There is no {path}. A collection is a folder of {DOCUMENTS}, {QUERIES} and "
            f"{JUDGEMENTS}."
        ) from error
    except OSError as error:
        raise CollectionError(f"{path} cannot be read: {error.strerror}.") from error


def _fault(path: Path, line: int, what: str) -> CollectionError:
    return CollectionError(f"{path}, line {line}, {what}")


def _queries(path: Path) -> dict[str, str]:
    queries: dict[str, str] = {}
    for number, line in _lines(path):
        id_, tab, text = line.partition("\t")
        id_, text = id_.strip(), text.strip()
        if not (tab and id_):
            raise _fault(path, number, "should be a query's id, a tab and its words.")
        if id_ in queries:
            raise _fault(path, number, f"has a query's id for the second time: {id_}.")
        queries[id_] = text
    if not queries:
        raise CollectionError(f"{path} holds no queries.")
    return queries


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        try:
            query, _, document, written = line.split()
            grade = int(float(written))  # some write 1.0
        except (ValueError, OverflowError) as error:
            raise _fault(
                path,
                number,
                "should be a query's id, a 0, a document's id and a grade, a whole number.",
            ) from error
        judgements.setdefault(query, {})[document] = grade
    if not judgements:
        raise CollectionError(f"{path} holds no judgements.")
    return judgements


def _documents(path: Path) -> Iterator[IndexDocument]:
    """The documents as they are told, their language ``und`` where none is."""
    met: set[str] = set()
    for number, line in _lines(path):
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise _fault(path, number, "is not JSON.") from error
        if not isinstance(record, dict):
            raise _fault(path, number, "should be a JSON object.")
        told = _one_of(record, "id", (str, int), path, number)
        id_ = "" if told is None else str(told).strip()
        if not id_:
            raise _fault(path, number, "has no “id”.")
        if id_ in met:
            raise _fault(path, number, f"has a document's id for the second time: {id_}.")
        met.add(id_)
        headline, summary, body = (
            _one_of(record, name, (str,), path, number) or "" for name in TEXTS
        )
        tag = _one_of(record, "language", (str,), path, number) or ""
        try:
            language = normalise_tag(tag)
        except RecordError:
            language = UNDETERMINED  # so that it is detected: nothing else hangs on it
        lower, upper = _days(record.get("published"))
        yield IndexDocument(
            id=id_,
            version=1,
            language=language,
            headline=headline,
            summary=summary,
            body=body,
            lower=lower,
            upper=upper,
        )


def _one_of(
    record: Mapping[str, Any], name: str, types: tuple[type, ...], path: Path, line: int
) -> Any:
    value = record.get(name)
    if value is None or (isinstance(value, types) and not isinstance(value, bool)):
        return value
    raise _fault(path, line, f"has something else than text for “{name}”.")


def _days(published: object) -> tuple[date, date] | tuple[None, None]:
    """The days of a date; none where it cannot be read, since only ties fall by it."""
    if not isinstance(published, str):
        return None, None
    try:
        span = read_date(published)
    except DateError:
        return None, None
    return span.lower, span.upper


def _with_languages(documents: list[IndexDocument]) -> list[IndexDocument]:
    """The documents with the languages that are not told, as well as can be seen.

    One short text is easily taken for another language, a collection is not: what is detected in
    few of its texts only, or in none of a text, becomes what most of them are in.
    """
    detected = {
        document.id: detect_language(" ".join((document.headline, document.summary, document.body)))
        for document in documents
        if document.language == UNDETERMINED
    }
    counted = Counter(tag for tag in detected.values() if tag != UNDETERMINED)
    if not counted:
        return documents
    usual = counted.most_common(1)[0][0]
    believed = {tag for tag, count in counted.items() if count >= RARE_LANGUAGE * len(detected)}
    return [
        replace(document, language=tag if (tag := detected[document.id]) in believed else usual)
        if document.id in detected
        else document
        for document in documents
    ]
