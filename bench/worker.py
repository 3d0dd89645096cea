"""One step of one engine in a process of its own; run by ``bench.run``.

``python -m bench.worker STEP ENGINE WORK INDEX ANSWER SECONDS``: the step is ``build``, ``cold`` or
``serve``; ``WORK`` holds the corpus and the queries; the figures are pickled into ``ANSWER``.
"""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from bench.corpus import Corpus
from bench.engines import engine_class
from bench.measure import build, cold, serve


def main(step: str, name: str, work: str, index: str, answer: str, seconds: str) -> None:
    """Do the step and write its answer."""
    folder = Path(index)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = engine_class(name)(folder, Corpus(Path(work) / "corpus"))
    queries = pickle.loads((Path(work) / "queries.pickle").read_bytes())
    match step:
        case "build":
            found = build(engine, name)
        case "cold":
            found = cold(engine, next(one for one in queries if one.kind == "common word"))
        case _:
            found = serve(engine, queries, float(seconds))
    Path(answer).write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
