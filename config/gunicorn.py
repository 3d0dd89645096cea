"""How the archive is served: two workers, and the address as the last line printed."""

from __future__ import annotations

import gc
from typing import Any

workers = 2
# Threads wait for slow and idle connections; a page itself needs a processor, not a thread.
worker_class = "gthread"
threads = 2
timeout = 60
loglevel = "warning"
# Loaded once, so that the workers share what they have in common.
preload_app = True


def when_ready(server: Any) -> None:
    """Say where the archive can be opened, once it really answers there."""
    # What is loaded now stays; looking through it for garbage takes longer than a page.
    gc.collect()
    gc.freeze()
    for listener in server.LISTENERS:
        host, port = listener.getsockname()[:2]
        print(f"The archive is open at http://{host}:{port}/ (Ctrl-C stops it)", flush=True)
