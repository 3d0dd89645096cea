"""A part of a command's work in a process of its own, which ends with the command.

The process is started afresh rather than forked: neither locks nor database connections nor
threads of the command come along.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from importlib import import_module
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from django.db import connection

_SETTINGS = "DJANGO_SETTINGS_MODULE"
_SELDOM = (100_000, 50, 1_000)
_STATEMENTS = 16
_CACHE_KILOBYTES = 8_000
_PAGES_BETWEEN_CHECKPOINTS = 16_000  # some 64 MB


def start(work: str, *arguments: Any) -> tuple[BaseProcess, Connection]:
    """Have ``work`` done, which is the dotted name of a function; returns a line to it.

    It is called with the other end of the line and with the arguments, when Django is set up. A
    line whose other end is gone raises EOFError or OSError, by which either side learns of it.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(
        target=_do, args=(theirs, work, os.environ.get(_SETTINGS, "")), daemon=True
    )
    process.start()
    theirs.close()
    # Only now, as what they are made of can be loaded when Django is set up.
    ours.send(arguments)
    return process, ours


def ready_for_bulk() -> None:
    """Have this process suit many rows rather than many readers.

    SQLite maps its file, so that a process that goes through all of it would seem to hold it; and
    pages that are written again and again reach the file less often. Rows on their way are many
    objects and no cycles, so the collector of cycles need not look at them all the time.
    """
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    if connection.vendor == "sqlite":
        if not connection.in_atomic_block:
            # Questions about hundreds of ids are seldom asked with the same number of them twice,
            # and each that is kept as it was compiled holds hundreds of kilobytes.
            options = {**connection.settings_dict["OPTIONS"], "cached_statements": _STATEMENTS}
            connection.settings_dict["OPTIONS"] = options
            connection.close()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size=0")
            cursor.execute(f"PRAGMA cache_size=-{_CACHE_KILOBYTES}")
            cursor.execute(f"PRAGMA wal_autocheckpoint={_PAGES_BETWEEN_CHECKPOINTS}")


def _do(line: Connection, work: str, settings: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command decides what an interrupt ends
    os.environ[_SETTINGS] = settings
    import django

    django.setup()
    ready_for_bulk()
    module, _, function = work.rpartition(".")
    try:
        arguments = line.recv()
    except EOFError:
        return
    getattr(import_module(module), function)(line, *arguments)
