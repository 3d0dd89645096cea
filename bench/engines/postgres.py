"""PostgreSQL's own full text search, on a server that is started for it on a private socket.

Words in a ``tsvector`` with a GIN index, made by the configuration ``simple``; tags in arrays with
GIN indexes; rank by ``ts_rank``. There is no BM25 in it. A page is one statement.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from archive.search.document import IndexDocument
from bench.corpus import FACETS, Corpus
from bench.engines.base import (
    COUNTED,
    FACET_VALUES,
    PAGE_SIZE,
    BenchEngine,
    Page,
    Unavailable,
)
from bench.engines.marking import marked
from bench.queries import Query

try:
    psycopg: Any = import_module("psycopg")
except ImportError:
    psycopg = None

_OWNER = "postgres"  # the server refuses to run as root
_START_SECONDS = 30
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "512MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "jit": "off",
    # As one writer and one reader at a time, like the others.
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "autovacuum": "off",
}
_MULTIPLE = tuple(spec.name for spec in FACETS if spec.multi_valued)
_SINGLE = tuple(spec.name for spec in FACETS if not spec.multi_valued)
_PLAIN = ("number", "lower", "upper", "year", *_MULTIPLE, *_SINGLE)
_TYPES = (
    "number integer, lower integer, upper integer, year integer, "
    + ", ".join(f"{name} integer[]" for name in _MULTIPLE)
    + ", "
    + ", ".join(f"{name} text" for name in _SINGLE)
)
# A word that no article has keeps phrases from reaching over the end of a part.
_GAP = "to_tsvector('simple', 'qzqzq')"
_WORDS = f" || {_GAP} || ".join(
    f"setweight(to_tsvector('simple', {name}), '{weight}')"
    for name, weight in (("headline", "A"), ("summary", "B"), ("body", "D"))
)
_FROM_STAGING = f"SELECT {', '.join(_PLAIN)}, {_WORDS}, to_tsvector('simple', byline) FROM staging"
_INDEXES = (
    "CREATE INDEX ON articles USING gin (words)",
    "CREATE INDEX ON articles USING gin (bylines)",
    *(f"CREATE INDEX ON articles USING gin ({name})" for name in _MULTIPLE),
    *(f"CREATE INDEX ON articles ({name})" for name in (*_SINGLE, "lower")),
)
_PARTS = ", ".join(
    [
        "(SELECT count(*) FROM found)",
        "(SELECT array_agg(number) FROM "
        f"(SELECT number FROM found ORDER BY {{order}} LIMIT {PAGE_SIZE}) AS shown)",
        *(
            "(SELECT json_object_agg(value, articles) FROM "
            f"(SELECT unnest({name}) AS value, count(*) AS articles FROM found "
            f"GROUP BY 1 ORDER BY 2 DESC LIMIT {FACET_VALUES}) AS {name}_counts)"
            for name in COUNTED
        ),
        "(SELECT json_object_agg(year, articles) FROM (SELECT year, count(*) AS articles "
        "FROM found WHERE year IS NOT NULL GROUP BY 1) AS year_counts)",
    ]
)


class Engine(BenchEngine):
    """Opening starts the server: a cold start counts that as well."""

    def __init__(self, folder: Path, corpus: Corpus) -> None:
        super().__init__(folder, corpus)
        self._data = folder / "data"
        self._server: subprocess.Popen[bytes] | None = None
        self._pids: tuple[int, ...] = ()

    @classmethod
    def check(cls) -> None:
        if psycopg is None:
            raise Unavailable("the Python package psycopg is not installed")
        if not _program("initdb"):
            raise Unavailable("no PostgreSQL server is installed (Debian: postgresql)")
        if os.geteuid() == 0 and not _owner():
            raise Unavailable(f"the server does not run as root, and there is no user {_OWNER}")

    @classmethod
    def versions(cls) -> dict[str, str]:
        server = subprocess.run(
            [_program("postgres"), "--version"], capture_output=True, text=True, check=True
        )
        return {"postgresql": server.stdout.split()[2], "psycopg": version("psycopg")}

    def build(self, batches: Iterable[list[IndexDocument]]) -> None:
        self._data.mkdir()
        if owner := _owner():
            closed = [one for one in self.folder.parents if not one.stat().st_mode & 0o001]
            if closed:
                raise RuntimeError(f"The user {owner} cannot pass {closed[0]}; use another folder.")
            for folder in (self.folder, self._data):
                shutil.chown(folder, owner)
        self._run(
            *("initdb", "--pgdata", str(self._data), "--username", "bench", "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8"),
        )
        self.open()
        run = self._connection.execute
        run(f"CREATE TABLE articles ({_TYPES}, words tsvector, bylines tsvector)")
        run(
            f"CREATE TEMPORARY TABLE staging "
            f"({_TYPES}, headline text, summary text, body text, byline text)"
        )
        for batch in batches:
            self._insert(batch)
        run("ALTER TABLE articles ADD PRIMARY KEY (number)")
        for statement in (*_INDEXES, "DROP TABLE staging", "VACUUM ANALYZE articles", "CHECKPOINT"):
            run(statement)

    def open(self) -> None:
        # A path to a socket has to be short.
        sockets = tempfile.mkdtemp(prefix="bench-")
        if owner := _owner():
            shutil.chown(sockets, owner)
        settings = _SETTINGS | {"unix_socket_directories": sockets}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._server = subprocess.Popen(
            [_program("postgres"), "-D", str(self._data), *options],
            user=_owner(),
            cwd="/",
            stderr=subprocess.DEVNULL,
        )
        atexit.register(self._stop, sockets)
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self._connection = self._connect(sockets)
                break
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.005)
        self._writer = self._connect(sockets)
        children = Path(f"/proc/{self._server.pid}/task/{self._server.pid}/children")
        self._pids = (self._server.pid, *map(int, children.read_text("ascii").split()))

    def page(self, query: Query) -> Page:
        conditions, values = _conditions(query)
        words = _words(query)
        score = "ts_rank(words, %(words)s::tsquery)" if words else "0"
        order = "lower DESC NULLS LAST, number" if query.newest_first else "score DESC, number"
        found = (
            f"SELECT number, lower, year, party, place, {score} AS score "
            f"FROM articles WHERE {' AND '.join(conditions) or 'true'}"
        )
        total, ids, *counts, years = self._connection.execute(
            f"WITH found AS MATERIALIZED ({found}) SELECT {_PARTS.format(order=order)}",
            values | {"words": words},
        ).fetchone()
        return Page(
            total=total,
            ids=tuple(ids or ()),
            counts=dict(zip(COUNTED, (one or {} for one in counts), strict=True)),
            years={int(year): count for year, count in (years or {}).items()},
            snippets=marked([self.corpus.text(number) for number in ids or ()], query),
        )

    def edit(self, document: IndexDocument) -> None:
        with self._writer.transaction():
            self._writer.execute(
                f"CREATE TEMPORARY TABLE IF NOT EXISTS staging "
                f"({_TYPES}, headline text, summary text, body text, byline text)"
            )
            self._writer.execute("DELETE FROM articles WHERE number = %s", [int(document.id)])
            self._insert([document], self._writer)
        seen = "SELECT 1 FROM articles WHERE words @@ %s::tsquery"
        word = _quoted(document.headline.split()[0].lower())
        while not self._connection.execute(seen, [word]).fetchone():
            pass

    def server_pids(self) -> tuple[int, ...]:
        return self._pids

    def index_bytes(self) -> int:
        (size,) = self._connection.execute("SELECT pg_total_relation_size('articles')").fetchone()
        return int(size)

    def _insert(self, documents: list[IndexDocument], connection: Any = None) -> None:
        connection = connection or self._connection
        with connection.cursor().copy("COPY staging FROM STDIN") as copy:
            for document in documents:
                copy.write_row(_row(document))
        connection.execute(f"INSERT INTO articles {_FROM_STAGING}")
        connection.execute("TRUNCATE staging")

    def _connect(self, sockets: str) -> Any:
        # Plans are made anew, since what a parameter stands for decides which index is best.
        return psycopg.connect(
            host=sockets, dbname="postgres", user="bench", autocommit=True, prepare_threshold=None
        )

    def _run(self, program: str, *arguments: str) -> None:
        command = [_program(program), *arguments]
        subprocess.run(command, user=_owner(), cwd="/", check=True, stdout=subprocess.DEVNULL)

    def _stop(self, sockets: str) -> None:
        assert self._server is not None
        self._connection.close()
        self._writer.close()
        self._server.terminate()
        self._server.wait()
        shutil.rmtree(sockets, ignore_errors=True)


def _program(name: str) -> str:
    """The path of one of PostgreSQL's programs, empty where there is none."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(debian[-1]) if debian else "")


def _owner() -> str | None:
    """The user that the server runs as, where it cannot be this one."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(_OWNER).pw_name
    except KeyError:
        return None


def _row(document: IndexDocument) -> tuple[object, ...]:
    return (
        int(document.id),
        document.lower and document.lower.toordinal(),
        document.upper and document.upper.toordinal(),
        document.lower and document.lower.year,
        *([int(value) for value in document.facets[name]] for name in _MULTIPLE),
        *(document.facets[name][0] for name in _SINGLE),
        document.headline,
        document.summary,
        document.body,
        " ".join(document.bylines),
    )


def _conditions(query: Query) -> tuple[list[str], dict[str, Any]]:
    conditions, values = [], dict[str, Any]()
    if not query.newest_first:
        conditions.append("words @@ %(words)s::tsquery")
    for name, value in query.filters.items():
        many = name in _MULTIPLE
        conditions.append(f"{name} @> %({name})s::integer[]" if many else f"{name} = %({name})s")
        values[name] = [int(value)] if many else value
    if query.date_to:
        conditions.append("lower <= %(date_to)s")
        values["date_to"] = query.date_to.toordinal()
    if query.date_from:
        conditions.append("upper >= %(date_from)s")
        values["date_from"] = query.date_from.toordinal()
    return conditions, values


def _words(query: Query) -> str:
    """The query as a ``tsquery``, empty where it has no words."""
    parts = [_quoted(word) for word in query.every]
    if query.some:
        parts.append(f"({' | '.join(map(_quoted, query.some))})")
    if query.phrase:
        parts.append(f"({' <-> '.join(map(_quoted, query.phrase))})")
    if query.prefix:
        parts.append(f"{_quoted(query.prefix)}:*")
    return " & ".join(parts)


def _quoted(word: str) -> str:
    return f"'{word}'"
