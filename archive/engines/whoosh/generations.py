"""One commit of a shelf: Whoosh's list of segments, and a manifest that vouches for all of it.

``_MAIN_7.toc`` is the list, ``_MAIN_7.manifest`` says the digest of the list and the seal of each
segment's file (``arrays.seal_of``), which vouches for every block of it. So whatever is altered,
cut short or of another commit is told apart from what was written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import TOC, clean_files

from archive.engines.whoosh.arrays import Damaged, seal_of
from archive.engines.whoosh.codec import ARRAYS, ArchiveSegment

INDEX_NAME = "MAIN"
_MANIFEST = ".manifest"


def latest(folder: Path) -> int:
    """The number of the last commit.

    Raises FileNotFoundError where there is none, as may seem so while one replaces another.
    """
    number = int(TOC._latest_generation(FileStorage(str(folder)), INDEX_NAME))
    if number < 0:
        raise FileNotFoundError(folder)
    return number


def exists(folder: Path, generation: int) -> bool:
    """Whether a commit was made and readers may have seen it."""
    listing: Path = folder / TOC._filename(INDEX_NAME, generation)
    return listing.exists()


def read(folder: Path, generation: int, schema: Schema) -> list[ArchiveSegment]:
    """The segments that a commit lists, their files being those that were listed.

    Raises FileNotFoundError where a later commit has just removed it, and Damaged.
    """
    name = TOC._filename(INDEX_NAME, generation)
    content = (folder / name).read_bytes()
    try:
        manifest = json.loads((folder / f"_{INDEX_NAME}_{generation}{_MANIFEST}").read_bytes())
        digest, seals = manifest["list"], manifest["segments"]
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("the manifest is altered") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise Damaged("the list of segments is altered")
    memory = RamStorage()
    memory.files[name] = content
    segments: list[ArchiveSegment] = TOC.read(memory, INDEX_NAME, generation, schema).segments
    files = {segment.make_filename(ARRAYS) for segment in segments}
    if files != set(seals):
        raise Damaged("the manifest and the list of segments differ")
    for file in files:
        if seal_of(folder / file) != seals[file]:
            raise Damaged(f"{file} is not the file that was written")
    return segments


def publish(
    folder: Path,
    generation: int,
    schema: Schema,
    segments: Sequence[ArchiveSegment],
    unlisted: Sequence[ArchiveSegment] = (),
) -> None:
    """Commit: let readers see ``segments``. Removes all other files but those of ``unlisted``."""
    name = TOC._filename(INDEX_NAME, generation)
    memory = RamStorage()
    TOC(schema, list(segments), generation).write(memory, INDEX_NAME)
    content = memory.files[name]
    files = [segment.make_filename(ARRAYS) for segment in segments]
    manifest = {
        "list": hashlib.sha256(content).hexdigest(),
        "segments": {file: seal_of(folder / file) for file in files},
    }
    own = folder / f"_{INDEX_NAME}_{generation}{_MANIFEST}"
    own.write_text(json.dumps(manifest), "ascii")
    fresh = folder / f"{name}.new"
    fresh.write_bytes(content)
    fresh.replace(folder / name)
    clean_files(FileStorage(str(folder)), INDEX_NAME, generation, [*segments, *unlisted])
    for path in folder.glob(f"_{INDEX_NAME}_*{_MANIFEST}"):
        if path != own:
            with suppress(OSError):
                path.unlink()
