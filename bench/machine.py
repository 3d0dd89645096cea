"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path


def machine() -> str:
    """Processor, cores, memory, system and Python, as far as the system tells."""
    processor = _first("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.machine()
    parts = [f"{processor}, {os.cpu_count()} cores"]
    if kilobytes := _first("/proc/meminfo", r"MemTotal:\s*(\d+)"):
        parts.append(f"{round(int(kilobytes) / 1024**2)} GB of memory")
    parts += [
        f"{platform.system()} {platform.release().split('-')[0]}",
        f"Python {platform.python_version()}",
    ]
    return ", ".join(parts)


def _first(name: str, pattern: str) -> str:
    path = Path(name)
    found = re.search(pattern, path.read_text("utf-8", "replace")) if path.exists() else None
    return found[1].strip() if found else ""
