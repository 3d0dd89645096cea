"""What commands that import say while they work and at the end."""

from __future__ import annotations

from archive.management.progress import ProgressReport
from archive.services.importing import ImportReport, Progress

REJECTS_SHOWN = 50


def show_progress(shown: ProgressReport, progress: Progress) -> None:
    """Pass an import's progress on, with its rate."""
    if progress.indexed:
        shown.show(
            f"{progress.indexed:,} articles brought into the index",
            done=progress.indexed,
            total=progress.done,
        )
        return
    rate = progress.done / progress.seconds if progress.seconds else 0
    shown.show(
        f"{progress.done:,} records read, {rate:,.0f} a second",
        done=progress.bytes_read,
        total=progress.bytes_total,
    )


def complaints(report: ImportReport) -> list[str]:
    """A sentence for each record that was rejected, and for whatever else went wrong."""
    said = [str(reject) for reject in report.rejects[:REJECTS_SHOWN]]
    if report.rejected > len(said):
        where = f"import {report.run.pk} in the admin" if report.run else "the files"
        said.append(f"{report.rejected - len(said):,} more were rejected; {where} has them.")
    said += report.notes
    if report.index_error:
        said.append(report.index_error)
    return said


def summary(report: ImportReport, *, dry_run: bool) -> str:
    """The counts, the seconds and the rate, in one sentence."""
    rate = report.records / report.seconds if report.seconds else 0
    noun = "record" if report.records == 1 else "records"
    return (
        f"{'Nothing was written. This would be: ' if dry_run else ''}"
        f"{report.records:,} {noun} in {report.seconds:.1f} s ({rate:,.0f} a second): "
        f"{report.created:,} created, {report.updated:,} updated, "
        f"{report.unchanged:,} unchanged, {report.rejected:,} rejected."
    )
