"""What the archive writes is nobody else's to read."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_no_other_account_may_look_into_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=ROOT,
        env={**os.environ, "ARCHIVE_VAR": str(folder)},
        check=True,
        timeout=60,
    )
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
