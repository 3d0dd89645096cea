"""What commands that import say while they work and at the end."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from archive.management.progress import ProgressReport
from archive.models import ImportRun
from archive.services.importing_files import STANDARD_INPUT
from archive.services.importing_prepare import FirstRecord
from archive.services.importing_report import ImportReport, Progress

REJECTS_SHOWN = 50
NOTES_SHOWN = 20
CHANGES_SHOWN = 20
EXCERPT = 60


def show_progress(shown: ProgressReport, progress: Progress) -> None:
    """Pass an import's progress on: counts, rate, the time that is left, the file."""
    if progress.stored:
        shown.show(
            f"{progress.indexed:,} articles brought into the index",
            done=progress.indexed,
            total=progress.done,
        )
        return
    rate = progress.done / progress.seconds if progress.seconds else 0
    counts = ", ".join(f"{number:,} {outcome}" for outcome, number in progress.counts.items())
    left = progress.seconds_left
    shown.show(
        f"{progress.done:,} records read, {rate:,.0f} a second"
        f"{'' if left is None else f', {_duration(left)} left'}: {counts} ({progress.path})",
        done=progress.bytes_read,
        total=progress.bytes_total,
    )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def complaints(report: ImportReport) -> list[str]:
    """A sentence for each record that was rejected, and for whatever else went wrong."""
    said = [str(reject) for reject in report.rejects[:REJECTS_SHOWN]]
    if report.rejected > len(said):
        more = f"{report.rejected - len(said):,} more were rejected."
        if report.run is not None:
            more += f" All of them, to be mended: import_runs rejects {report.run.pk} --output FILE"
        said.append(more)
    said += report.notes[:NOTES_SHOWN]
    if len(report.notes) > NOTES_SHOWN:
        said.append(
            f"{len(report.notes) - NOTES_SHOWN:,} more were passed over; name them, or --format, "
            "to have them read."
        )
    if report.index_error:
        said.append(report.index_error)
    return said


def first_in_words(report: ImportReport) -> list[str]:
    """What was made of the first records, field by field."""
    said = []
    for first in report.first:
        said.append(f"{first.path}:{first.position} reads as:")
        for name, value in _said_by(first).items():
            said.append(f"  {_label(name)}: {_excerpt(value)}")
    return said


def first_as_data(report: ImportReport) -> list[dict[str, Any]]:
    """The same as plain values, whole."""
    return [
        {"path": first.path, "position": first.position, "fields": _said_by(first)}
        for first in report.first
    ]


def _said_by(first: FirstRecord) -> dict[str, Any]:
    """What a record says, its lists as plain words."""
    record = first.record
    said: dict[str, Any] = {
        field.name: value
        for field in fields(record)
        if isinstance(value := getattr(record, field.name), str) and value
    }
    lists = {"bylines": record.bylines}
    lists |= {
        kind: tuple(entity.name for entity in named) for kind, named in record.entities.items()
    }
    lists["references"] = tuple(
        " ".join(filter(None, (each.label, each.url))) for each in record.references
    )
    return said | {name: list(words) for name, words in lists.items() if words}


def interrupted(error: BaseException, run: ImportRun | None) -> str:
    """Why an import did not come to its end, and how to go on."""
    why = "it was stopped" if isinstance(error, KeyboardInterrupt) else str(error)
    why = (why or type(error).__name__).rstrip(".")
    if run is None or STANDARD_INPUT in run.arguments["paths"]:
        on = "Import the same again: the records that are in change nothing."
    else:
        on = f"Go on with: import_articles --resume {run.pk}"
    return f"The import did not come to its end: {why}. What is stored stays. {on}"


def changes_in_words(report: ImportReport) -> list[str]:
    """What would change, article by article and field by field."""
    said = []
    for change in report.changes[:CHANGES_SHOWN]:
        said.append(f"{change.path}:{change.position} would change {change.public_id}:")
        for name, (before, after) in change.fields.items():
            said.append(f"  {_label(name)}: {_excerpt(before)} → {_excerpt(after)}")
    if report.changes and (more := report.updated - len(report.changes[:CHANGES_SHOWN])):
        said.append(f"… and {more:,} more; --json names a thousand.")
    return said


def changes_as_data(report: ImportReport) -> list[dict[str, Any]]:
    """The same as plain values, whole."""
    return [
        {
            "path": change.path,
            "position": change.position,
            "article": change.public_id,
            "fields": {
                name: [_plain(before), _plain(after)]
                for name, (before, after) in change.fields.items()
            },
        }
        for change in report.changes
    ]


def _label(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _excerpt(value: object) -> str:
    """The beginning of a value on one line."""
    text = "; ".join(map(str, value)) if isinstance(value, list) else str(_plain(value) or "")
    text = " ".join(text.split())
    if not text:
        return "(empty)"
    return (
        f"“{text}”" if len(text) <= EXCERPT else f"“{text[:EXCERPT]}…” ({len(text):,} characters)"
    )


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
