"""What tests run in processes of their own, to be killed or to compete."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_START = """
import sys
from pathlib import Path
from archive.engines.whoosh.engine import WhooshEngine
from archive.search.document import Shelf
from tests.engines.documents import FACETS, doc
engine = WhooshEngine(facets=FACETS, directory=Path(sys.argv[1]))
def say(word):
    print(word, flush=True)
def hear():
    return sys.stdin.readline().strip()
"""


def start(script: str, directory: Path, *arguments: str) -> subprocess.Popen[str]:
    """Run ``script`` with an ``engine`` over ``directory``; it may ``say`` and ``hear`` lines."""
    return subprocess.Popen(
        [sys.executable, "-c", _START + script, str(directory), *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def hear(process: subprocess.Popen[str]) -> str:
    """The next line that ``process`` says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def say(process: subprocess.Popen[str], word: str) -> None:
    """Give ``process`` a line to hear."""
    assert process.stdin is not None
    process.stdin.write(f"{word}\n")
    process.stdin.flush()


def end(process: subprocess.Popen[str], *, kill: bool = False) -> int:
    """Wait for ``process``, or kill it; returns its exit code."""
    if kill:
        process.kill()
    process.communicate()
    return process.returncode
