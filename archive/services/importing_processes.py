"""Whether the process of an import still lives."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from archive.models import ImportRun, RunState


def this_process() -> dict[str, str | int]:
    """What the ledger keeps of the process that does a run."""
    pid = os.getpid()
    return {"host": socket.gethostname(), "pid": pid, "began": _began(pid)}


def stopped_run() -> ImportRun | None:
    """The run of this process that did not come to its end, if there is one."""
    return (
        ImportRun.objects.filter(arguments__process=this_process())
        .filter(state__in=(RunState.RUNNING, RunState.FAILED))
        .order_by("-pk")
        .first()
    )


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
    # A number is given again, after a restart of the machine above all.
    return process.get("began", "") in ("", _began(process["pid"]))


def _began(pid: int) -> str:
    """When a process began, in the words of the system; empty where it does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
