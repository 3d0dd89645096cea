"""Lets pytest explain the assertions of the contract, which is in no file named test_*."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    "tests.engines.contract_pages",
    "tests.engines.contract_queries",
    "tests.engines.contract_writing",
)
