"""SQLite FTS5: a contentless table for the words, ordinary indexed tables for the rest."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from archive.search.document import IndexDocument
from bench.corpus import FACETS
from bench.engines.base import COUNTED, FACET_VALUES, PAGE_SIZE, BenchEngine, Page
from bench.engines.marking import marked
from bench.queries import Query

_SINGLE = tuple(spec.name for spec in FACETS if not spec.multi_valued)
_MULTIPLE = tuple(spec.name for spec in FACETS if spec.multi_valued)
_SCHEMA = f"""
CREATE VIRTUAL TABLE words USING fts5(
    headline, summary, body, byline, content='', tokenize="unicode61 remove_diacritics 0"
);
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, lower INTEGER, upper INTEGER, year INTEGER,
    {", ".join(f"{name} TEXT" for name in _SINGLE)}
);
{
    "".join(
        f"CREATE TABLE {name} (article INTEGER, value INTEGER, PRIMARY KEY (article, value)) "
        "WITHOUT ROWID;"
        for name in _MULTIPLE
    )
}
"""
_INDEXES = f"""
{"".join(f"CREATE INDEX {name}_values ON {name} (value, article);" for name in _MULTIPLE)}
{"".join(f"CREATE INDEX articles_{name} ON articles ({name});" for name in _SINGLE)}
CREATE INDEX articles_lower ON articles (lower);
INSERT INTO words(words) VALUES ('optimize');
ANALYZE;
"""
_SOME, _MANY = 0.05, 0.4  # of all articles
_WEIGHTS = "3.0, 1.5, 1.0, 0.0"


class Engine(BenchEngine):
    """The matching articles are put into a table in memory once, then ordered and counted."""

    @classmethod
    def versions(cls) -> dict[str, str]:
        return {"sqlite": sqlite3.sqlite_version}

    def build(self, batches: Iterable[list[IndexDocument]]) -> None:
        connection = self._connect()
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")
        for batch in batches:
            _insert(connection, batch)
        connection.execute("COMMIT")
        connection.executescript(_INDEXES)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def open(self) -> None:
        self._connection = self._connect()
        self._writer = self._connect()
        self._connection.execute("CREATE TEMP TABLE found (number INTEGER PRIMARY KEY, score REAL)")

    def page(self, query: Query) -> Page:
        run = self._connection.execute
        run("DELETE FROM temp.found")
        run(*_matching(query))
        (total,) = run("SELECT count(*) FROM temp.found").fetchone()
        # From few articles to their values; for many, through all values in order. The planner,
        # which knows nothing of a temporary table, would always do the latter.
        join = "JOIN" if total > _MANY * len(self.corpus) else "CROSS JOIN"
        by_date = "CROSS JOIN articles USING (number) ORDER BY lower DESC, number"
        order = by_date if query.newest_first else "ORDER BY score, number"
        ids = tuple(
            number for (number,) in run(f"SELECT number FROM temp.found {order} LIMIT {PAGE_SIZE}")
        )
        counts = {
            facet: {
                str(value): count
                for value, count in run(
                    f"SELECT value, count(*) FROM temp.found {join} {facet} "
                    f"ON article = number GROUP BY value ORDER BY 2 DESC LIMIT {FACET_VALUES}"
                )
            }
            for facet in COUNTED
        }
        # With the condition SQLite reads all articles to make a filter of it, a gain for many only.
        dated = "WHERE year IS NOT NULL" if total > _SOME * len(self.corpus) else ""
        years = dict(
            run(
                "SELECT year, count(*) FROM temp.found CROSS JOIN articles USING (number) "
                f"{dated} GROUP BY year"
            ).fetchall()
        )
        years.pop(None, None)
        return Page(
            total=total,
            ids=ids,
            counts=counts,
            years=years,
            snippets=marked([self.corpus.text(number) for number in ids], query),
        )

    def edit(self, document: IndexDocument) -> None:
        number = int(document.id)
        before = self.corpus.document(number)
        run = self._writer.execute
        run("BEGIN")
        run(
            "INSERT INTO words(words, rowid, headline, summary, body, byline) "
            "VALUES ('delete', ?, ?, ?, ?, ?)",
            _texts(before),
        )
        run("DELETE FROM articles WHERE number = ?", (number,))
        for facet in _MULTIPLE:
            run(f"DELETE FROM {facet} WHERE article = ?", (number,))
        _insert(self._writer, [document])
        run("COMMIT")
        word = document.headline.split()[0]
        seen = "SELECT 1 FROM words WHERE words MATCH ?"
        while not self._connection.execute(seen, (_quoted(word),)).fetchall():
            pass

    def close(self) -> None:
        self._connection.close()
        self._writer.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.folder / "index.sqlite3", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA mmap_size = 8000000000")
        connection.execute("PRAGMA cache_size = -65536")
        return connection


def _insert(connection: sqlite3.Connection, documents: list[IndexDocument]) -> None:
    connection.executemany(
        "INSERT INTO words(rowid, headline, summary, body, byline) VALUES (?, ?, ?, ?, ?)",
        map(_texts, documents),
    )
    connection.executemany(
        f"INSERT INTO articles VALUES ({', '.join('?' * (4 + len(_SINGLE)))})",
        (
            (
                int(document.id),
                document.lower and document.lower.toordinal(),
                document.upper and document.upper.toordinal(),
                document.lower and document.lower.year,
                *(document.facets[name][0] for name in _SINGLE),
            )
            for document in documents
        ),
    )
    for facet in _MULTIPLE:
        connection.executemany(
            f"INSERT INTO {facet} VALUES (?, ?)",
            (
                (int(document.id), int(value))
                for document in documents
                for value in document.facets[facet]
            ),
        )


def _texts(document: IndexDocument) -> tuple[object, ...]:
    bylines = " ".join(document.bylines)
    return int(document.id), document.headline, document.summary, document.body, bylines


def _matching(query: Query) -> tuple[str, list[object]]:
    """The statement that fills the table of what was found, and its parameters."""
    conditions, values = [], list[object]()
    words = _words(query)
    if words:
        conditions.append("words MATCH ?")
        values.append(words)
        source, number, score = "words", "words.rowid", f"bm25(words, {_WEIGHTS})"
    else:
        source, number, score = "articles", "articles.number", "0"
    single = [(name, value) for name, value in query.filters.items() if name in _SINGLE]
    if words and (single or query.date_from or query.date_to):
        source += " CROSS JOIN articles ON articles.number = words.rowid"
    for name, value in query.filters.items():
        if name in _MULTIPLE:
            conditions.append(
                # Else FTS5 would be asked once for each article that has the value.
                f"EXISTS (SELECT 1 FROM {name} WHERE article = {number} AND value = ?)"
                if words
                else f"{number} IN (SELECT article FROM {name} WHERE value = ?)"
            )
            values.append(int(value))
        else:
            conditions.append(f"{name} = ?")
            values.append(value)
    if query.date_to:
        conditions.append("lower <= ?")
        values.append(query.date_to.toordinal())
    if query.date_from:
        conditions.append("upper >= ?")
        values.append(query.date_from.toordinal())
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"INSERT INTO temp.found SELECT {number}, {score} FROM {source}{where}", values


def _words(query: Query) -> str:
    """The query in FTS5's language, empty where it has no words."""
    parts = [_quoted(word) for word in query.every]
    if query.some:
        parts.append(f"({' OR '.join(map(_quoted, query.some))})")
    if query.phrase:
        parts.append(_quoted(" ".join(query.phrase)))
    if query.prefix:
        parts.append(f"{_quoted(query.prefix)} *")
    return f"{{headline summary body}} : ({' AND '.join(parts)})" if parts else ""


def _quoted(words: str) -> str:
    return f'"{words}"'
