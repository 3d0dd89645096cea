"""How the archive is served: two workers, and the address as the last line printed."""

from __future__ import annotations

import gc
import socket
import sys
from typing import Any

workers = 2
# A page needs a processor, not a thread; further threads are for whoever sends or reads slowly.
worker_class = "gthread"
threads = 2
# A worker takes no connection that it cannot answer at once, so that none waits for a busy worker
# while another has nothing to do. A connection that were kept would stay with its worker.
worker_connections = threads
keepalive = 0
timeout = 60
loglevel = "warning"
# Loaded once, so that the workers share what they have in common.
preload_app = True

_SILENT_SECONDS = 10
"""After which a connection on which nothing was said is handed to a worker nevertheless."""


def when_ready(server: Any) -> None:
    """Say where the archive can be opened, once it really answers there."""
    # What is loaded now stays; looking through it for garbage takes longer than a page.
    gc.collect()
    gc.freeze()
    for listener in server.LISTENERS:
        # Browsers open connections ahead of need: until something is asked, they cost no thread.
        if hasattr(socket, "TCP_DEFER_ACCEPT") and listener.sock.family != socket.AF_UNIX:
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, _SILENT_SECONDS)
        host, port = listener.getsockname()[:2]
        print(f"The archive is open at http://{host}:{port}/ (Ctrl-C stops it)", flush=True)


def post_worker_init(_worker: Any) -> None:
    """Answer a question before the first visitor asks one, who would wait for all that it loads."""
    from django.db import connections

    from archive.web.warming import warm_up

    warm_up()
    # A connection belongs to the thread that opened it, and requests have others.
    connections.close_all()
    gc.collect()
    gc.freeze()
    # A page that is ready must not wait while the next is computed.
    sys.setswitchinterval(0.0005)
    # A page makes thousands of objects and no garbage that needs looking for.
    gc.set_threshold(20_000, 20, 50)
