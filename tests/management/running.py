"""Running a command as from a shell."""

from __future__ import annotations

import io

from django.core.management import CommandError, call_command


def run(name: str, *arguments: str) -> tuple[int, str, str]:
    """Return the exit code of a command and what it printed on standard output and error."""
    out, error = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command(name, *arguments, stdout=out, stderr=error)
    except SystemExit as end:
        code = int(end.code or 0)
    except CommandError as wrong:
        code = wrong.returncode
        error.write(str(wrong))
    return code, out.getvalue(), error.getvalue()
