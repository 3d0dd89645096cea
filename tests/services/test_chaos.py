"""Imports of every format, killed at random moments; ``make chaos`` kills ten times as many."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

KILLS = 20


def test_killed_imports_end_as_if_nothing_had_happened() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--kills", str(KILLS), "--size", "8"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{KILLS} killed; 0 ends differ" in done.stdout
