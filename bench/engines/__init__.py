"""The engines that are measured, one file each.

Another one is a file with a class ``Engine`` and a line here.
"""

from __future__ import annotations

from importlib import import_module

from bench.engines.base import BenchEngine

ENGINES = {
    "archive": "bench.engines.archive",
    "whoosh": "bench.engines.whoosh",
    "sqlite": "bench.engines.sqlite",
    "tantivy": "bench.engines.tantivy",
    "postgres": "bench.engines.postgres",
}


def engine_class(name: str) -> type[BenchEngine]:
    """The engine of this name."""
    found: type[BenchEngine] = import_module(ENGINES[name]).Engine
    return found
