"""Fixtures of the whole suite: an index of its own for every test."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from pytest_django import Settings

from archive.conf import archive_settings
from archive.search.engine import SearchEngine
from archive.services import importing, patience
from archive.services.engine import get_engine

# How long an example takes depends on what else the machine does. The same commit meets the same
# examples, so that it passes or fails everywhere alike; `make explore` looks for new ones.
hypothesis.settings.register_profile("archive", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "archive"))


@pytest.fixture(autouse=True)
def archive_config(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """An empty index in memory, no bound on searches, no patience; tests change what matters.

    Imports stay in this process, as no other one sees the database of a test.
    """
    monkeypatch.setattr(patience, "LOCK_PATIENCE", 0.0)
    monkeypatch.setattr(importing, "MUCH_TO_READ", sys.maxsize)
    settings.ARCHIVE = {
        "ENGINE": "memory",
        "INDEX_DIR": tmp_path / "index",
        "RATE_LIMIT_FILE": tmp_path / "rate-limits.sqlite3",
        "SEARCHES_PER_MINUTE": 0,
    }
    forget_engine()
    yield settings
    forget_engine()


@pytest.fixture
def whoosh_engine(archive_config: Settings) -> SearchEngine:
    """The engine on disk, for what depends on files or other processes."""
    archive_config.ARCHIVE = {**archive_config.ARCHIVE, "ENGINE": "whoosh"}
    forget_engine()
    return get_engine()


def forget_engine() -> None:
    """Let settings that a test changed take effect."""
    if get_engine.cache_info().currsize:
        get_engine().close()
    get_engine.cache_clear()
    archive_settings.cache_clear()


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """The folder of real files, named by the environment; tests on it are skipped without."""
    folder = os.environ.get("ARCHIVE_SAMPLE_DATA", "")
    if not folder:
        pytest.skip("ARCHIVE_SAMPLE_DATA does not name a folder of real files")
    return Path(folder)
