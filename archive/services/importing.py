"""Taking articles in: files, folders and standard input, in batches that each are one transaction.

A killed import can be run again, or resumed where it stopped: what is stored is met again by its
public id and left as it is. Every file, every record, its bytes and what became of it are in the
ledger (``ImportRun``). A large import is the work of three processes: one reads and tags, one
stores, one indexes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from archive.formats.limits import MAX_NAME
from archive.formats.mapping import FieldMap
from archive.formats.registry import reader_for
from archive.models import FileState, ImportRun, RunState, Status
from archive.services.child_process import ready_for_bulk
from archive.services.following import follow_index
from archive.services.importing_batch import BatchWriter
from archive.services.importing_dry import DryWriter
from archive.services.importing_files import STANDARD_INPUT, is_folder, shown
from archive.services.importing_follower import IndexFollower
from archive.services.importing_prepare import Decided
from archive.services.importing_processes import is_alive, this_process
from archive.services.importing_profiles import Columns
from archive.services.importing_reading import Batch, Resumed, WhatToRead
from archive.services.importing_report import ImportReport, Progress, Tally
from archive.services.importing_worker import BatchReader, LocalReader, WorkerReader

if TYPE_CHECKING:
    from django.contrib.auth.models import User

# Below this, starting processes takes longer than it saves.
MUCH_TO_READ = 4 * 1024 * 1024
FIRST_SHOWN = 3


class Writer(Protocol):
    """What an import hands its batches to."""

    @property
    def run(self) -> ImportRun | None: ...
    def look(self, batch: Batch, reader: BatchReader) -> set[int]: ...
    def write(self, batch: Batch, reader: BatchReader, *, places: set[int]) -> list[Decided]: ...
    def finish(self, state: RunState) -> None: ...


def import_paths(
    *,
    paths: Sequence[str],
    format: str | None = None,
    source: str = "",
    status: str = Status.PUBLISHED,
    dry_run: bool = False,
    index: bool = True,
    by: User | None = None,
    standard_input: IO[bytes] | None = None,
    progress: Callable[[Progress], None] | None = None,
    unchanged_too: bool = True,
    processes: int | None = None,
    columns: Columns | None = None,
) -> ImportReport:
    """Import files, folders and ``-`` (standard input), in the order given.

    ``format`` is a reader of ``formats/registry.py``, recognised file by file where it is not
    given; ``source`` (name or slug) and ``status`` are those of records that do not say. A record
    that is wrong is rejected with a reason and the others go in. The index is brought up to date,
    unless ``index`` is false. ``dry_run`` writes nothing and reports what would happen. The ledger
    names records that change nothing only with ``unchanged_too``. ``processes`` is 1 or more; by
    default as many as the size of the files asks for. ``columns`` says what a supplier's own ones
    are, and the format; a trial then shows what it makes of the first records.

    Raises UnknownFormat and ValueError where an argument itself is wrong, before anything is read,
    and ImportInterrupted where another process of the import dies.
    """
    mapping = columns.mapping if columns else FieldMap()
    if columns:
        format = columns.format
    if format is not None and not mapping:
        reader_for(format)
    if status not in Status.values:
        raise ValueError(f"There is no status “{status}”. Choose one of: {', '.join(Status)}.")
    if len(source) > MAX_NAME:
        raise ValueError(f"The name of a source has at most {MAX_NAME} characters.")
    arguments = {
        "paths": list(map(shown, paths)),
        "folder": shown(Path.cwd()),
        "format": format,
        "source": source,
        "status": status,
        "process": this_process(),
    }
    if columns and mapping:
        arguments |= {"map": list(mapping.written), "profile": columns.profile}
    what = WhatToRead(paths=paths, format=format, source=source, mapping=mapping)
    trial = DryWriter(status=status, shown=FIRST_SHOWN if mapping else 0) if dry_run else None
    writer: Writer = trial or BatchWriter(
        arguments=arguments, status=status, by=by, unchanged_too=unchanged_too
    )
    report = _import(
        what,
        writer,
        index=index and not dry_run,
        standard_input=standard_input,
        progress=progress,
        several=_is_worth_it(paths) if processes is None else processes > 1,
    )
    return replace(report, first=tuple(trial.first)) if trial else report


def import_received(
    content: IO[bytes], *, label: str, format: str, source: str, status: str
) -> ImportReport:
    """Import one file that came from ``label``, an address; every record is of ``source`` (a slug).

    Articles of other sources are left as they are, whatever addresses the records give. ``status``
    is that of records that do not say. Where nothing is new, the ledger stays as it is.
    """
    arguments = {
        "paths": [STANDARD_INPUT],
        "label": shown(label),
        "folder": shown(Path.cwd()),
        "format": format,
        "source": source,
        "status": status,
        "process": this_process(),
    }
    return _import(
        WhatToRead(paths=[STANDARD_INPUT], format=format, label=label, source_of_all=source),
        BatchWriter(
            arguments=arguments, status=status, by=None, unchanged_too=False, only_of=source
        ),
        index=True,
        standard_input=content,
        progress=None,
        several=False,
    )


def run_called(number: int) -> ImportRun:
    """The run of a number. Raises ValueError where there is none."""
    run = ImportRun.objects.filter(pk=number).first()
    if run is None:
        raise ValueError(f"There is no import {number}. import_runs list shows those there are.")
    return run


def resume_import(
    run: ImportRun,
    *,
    index: bool = True,
    by: User | None = None,
    progress: Callable[[Progress], None] | None = None,
    processes: int | None = None,
) -> ImportReport:
    """Go on with a run that was killed or failed, with the arguments that it was called with.

    Files that were read to their end are not read again, nor are the records of the one at hand
    that are in the ledger, unless the file has changed. Raises ValueError for a run that has
    nothing left to do, and for one that read from standard input.
    """
    if run.state not in (RunState.RUNNING, RunState.FAILED):
        raise ValueError(
            f"Import {run.pk} is {run.get_state_display()}; there is nothing to go on with."
        )
    arguments = run.arguments
    if STANDARD_INPUT in arguments["paths"]:
        raise ValueError(
            f"Import {run.pk} read from standard input, which is gone. Import the records again: "
            "those that are in change nothing."
        )
    if is_alive(run):
        raise ValueError(f"Import {run.pk} is still running. Stop it first, or let it end.")
    lost = [path for path in arguments["paths"] if "\ufffd" in path and not Path(path).exists()]
    if lost:
        raise ValueError(
            f"Import {run.pk} read {lost[0]}, whose real name is no text and was not kept. Import "
            "the same again: the records that are in change nothing."
        )
    folder = arguments.get("folder", "")
    if folder != shown(Path.cwd()) and not all(map(os.path.isabs, arguments["paths"])):
        raise ValueError(f"Import {run.pk} was started in {folder}. Go there and resume it again.")
    what = WhatToRead(
        paths=arguments["paths"],
        format=arguments["format"],
        source=arguments["source"],
        mapping=FieldMap.read(arguments.get("map", ())),
        resumed={
            file.path: Resumed(
                records=file.records,
                size=file.size,
                modified=file.modified,
                finished=file.state != FileState.READING,
            )
            for file in run.files.all()
        },
    )
    run.arguments = {**arguments, "process": this_process()}
    run.state, run.finished_at = RunState.RUNNING, None
    run.save(update_fields=["arguments", "state", "finished_at"])
    return _import(
        what,
        BatchWriter(arguments=run.arguments, status=arguments["status"], by=by, run=run),
        index=index,
        standard_input=None,
        progress=progress,
        several=_is_worth_it(what.paths) if processes is None else processes > 1,
    )


def _import(
    what: WhatToRead,
    writer: Writer,
    *,
    index: bool,
    standard_input: IO[bytes] | None,
    progress: Callable[[Progress], None] | None,
    several: bool,
) -> ImportReport:
    several = several and STANDARD_INPUT not in what.paths
    tally = Tally(progress=progress)
    if several:
        ready_for_bulk()
    reader: BatchReader = (
        WorkerReader(what) if several else LocalReader(what, standard_input=standard_input)
    )
    follower: IndexFollower | None = None
    try:
        waiting: tuple[Batch, set[int]] | None = None
        for batch in reader.batches():
            # One batch ahead, so that the reader has it ready when its turn comes.
            looked = (batch, writer.look(batch, reader))
            if follower is None and several and index and looked[1]:
                follower = IndexFollower()
            if waiting is not None:
                tally.count(waiting[0], writer.write(waiting[0], reader, places=waiting[1]))
            waiting = looked
            if follower is not None:
                tally.indexed += follower.settle()
        if waiting is not None:
            tally.count(waiting[0], writer.write(waiting[0], reader, places=waiting[1]))
    except BaseException:
        try:
            writer.finish(RunState.FAILED)
        finally:
            if follower is not None:
                follower.close()
        raise
    finally:
        reader.close()
    writer.finish(RunState.FINISHED)
    tally.stored = True
    if follower is not None:
        follower.finish(tally.index)
    followed = follow_index(progress=tally.index_more) if index else None
    return tally.report(run=writer.run, followed=followed)


def _is_worth_it(paths: Sequence[str]) -> bool:
    """Whether there is enough to read, and more than one processor to do it."""
    if (os.cpu_count() or 1) < 2 or STANDARD_INPUT in paths:
        return False
    total = 0
    for path in paths:
        files = Path(path).rglob("*") if is_folder(path) else [Path(path)]
        for file in files:
            try:
                total += file.stat().st_size
            except (OSError, ValueError):
                continue
            if total >= MUCH_TO_READ:
                return True
    return False
