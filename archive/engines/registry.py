"""The engines there are. An engine's module is imported when it is asked for, so that a library
that is missing hurts its own engine alone."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import cast

from archive.search.engine import SearchEngine
from archive.search.facets import FacetSpec

ENGINES = {
    "memory": "archive.engines.memory.engine.MemoryEngine",
    "whoosh": "archive.engines.whoosh.engine.WhooshEngine",
}


def create_engine(
    name: str, *, facets: Sequence[FacetSpec], directory: Path | None, **options: int
) -> SearchEngine:
    """Return the engine called ``name``, which keeps its files, if it has any, in ``directory``.

    ``options`` are the engine's own keyword arguments. Raises ValueError for an unknown name.
    """
    try:
        path = ENGINES[name]
    except KeyError:
        known = ", ".join(sorted(ENGINES))
        raise ValueError(f"There is no engine {name!r}. Choose one of: {known}.") from None
    module, _, class_name = path.rpartition(".")
    engine_class = getattr(import_module(module), class_name)
    return cast("SearchEngine", engine_class(facets=facets, directory=directory, **options))
