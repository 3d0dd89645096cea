"""The Whoosh engine keeps the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.engines.whoosh.engine import WhooshEngine
from archive.search.engine import SearchEngine
from tests.engines.contract import EngineContract
from tests.engines.documents import FACETS


class TestWhooshEngine(EngineContract):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> SearchEngine:
        return WhooshEngine(facets=FACETS, directory=tmp_path / "index")

    @pytest.fixture
    def engine_with_two_expansions(self, tmp_path: Path) -> SearchEngine:
        return WhooshEngine(facets=FACETS, directory=tmp_path / "index", fuzzy_expansions=2)
