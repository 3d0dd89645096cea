"""Reports of imports, in short."""

from __future__ import annotations

from collections.abc import Callable

from archive.services.importing_report import ImportReport

Import = Callable[..., ImportReport]


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    return report.created, report.updated, report.unchanged, report.rejected
