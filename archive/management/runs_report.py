"""Import runs, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.models import ImportFile, ImportRecord, ImportRun, RunState
from archive.services.undoing import LeftAlone, UndoReport

COUNTS = ("created", "updated", "unchanged", "rejected")


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 article``, ``2,000 articles``."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def run_as_data(run: ImportRun) -> dict[str, Any]:
    """A run as JSON has it; times are ISO 8601."""
    return {
        "run": run.pk,
        "started": run.started_at.isoformat(),
        "finished": run.finished_at.isoformat() if run.finished_at else None,
        "state": run.state,
        "by": run.by.get_username() if run.by else None,
        **{name: getattr(run, name) for name in COUNTS},
        "arguments": run.arguments,
    }


def print_runs(console: Console, runs: Sequence[ImportRun], *, older: bool) -> None:
    """Runs as a table, and how to see older ones."""
    if not runs:
        console.print("There are no import runs.")
        return
    table = _table("run", "started (UTC)", "state", *COUNTS, "what")
    for name in ("run", *COUNTS):
        _column(table, name).justify = "right"
    for run in runs:
        table.add_row(
            str(run.pk),
            f"{run.started_at:%Y-%m-%d %H:%M}",
            run.get_state_display(),
            *(f"{getattr(run, name):,}" for name in COUNTS),
            Text(_what(run), overflow="ellipsis", no_wrap=True),
        )
    console.print(table)
    if older:
        console.print(f"There are older ones: import_runs list --before {runs[-1].pk}")


def print_run(
    console: Console,
    run: ImportRun,
    *,
    files: Sequence[ImportFile],
    all_files: int,
    left: int,
    rejects: Sequence[ImportRecord],
) -> None:
    """A run with its first files and rejects, and what can be done about it.

    ``left`` counts articles that are as the run left them.
    """
    ended = f", ended {run.finished_at:%Y-%m-%d %H:%M:%S}" if run.finished_at else ""
    console.print(f"Import {run.pk}, {run.get_state_display()}")
    console.print(f"started {run.started_at:%Y-%m-%d %H:%M:%S}{ended} (UTC)")
    if run.by:
        console.print(Text(f"by {run.by.get_username()}"))
    console.print(", ".join(f"{getattr(run, name):,} {name}" for name in COUNTS))
    for name, value in run.arguments.items():
        if value not in (None, "", []):
            console.print(Text(f"{name}: {_said(value)}"))
    if files:
        table = _table("file", "state", "records", "SHA-256")
        _column(table, "records").justify = "right"
        for file in files:
            state = file.get_state_display()
            digest = Text(file.sha256 or "–", overflow="fold")
            table.add_row(Text(file.path, overflow="fold"), state, f"{file.records:,}", digest)
        console.print(table)
        _more(console, all_files - len(files), "file")
    if rejects:
        table = _table("rejected", "line", "why")
        for record in rejects:
            line = str(record.line or "")
            table.add_row(Text(record.path, overflow="fold"), line, Text(record.reason))
        console.print(table)
        _more(console, run.rejected - len(rejects), "reject")
        console.print(f"As a file to be mended: import_runs rejects {run.pk} --output FILE")
    if run.state == RunState.UNDONE:
        console.print("Nothing is left of it: it was undone.")
    elif run.state == RunState.PARTLY:
        console.print(
            f"It was undone, but {counted(left, 'article')} of it still there, which somebody has "
            f"touched since. Where that is taken back, too, go on: import_runs undo {run.pk}"
        )
    elif run.state == RunState.UNDOING:
        console.print(f"Undoing it was stopped. Go on: import_runs undo {run.pk}")
    else:
        console.print(f"To take it back: import_runs undo {run.pk}")


def undone_in_words(report: UndoReport, *, dry_run: bool) -> str:
    """What an undo did, or would do, in one or two sentences."""
    start = "Nothing was written. This would be: " if dry_run else ""
    most = "at most " if dry_run else ""
    return (
        f"{start}{counted(report.deleted, 'article')} deleted, {report.restored:,} restored, "
        f"{report.left_alone:,} left alone; {most}{counted(report.entities, 'entity', 'entities')} "
        f"and {most}{counted(report.sources, 'source')} deleted that nothing else needs."
    )


def print_left(console: Console, left: Sequence[LeftAlone], *, all_left: int) -> None:
    """The articles that stay as they are, and why."""
    if not left:
        return
    table = _table("article", "headline", "why it is left alone")
    for article in left:
        headline = Text(article.headline or "–", overflow="ellipsis", no_wrap=True)
        table.add_row(article.public_id, headline, Text(article.why))
    console.print(table)
    _more(console, all_left - len(left), "article")


def _table(*headings: str) -> Table:
    table = Table()
    for heading in headings:
        table.add_column(heading)
    return table


def _column(table: Table, heading: str) -> Any:
    return next(column for column in table.columns if column.header == heading)


def _more(console: Console, number: int, what: str) -> None:
    if number > 0:
        console.print(f"… and {counted(number, f'more {what}')}; --limit shows more of them.")


def _what(run: ImportRun) -> str:
    return run.arguments.get("label") or _said(run.arguments.get("paths") or [])


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
