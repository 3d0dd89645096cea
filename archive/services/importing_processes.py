"""Whether the process of an import still lives."""

from __future__ import annotations

import os
import socket

from archive.models import ImportRun, RunState


def this_process() -> dict[str, str | int]:
    """What the ledger keeps of the process that does a run."""
    return {"host": socket.gethostname(), "pid": os.getpid()}


def is_alive(run: ImportRun) -> bool:
    """Whether a run is being done right now, as far as this machine can tell."""
    process = run.arguments.get("process", {})
    if run.state != RunState.RUNNING or process.get("host") != socket.gethostname():
        return False
    if process["pid"] == os.getpid():
        return False
    try:
        os.kill(process["pid"], 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
