"""How the demo is served: two workers, and the address as the last line printed."""

from __future__ import annotations

from typing import Any

workers = 2
threads = 2
timeout = 60
loglevel = "warning"
preload_app = False


def when_ready(server: Any) -> None:
    """Say where the archive can be opened, once it really answers there."""
    for listener in server.LISTENERS:
        host, port = listener.getsockname()[:2]
        print(f"The archive is open at http://{host}:{port}/ (Ctrl-C stops it)", flush=True)
