"""The pages stay light, and ask for nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "archive" / "static" / "archive"


@pytest.mark.parametrize(("name", "kilobytes"), [("archive.css", 25), ("archive.js", 15)])
def test_file_is_small(name: str, kilobytes: int) -> None:
    assert (STATIC / name).stat().st_size < kilobytes * 1000


@pytest.mark.parametrize("path", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_file_names_no_other_site(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert "//" not in "\n".join(line.split("// ")[0] for line in text.splitlines())
