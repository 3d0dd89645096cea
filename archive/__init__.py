"""A news archive: articles stored, tagged, indexed, found and curated."""

from __future__ import annotations

__version__ = "0.4.0"
