"""``python -m bench.tagging FILE``: how many articles a second have their names found.

Run by :mod:`bench.imports`, with the settings of its archive.
"""

from __future__ import annotations

import json
import sys
import time
from itertools import islice
from pathlib import Path

import django

_MOST = 20_000


def main(path: Path) -> dict[str, int]:
    """Find the names of the archive's vocabulary in the articles of a file, by CPU time."""
    from archive.formats.jsonl import JsonLinesReader
    from archive.models import Article
    from archive.services.tagging import Tagger

    tagger = Tagger()
    with path.open("rb") as stream:
        articles = [
            Article(
                headline=record.headline, summary=record.summary, body=record.body, language="en"
            )
            for received in islice(JsonLinesReader().read(stream), _MOST)
            if (record := received.record) is not None
        ]
    began = time.process_time()
    found = sum(len(tagger.named(article)) for article in articles)
    seconds = time.process_time() - began
    return {
        "tagged_per_second": round(len(articles) / seconds),
        "names_found_per_100": round(100 * found / len(articles)),
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main(Path(sys.argv[1]))))
