"""Imports in a process of its own, which can be told to kill itself at a certain moment.

``python -m tests.services.importing_process import PATH [MODULE FUNCTION CALL]`` imports a file in
small batches; just before the given call of the function the process gets SIGKILL. ``contents``
prints the archive, ``prepare`` makes its database, ``verify`` compares the index with it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict
from importlib import import_module
from typing import Any

import django

BATCH = 20


def kill_at(module: str, function: str, call: int) -> None:
    """Let the process die without a word at the given call, counted from 1."""
    owner = import_module(module)
    original = getattr(owner, function)
    calls = 0

    def dying(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **options)

    setattr(owner, function, dying)


def main(action: str, *arguments: str) -> object:
    """Do one thing and return what to print as JSON."""
    from archive.services import importing, importing_reading, indexing, outbox
    from tests.services.snapshot import archive_contents

    if action == "prepare":
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
    elif action == "import":
        importing_reading.BATCH_RECORDS = BATCH
        path, *death = arguments
        if death:
            kill_at(death[0], death[1], int(death[2]))
        report = importing.import_paths(paths=[path])
        return [report.created, report.updated, report.unchanged, report.rejected]
    elif action == "verify":
        outbox.drain()
        report_of_index = indexing.verify_index()
        return {**asdict(report_of_index), "sound": report_of_index.sound}
    return archive_contents()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    sys.stdout.write(json.dumps(main(*sys.argv[1:]), ensure_ascii=False))
