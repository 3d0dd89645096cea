"""Real feeds, well-formed and not, against the table of what becomes of each.

They are not part of the project: ``ARCHIVE_SAMPLE_DATA`` names the folder that holds them.
"""

from __future__ import annotations

from pathlib import Path

from archive.formats.base import Received
from archive.formats.feed import FeedReader

TABLE = Path(__file__).parent / "real_feeds.txt"


def expected() -> dict[str, str]:
    """The outcome of each file, by its path."""
    found: dict[str, str] = {}
    outcome = folder = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if not line.startswith("  "):
            outcome = line
            continue
        names = line.split()
        if names[0].endswith(":"):
            folder = names.pop(0).removesuffix(":")
        found.update((f"{folder}/{name}", outcome) for name in names)
    return found


def outcome_of(received: Received) -> str:
    if received.error is not None:
        return "! " + received.error.message.partition(".")[0].partition(":")[0][:60]
    record = received.record
    assert record is not None
    words = (record.headline or record.body.partition("\n")[0])[:40]
    return " | ".join((words, record.published, record.language)).rstrip(" |")


def test_each_real_feed_becomes_what_the_table_says(sample_data: Path) -> None:
    folder = sample_data / "feeds"
    outcomes = {}
    for path in expected():
        with (folder / path).open("rb") as stream:
            outcomes[path] = " + ".join(map(outcome_of, FeedReader().read(stream))) or "nothing"
    assert outcomes == expected()


def test_the_table_names_every_feed(sample_data: Path) -> None:
    folder = sample_data / "feeds"
    suffixes = (".xml", ".rss", ".atom")
    assert set(expected()) == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in suffixes
    }
