"""Imports of a mixed heap, killed at random moments; afterwards all must be as if nothing had been.

``python -m tests.chaos [--kills 200] [--seed 1]`` kills an import, or a process that works for it,
goes on with the run or starts another one, kills that, and so on. Each time an import gets to its
end, the archive is compared with one that nobody disturbed: articles, texts, tags, entities,
sources, what the ledger says, and the index with the database. Then it begins with an empty one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import django

from tests.heap import make_heap

_BATCH = 10
_PATIENCE = 120
_SEVERAL_IN = 8  # one import in so many works with several processes, whose start takes long
_HELPER_IN = 4  # and of these, one in so many loses a helper instead of its own life


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill and compare; the exit status is 1 where something differs."""
    options = _parser().parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    try:
        return _Chaos(folder, kills=options.kills, seed=options.seed, size=options.size).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--size", type=int, default=24, help="articles a format (24)")
    parser.add_argument("--seed", type=int, default=1)
    return parser


class _Chaos:
    def __init__(self, folder: Path, *, kills: int, seed: int, size: int) -> None:
        self._kills = kills
        self._chance = random.Random(seed)
        self._heap = folder / "heap"
        self._var = folder / "var"
        self._empty = folder / "empty"
        self._answer = folder / "answer.json"
        make_heap(self._heap, size=size)

    def run(self) -> int:
        """Make an archive, import undisturbed, then disturb."""
        os.environ["ARCHIVE_VAR"] = str(self._var)
        os.environ["ARCHIVE_ENGINE"] = "whoosh"
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ.pop("DATABASE_URL", None)
        self._var.mkdir()
        django.setup()
        _load_all()
        self._do(_prepare)
        shutil.copytree(self._var, self._empty)
        durations = {}
        for processes in (3, 1):
            self._reset()
            began = time.monotonic()
            self._do(partial(_go_on, self._heap, processes, resume=False))
            durations[processes] = time.monotonic() - began
        expected = self._do(_state)
        _say(
            f"undisturbed: {len(expected['articles'])} articles, "
            f"{expected['outcomes']}, {durations[1]:.1f} s; "
            f"with several processes {durations[3]:.1f} s"
        )
        self._reset()
        killed, ended, differing = 0, 0, 0
        while killed < self._kills or not ended:
            processes = 3 if self._chance.randrange(_SEVERAL_IN) == 0 else 1
            after = self._chance.uniform(0, 1.1 * durations[processes])
            if killed >= self._kills:
                after = _PATIENCE
            if self._is_killed(processes, after):
                killed += 1
                ended = 0
                if killed % 20 == 0:
                    _say(f"{killed} killed")
                continue
            ended += 1
            state = self._do(_state)
            if state != expected:
                differing += 1
                self._explain(state, expected)
            self._reset()
        _say(f"{killed} killed; {differing} ends differ from the undisturbed one")
        return 1 if differing else 0

    def _reset(self) -> None:
        shutil.rmtree(self._var)
        shutil.copytree(self._empty, self._var)

    def _is_killed(self, processes: int, after: float) -> bool:
        """Import for so many seconds; whether that was too short."""
        resume = self._chance.random() < 0.5
        child = self._fork(partial(_go_on, self._heap, processes, resume=resume))
        deadline = time.monotonic() + after
        while time.monotonic() < deadline:
            if self._has_ended(child):
                return False
            time.sleep(0.005)
        helpers = _children_of(child)
        victim = child
        if helpers and self._chance.randrange(_HELPER_IN) == 0:
            victim = self._chance.choice(helpers)
        os.kill(victim, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        for helper in helpers:  # they notice by themselves, and must not be in the way of the next
            _wait_for_end(helper)
        return os.waitstatus_to_exitcode(status) != 0

    def _has_ended(self, child: int) -> bool:
        done, status = os.waitpid(child, os.WNOHANG)
        if done and os.waitstatus_to_exitcode(status) != 0:
            raise SystemExit("An import that nobody disturbed has failed.")
        return bool(done)

    def _do(self, work: Callable[[], Any]) -> Any:
        """Do something in a process of its own, so that this one never touches the database."""
        child = self._fork(lambda: self._answer.write_text(json.dumps(work())))
        _, status = os.waitpid(child, 0)
        if status:
            raise SystemExit("A step of the trial itself has failed.")
        return json.loads(self._answer.read_text())

    def _fork(self, work: Callable[[], Any]) -> int:
        sys.stdout.flush()
        child = os.fork()
        if child:
            return child
        try:
            work()
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)

    def _explain(self, state: dict[str, Any], expected: dict[str, Any]) -> None:
        for part, wanted in expected.items():
            if state[part] != wanted:
                _say(f"{part} differ")
                _say(f"  is     {json.dumps(state[part])[:2_000]}")
                _say(f"  should {json.dumps(wanted)[:2_000]}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _load_all() -> None:
    """Load once what every import would load, before there is any connection to be shared."""
    import trafilatura  # noqa: F401

    from archive.formats.registry import known_suffixes
    from archive.services import importing  # noqa: F401
    from archive.text.languages import detect_language

    known_suffixes()
    detect_language("A few words of which nobody says the language.")


def _prepare() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _go_on(heap: Path, processes: int, *, resume: bool) -> None:
    from archive.models import ImportRun, RunState
    from archive.services import importing, importing_reading

    importing_reading.BATCH_RECORDS = _BATCH
    stopped = ImportRun.objects.exclude(state=RunState.FINISHED).first()
    if resume and stopped is not None:
        importing.resume_import(stopped, processes=processes)
    else:
        importing.import_paths(paths=[str(heap)], processes=processes)


def _state() -> dict[str, Any]:
    """What an import leaves, without what depends on when and how often it was begun."""
    from django.db.models import Count

    from archive.models import Entity, ImportRecord, Source
    from archive.services import indexing, outbox
    from tests.services.snapshot import archive_contents

    outbox.drain()
    report = indexing.verify_index()
    # Only what made or changed an article must be there once; what was met again may be.
    outcomes = dict(
        ImportRecord.objects.filter(outcome__in=("created", "updated"))
        .values_list("outcome")
        .annotate(Count("pk"))
    )
    rejected = ImportRecord.objects.filter(outcome="rejected")
    return {
        **archive_contents(),
        "entities": sorted(Entity.objects.values_list("kind", "slug", "name")),
        "sources": sorted(Source.objects.values_list("slug", "name")),
        "outcomes": outcomes,
        "rejected": sorted(set(rejected.values_list("path", "position", "reason"))),
        "index": [report.sound, report.articles, report.waiting],
    }


def _children_of(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while Path(f"/proc/{pid}").exists() and "Z" not in _state_of(pid):
        if time.monotonic() > deadline:
            raise SystemExit("A process of a killed import goes on.")
        time.sleep(0.005)


def _state_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


if __name__ == "__main__":
    sys.exit(main())
