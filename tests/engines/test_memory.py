"""The memory engine keeps the contract."""

from __future__ import annotations

import pytest

from archive.engines.memory.engine import MemoryEngine
from archive.search.engine import SearchEngine
from tests.engines.contract import EngineContract
from tests.engines.documents import FACETS


class TestMemoryEngine(EngineContract):
    @pytest.fixture
    def engine(self) -> SearchEngine:
        return MemoryEngine(facets=FACETS)

    @pytest.fixture
    def engine_with_two_expansions(self) -> SearchEngine:
        return MemoryEngine(facets=FACETS, fuzzy_expansions=2)
