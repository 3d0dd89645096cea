"""Fixtures of the services' tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archive.services.importing import import_paths
from archive.services.importing_report import ImportReport
from tests.services.reports import Import


@pytest.fixture
def take_in(tmp_path: Path) -> Import:
    """Import records as one file of JSON Lines, without the index unless it is asked for."""

    def import_records(*records: dict[str, Any], **options: Any) -> ImportReport:
        path = tmp_path / "records.jsonl"
        path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
        return import_paths(paths=[str(path)], **{"index": False, **options})

    return import_records
