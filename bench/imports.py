"""``python -m bench.imports``: how fast an archive takes articles in, from file to index.

In an archive of its own, with a vocabulary of names, three things are measured one after another:
importing a file of new articles (read, clean, tag, store, index), importing the same file again,
and finding names in texts alone. Times are by the wall clock; CPU is that of the command with its
processes, and memory what all of them hold together (the private part of each, and what they share
once), looked at ten times a second.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

from bench.machine import machine
from tests.corpus import articles

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("parties", "places", "persons", "organisations", "topics")
_SYLLABLES = ("Ba", "Den", "Kor", "Li", "Mas", "Ne", "Pol", "Ri", "Sun", "Tav", "Ul", "Zem")
_LOAD = """
from pathlib import Path
from archive.services.vocabulary import load_vocabulary
load_vocabulary(folder=Path('{folder}'))
"""
_NAMED = 5  # names of the vocabulary in a text, about as many as news has
_LOOKS_A_SECOND = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One command: seconds by the clock and of CPU, and megabytes of memory at its height."""

    seconds: float
    cpu: float
    megabytes: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; the exit status is 1 where an import did not do what it should."""
    options = _parser().parse_args(arguments)
    folder = (options.var or ROOT / "var" / "bench-imports").resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ARCHIVE_")},
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ARCHIVE_VAR": str(folder),
    }
    names = _names(options.names)
    _write_vocabulary(folder / "vocabulary", names)
    path = folder / "articles.jsonl"
    with path.open("wb") as file:
        file.writelines(_lines(options.docs, names))
    _run(environment, "manage.py", "migrate", "--verbosity=0")
    _run(environment, "manage.py", "shell", "--verbosity=0", "-c", _LOAD.format(folder=folder))
    first, created = _import(environment, path)
    again, unchanged = _import(environment, path)
    tagging = json.loads(_run(environment, "-m", "bench.tagging", str(path)))
    figures = {
        "docs": options.docs,
        "names": options.names,
        "megabytes_read": round(path.stat().st_size / 1e6, 1),
        "articles_per_second": round(options.docs / first.seconds),
        "cpu_ms_per_article": round(first.cpu / options.docs * 1000, 3),
        "memory_mb": round(first.megabytes),
        "again_per_second": round(options.docs / again.seconds),
        "again_times_as_fast": round(first.seconds / again.seconds, 2),
        "again_cpu_ms_per_article": round(again.cpu / options.docs * 1000, 3),
        "again_memory_mb": round(again.megabytes),
        **tagging,
        "machine": machine(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": shlex.join(["python", "-m", "bench.imports", *(arguments or sys.argv[1:])]),
    }
    for name, value in figures.items():
        print(f"{name:28} {value:,}" if isinstance(value, int) else f"{name:28} {value}")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if not options.keep:
        shutil.rmtree(folder)
    return 0 if created == unchanged == options.docs else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.imports", description=__doc__)
    parser.add_argument("--docs", type=int, default=100_000, help="articles (100,000)")
    parser.add_argument("--names", type=int, default=10_000, help="in the vocabulary (10,000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    parser.add_argument("--var", type=Path, metavar="FOLDER", help="made anew (var/bench-imports)")
    parser.add_argument("--keep", action="store_true", help="leave the archive where it is")
    return parser


def _names(number: int) -> dict[str, list[str]]:
    """Names of two words, no two alike, spread over the kinds."""
    chance = random.Random(7)
    found: dict[str, None] = {}
    while len(found) < number:
        parts = (
            "".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3)))).title() for _ in range(2)
        )
        found[" ".join(parts)] = None
    every = list(found)
    return {kind: every[place :: len(KINDS)] for place, kind in enumerate(KINDS)}


def _write_vocabulary(folder: Path, names: dict[str, list[str]]) -> None:
    folder.mkdir()
    for kind, listed in names.items():
        with (folder / f"{kind}.jsonl").open("w", encoding="utf-8") as file:
            for name in listed:
                entry = {"slug": name.lower().replace(" ", "-"), "name": name}
                file.write(json.dumps(entry) + "\n")
    (folder / "synonyms.jsonl").write_text("")
    (folder.parent / "sources.jsonl").write_text("")


def _lines(number: int, names: dict[str, list[str]]) -> Iterator[bytes]:
    """Articles of 250 words that name some of the vocabulary, common names more often."""
    chance = random.Random(11)
    every = [name for group in zip(*names.values(), strict=False) for name in group]
    weights = list(accumulate(1 / rank for rank in range(1, len(every) + 1)))
    for record in articles(number):
        words = record["body"].split(" ")
        for name in chance.choices(every, cum_weights=weights, k=_NAMED):
            words[chance.randrange(len(words))] = name
        record["body"] = " ".join(words)
        for kind in KINDS:
            record[kind] = record.get(kind, [])[:1]  # a supplier gives some tags, too
        yield json.dumps(record, ensure_ascii=False).encode() + b"\n"


def _import(environment: dict[str, str], path: Path) -> tuple[Measured, int]:
    """Import a file; returns what that took, and how many were created or left unchanged."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_articles", "--quiet", "--json", str(path)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    height = 0.0
    while process.poll() is None:
        height = max(height, _memory_of(process.pid))
        time.sleep(1 / _LOOKS_A_SECOND)
    seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(f"The import ended with {process.returncode}.")
    counts = json.loads(out.splitlines()[-1])
    cpu = sum(getattr(after, name) - getattr(before, name) for name in ("ru_utime", "ru_stime"))
    measured = Measured(seconds=seconds, cpu=cpu, megabytes=height)
    return measured, counts["created"] + counts["unchanged"]


def _memory_of(pid: int) -> float:
    """Megabytes that a process and its descendants hold: proportional, so shared pages once."""
    total = 0.0
    waiting = [pid]
    while waiting:
        current = waiting.pop()
        try:
            for line in Path(f"/proc/{current}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) / 1024
            for task in Path(f"/proc/{current}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except (OSError, ValueError):  # it has just ended
            continue
    return total


def _run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
