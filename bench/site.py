"""``python -m bench.site``: how fast the search page is, from the browser's end of the wire.

Starts the site as production does, over an archive of made-up articles, and lets visitors ask
without a pause, each question another one. Then asks again on condition that something changed.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path
from typing import Any

from bench.machine import machine
from bench.visitors import Answer, Visitor, kind_of, questions, visit
from tests.corpus import lines

ROOT = Path(__file__).resolve().parents[1]
_ASKED_AGAIN = 1_000
_START_SECONDS = 60
# Counting goes on as in production, and nobody is turned away.
_NO_LIMIT = "100000000"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 where a page failed or a condition did not hold."""
    options = _parser().parse_args(arguments)
    folder = (options.var or ROOT / "var" / f"bench-site-{options.docs}").resolve()
    environment = _environment(folder)
    _prepare(environment, folder, options.docs)
    with _serving(environment, workers=options.workers, threads=options.threads) as (server, port):
        figures = _measure(server, port, options)
    figures = {
        "docs": options.docs,
        "visitors": options.visitors,
        "workers": options.workers,
        **figures,
        "machine": machine(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": shlex.join(["python", "-m", "bench.site", *(arguments or sys.argv[1:])]),
    }
    for name, value in figures.items():
        print(f"{name:24} {value:,}" if isinstance(value, int) else f"{name:24} {value}")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 1 if figures["errors"] or figures["not_modified_share"] < 1 else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.site", description=__doc__)
    parser.add_argument("--docs", type=int, default=100_000, help="articles (100,000)")
    parser.add_argument("--visitors", type=int, default=8, help="who ask at once (8)")
    parser.add_argument("--workers", type=int, default=2, help="processes of the site (2)")
    parser.add_argument("--threads", type=int, help="of each of them (as config/gunicorn.py says)")
    parser.add_argument("--seconds", type=float, default=30, help="to measure for (30)")
    parser.add_argument("--warm-up", type=float, default=5, help="seconds before that (5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    parser.add_argument(
        "--var",
        type=Path,
        metavar="FOLDER",
        help="an archive of so many articles, made here if need be (var/bench-site-DOCS)",
    )
    return parser


def _environment(folder: Path) -> dict[str, str]:
    """Settings of production, but for TLS, which the proxy in front would bring."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARCHIVE_")}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ARCHIVE_VAR": str(folder),
        "ARCHIVE_PRODUCTION": "1",
        "ARCHIVE_SECRET_KEY": secrets.token_urlsafe(64),
        "ARCHIVE_HOSTS": "127.0.0.1",
        "ARCHIVE_SSL_REDIRECT": "0",
        "ARCHIVE_SEARCHES_PER_MINUTE": _NO_LIMIT,
    }


def _prepare(environment: dict[str, str], folder: Path, documents: int) -> None:
    """Make the archive where it is not there yet, and its index where that is out of date."""
    _manage(environment, "migrate", "--verbosity=0")
    _manage(environment, "collectstatic", "--no-input", "--verbosity=0")
    status = json.loads(_manage(environment, "search_index", "status", "--json"))
    if status["articles"] < documents:
        _manage(environment, "load_seeds", "--vocabulary")
        path = folder / "articles.jsonl"
        with path.open("wb") as file:
            file.writelines(lines(documents))
        _manage(environment, "import_articles", "--quiet", "--no-index", str(path))
        path.unlink()
    if status["articles"] < documents or not status["generation"] or status["rebuild_due"]:
        _manage(environment, "search_index", "rebuild")


def _manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout


@contextmanager
def _serving(
    environment: dict[str, str], *, workers: int, threads: int | None
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The site on a free port, as long as the block runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py"),
        *(("--threads", str(threads)) if threads else ()),
        *(("--worker-connections", str(threads)) if threads else ()),
        *("--workers", str(workers), "--bind", f"127.0.0.1:{port}", "config.wsgi"),
    ]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(server, port)
        yield server, port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=_START_SECONDS)


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        visitor = Visitor(port)
        try:
            visitor.get("/robots.txt")
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            visitor.close()
    raise RuntimeError("The site did not start.")


def _measure(
    server: subprocess.Popen[bytes], port: int, options: argparse.Namespace
) -> dict[str, Any]:
    # One stream for all, so that no two visitors ask the same.
    stream = _Shared(zip(questions(), repeat("")))
    visitors: list[Iterator[tuple[str, str]]] = [stream] * options.visitors

    def ask(seconds: float) -> list[Answer]:
        end = time.monotonic() + seconds
        return visit(port, visitors, until=lambda: time.monotonic() > end)

    ask(options.warm_up)
    served, own, start = _processor_seconds(server.pid), time.process_time(), time.monotonic()
    answers = ask(options.seconds)
    elapsed = time.monotonic() - start
    served, own = _processor_seconds(server.pid) - served, time.process_time() - own
    held = [(answer.address, answer.etag) for answer in answers if answer.etag][:_ASKED_AGAIN]
    again = visit(port, [_Shared(iter(held))] * options.visitors, until=lambda: False)
    pages = max(len(answers), 1)
    return {
        "pages": len(answers),
        "errors": sum(answer.status != 200 for answer in answers),
        "pages_per_s": round(len(answers) / elapsed, 1),
        **_times("page", answers),
        "page_bytes_p50": _quantile(sorted(answer.length for answer in answers), 0.5),
        "site_cpu_ms_a_page": round(1000 * served / pages, 2),
        "visitors_cpu_ms_a_page": round(1000 * own / pages, 2),
        "asked_again": len(again),
        "not_modified_share": sum(answer.status == 304 for answer in again) / max(len(again), 1),
        **_times("not_modified", again),
        "page_ms_p95_by_kind": _by_kind(answers),
    }


class _Shared:
    """An iterator that threads draw from in turn."""

    def __init__(self, items: Iterator[tuple[str, str]]) -> None:
        self._items = items
        self._turn = threading.Lock()

    def __iter__(self) -> _Shared:
        return self

    def __next__(self) -> tuple[str, str]:
        with self._turn:
            return next(self._items)


def _by_kind(answers: Sequence[Answer]) -> dict[str, float]:
    """The 95th percentile of each kind of question, by its parameters, the slowest first."""
    times: dict[str, list[float]] = {}
    for answer in answers:
        times.setdefault(kind_of(answer.address), []).append(1000 * answer.seconds)
    slowest = {kind: round(_quantile(sorted(own), 0.95), 1) for kind, own in times.items()}
    return dict(sorted(slowest.items(), key=lambda pair: -pair[1]))


def _times(name: str, answers: Sequence[Answer]) -> dict[str, float]:
    times = sorted(1000 * answer.seconds for answer in answers)
    return {
        f"{name}_ms_p{percent}": round(_quantile(times, percent / 100), 1)
        for percent in (50, 95, 99)
    }


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0


def _processor_seconds(pid: int) -> float:
    """What a process and its children have spent so far, as Linux tells it; else 0."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().rpartition(")")
        except OSError:
            continue  # it has just ended
        fields = rest.split()
        if pid in (int(name.split()[0]), int(fields[1])):
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
