"""Every error that the archive raises on purpose, and what the message must do.

The tree::

    ArchiveError
    ├── DateError              a date that cannot be read
    ├── QueryError             a query that cannot be read; has a position and a hint
    │   └── QueryBoundError    a query that is too large; says which bound
    ├── RecordError            one received record that cannot be taken in
    ├── UnknownFormat          no reader recognises a file
    ├── MappingError           columns that cannot be made fields, or are not in a file
    ├── VocabularyError        a vocabulary file that contradicts itself
    ├── CollectionError        a test collection that cannot be read or measured
    └── SearchIndexError       the search index cannot do what was asked
        ├── IndexLocked        another process is writing
        ├── IndexMissing       there is no index yet
        └── IndexDamaged       files of the index are missing or altered

A message is a sentence for the person who can act on it and says what to do next.
"""

from __future__ import annotations


class ArchiveError(Exception):
    """Base of all errors raised on purpose."""


class DateError(ArchiveError, ValueError):
    """A date that is neither ISO 8601 nor EDTF, or lies outside the years 1 to 9999."""


class QueryError(ArchiveError, ValueError):
    """A query that cannot be read.

    ``position`` counts characters from 0 in the query as typed; ``hint`` is a sentence that says
    what to type instead, or empty.
    """

    def __init__(self, message: str, *, position: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class QueryBoundError(QueryError):
    """A query that exceeds one of the bounds; the message names the bound."""


class RecordError(ArchiveError, ValueError):
    """A received record that cannot be taken in. ``line`` counts from 1, where lines exist."""

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class UnknownFormat(ArchiveError, ValueError):
    """No reader recognises a file."""


class MappingError(ArchiveError, ValueError):
    """Columns of a supplier that cannot be made fields, or that a file does not have."""


class VocabularyError(ArchiveError, ValueError):
    """A vocabulary file that cannot be read or contradicts itself."""


class CollectionError(ArchiveError, ValueError):
    """A test collection that cannot be read or measured; the message names the file and line."""


class ImportInterrupted(ArchiveError):
    """An import that could not go on, and can be resumed."""


class SearchIndexError(ArchiveError):
    """The search index cannot do what was asked; the articles are safe in the database."""


class IndexLocked(SearchIndexError):
    """Another process holds the writer lock. Trying again later is enough: the outbox keeps."""


class IndexMissing(SearchIndexError):
    """There is no index yet: ``manage.py search_index rebuild`` makes one."""


class IndexDamaged(SearchIndexError):
    """Files of the index are missing or altered: ``manage.py search_index rebuild`` mends it."""
