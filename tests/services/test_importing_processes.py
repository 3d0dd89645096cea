"""Imports that are killed, and imports that run at the same time, in real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import corpus

RECORDS = 70
BATCH = "archive.services.importing_batch"
# One death after the other, each before the named call: in the first and in a later batch, at
# every step of its transaction, while the index is written, and between it and the outbox.
DEATHS = [
    ("archive.services.importing_reading", "find_files", 1),
    (BATCH, "store_bytes", 1),
    (BATCH, "create_tags", 1),
    (BATCH, "store_ledger", 2),
    (BATCH, "decide", 3),
    (BATCH, "store_references", 1),
    ("archive.services.outbox", "drain", 1),
    ("archive.services.outbox", "documents_of", 1),
    ("archive.services.outbox", "_delete_rows", 1),
]


def start(var: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.services.importing_process", *arguments],
        cwd=Path(__file__).parents[2],
        env={
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "ARCHIVE_VAR": str(var),
            "ARCHIVE_ENGINE": "whoosh",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def run(var: Path, *arguments: str) -> Any:
    process = start(var, *arguments)
    out, error = process.communicate(timeout=120)
    assert process.returncode == 0, error.decode()
    return json.loads(out)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive without articles."""
    var = tmp_path_factory.mktemp("empty") / "var"
    var.mkdir()
    run(var, "prepare")
    return var


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("records") / "records.jsonl"
    path.write_bytes(b"".join(corpus.lines(RECORDS, words=30)))
    return path


@pytest.fixture(scope="module")
def expected(empty: Path, records: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What one import without incident leaves."""
    var = tmp_path_factory.mktemp("expected") / "var"
    shutil.copytree(empty, var)
    assert run(var, "import", str(records)) == [RECORDS, 0, 0, 0]
    return run(var, "contents")


def test_a_killed_import_can_simply_be_run_again(
    empty: Path, records: Path, expected: Any, tmp_path: Path
) -> None:
    var = tmp_path / "var"
    shutil.copytree(empty, var)
    for module, function, call in DEATHS:
        process = start(var, "import", str(records), module, function, str(call))
        _, error = process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, (function, error.decode())
    created, updated, unchanged, rejected = run(var, "import", str(records))
    assert (created + unchanged, updated, rejected) == (RECORDS, 0, 0)
    assert run(var, "contents") == expected
    report = run(var, "verify")
    assert report["sound"], report
    assert report["articles"] == RECORDS
    assert report["waiting"] == 0


def test_imports_at_the_same_time_leave_what_one_would(
    empty: Path, records: Path, expected: Any, tmp_path: Path
) -> None:
    var = tmp_path / "var"
    shutil.copytree(empty, var)
    lines = records.read_bytes().splitlines(keepends=True)
    processes = []
    for number in range(4):
        part = tmp_path / f"{number}.jsonl"
        part.write_bytes(b"".join(lines[number * 10 : number * 10 + 40]))
        processes.append(start(var, "import", str(part)))
    for process in processes:
        _, error = process.communicate(timeout=120)
        assert process.returncode == 0, error.decode()
    assert run(var, "contents") == expected
    assert run(var, "verify")["sound"]
