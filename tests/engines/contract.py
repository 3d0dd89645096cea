"""What every search engine must do; an engine's own tests derive from :class:`EngineContract`.

They provide the fixtures ``engine``, an engine without an index over ``documents.FACETS``, and
``engine_with_two_expansions``, the same with ``fuzzy_expansions=2``.
"""

from __future__ import annotations

from tests.engines.contract_pages import PageContract
from tests.engines.contract_queries import QueryContract
from tests.engines.contract_ranking import RankingContract
from tests.engines.contract_writing import WritingContract


class EngineContract(QueryContract, RankingContract, PageContract, WritingContract):
    """All of it."""
