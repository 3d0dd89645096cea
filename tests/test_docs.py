"""Whatever can be set, called or read in is described."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from archive.conf import ArchiveSettings
from archive.facets.registry import FACETS
from archive.formats.registry import FORMATS

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def text_of(name: str) -> str:
    return (DOCS / name).read_text()


@pytest.mark.parametrize("name", [field.name for field in fields(ArchiveSettings)])
def test_setting_is_described(name: str) -> None:
    assert f"`{name}`" in text_of("settings.md")


@pytest.mark.parametrize(
    "name",
    sorted(
        set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config" / "settings.py").read_text()))
    ),
)
def test_variable_of_the_environment_is_described(name: str) -> None:
    assert f"`{name}`" in text_of("settings.md")


@pytest.mark.parametrize(
    "command",
    sorted(
        path.stem
        for path in (ROOT / "archive" / "management" / "commands").glob("*.py")
        if path.stem != "__init__"
    ),
)
def test_command_is_described(command: str) -> None:
    assert any(command in path.read_text() for path in [*DOCS.glob("*.md"), ROOT / "README.md"])


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_format_is_described(name: str) -> None:
    assert f"(`{name}`" in text_of("importing.md")


@pytest.mark.parametrize("name", sorted(FACETS))
def test_facet_is_described(name: str) -> None:
    assert f"`{name}`" in text_of("search.md")


def test_links_between_documents_lead_somewhere() -> None:
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"
