"""Where the index lies on disk, which build is current, and who may write.

::

    CURRENT                 names the build that readers see; replaced by renaming
    write.lock              held by whoever writes
    build-<random>/
        build.json          schema version and facets it was made with
        public/  staff/     a Whoosh index each
    build-<random>.lock     held while the build is being made

Whoosh's files hold pickles, which run code when read. So the directory is private to one user, and
one that others own or write to is refused.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from archive.engines.whoosh import generations
from archive.engines.whoosh.codec import ArchiveSegment
from archive.engines.whoosh.schema import SCHEMA_VERSION, make_schema
from archive.exceptions import IndexDamaged, IndexLocked, IndexMissing, SearchIndexError
from archive.search.document import Shelf
from archive.search.facets import FacetSpec

_POINTER = "CURRENT"
_BUILD = re.compile(r"build-[0-9a-f]{16}\n")
_MANIFEST = "build.json"
_WRITE_LOCK = "write.lock"
_SETTLED = 1_000_000_000  # nanoseconds, many times the tick of any file system's clock
_REBUILD = "Run manage.py search_index rebuild."


@dataclass(frozen=True, slots=True)
class Build:
    """One complete index: a folder with both shelves."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    def shelf(self, shelf: Shelf) -> Path:
        """The Whoosh index of a shelf."""
        return self.folder / shelf.value

    def generation(self, shelf: Shelf) -> int:
        """The number of the shelf's last commit.

        Raises FileNotFoundError where there is none, as may seem so while one replaces another.
        """
        return generations.latest(self.shelf(shelf))


@dataclass(frozen=True, slots=True)
class Stamp:
    """Folders and files, and when each was last changed."""

    paths: tuple[str, ...]
    times: tuple[tuple[int, int], ...]


class Store:
    """The directory of an index."""

    def __init__(self, directory: Path, facets: Sequence[FacetSpec]) -> None:
        self.directory = directory
        self._facets = sorted(spec.name for spec in facets)
        self.schema = make_schema(facets)

    def pointer(self) -> Build | None:
        """The current build, if there is an index. Raises IndexDamaged if it is not ours."""
        self._check_owner()
        try:
            name = (self.directory / _POINTER).read_text("ascii")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexDamaged(f"The search index has no readable pointer. {_REBUILD}") from error
        if not _BUILD.fullmatch(name):
            raise IndexDamaged(
                f"The search index points to {name!r}, which is no build. {_REBUILD}"
            )
        return Build(self.directory / name.rstrip())

    def current(self) -> Build:
        """The current build. Raises IndexMissing without one."""
        build = self.pointer()
        if build is None:
            raise IndexMissing(f"There is no search index yet. {_REBUILD}")
        return build

    def stamp(self, build: Build) -> Stamp | None:
        """What changes with the current build and with every commit of ``build``.

        None where that is not certain: two changes within one tick of the clock look alike, so
        nothing is said before the last one is a while ago.
        """
        paths = (self.directory, self.directory / _POINTER, *map(build.shelf, Shelf))
        return read_stamp(tuple(map(str, paths)))

    def rebuild_due(self, build: Build) -> str:
        """Why ``build`` must be made anew before it can be used; empty if it need not.

        Raises FileNotFoundError where another build has just taken its place, and IndexDamaged.
        """
        try:
            manifest = json.loads((build.folder / _MANIFEST).read_text("utf-8"))
            version, facets = manifest["schema"], manifest["facets"]
        except FileNotFoundError:
            if build == self.pointer():
                raise IndexDamaged(f"The search index has lost its manifest. {_REBUILD}") from None
            raise
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(
                f"The manifest of the search index is altered. {_REBUILD}"
            ) from error
        if version != SCHEMA_VERSION:
            return (
                f"The search index was made by another version of the archive (schema {version}, "
                f"now {SCHEMA_VERSION}). {_REBUILD}"
            )
        if facets != self._facets:
            changed = ", ".join(sorted(set(facets) ^ set(self._facets)))
            return (
                f"The facets have changed since the search index was made ({changed}). {_REBUILD}"
            )
        return ""

    def segments(self, build: Build, shelf: Shelf, generation: int) -> list[ArchiveSegment]:
        """Whoosh's segments as one commit lists them.

        Raises FileNotFoundError where a later commit has just removed it, and IndexDamaged.
        """
        try:
            return generations.read(build.shelf(shelf), generation, self.schema)
        except FileNotFoundError:
            raise
        except Exception as error:  # altered bytes make pickle raise anything
            raise IndexDamaged(
                f"The list of segments of the search index cannot be read ({error}). {_REBUILD}"
            ) from error

    def last_commit(self, build: Build, shelf: Shelf) -> tuple[int, list[ArchiveSegment]]:
        """The last commit's number and segments, for whoever holds the writer lock."""
        try:
            generation = build.generation(shelf)
            return generation, self.segments(build, shelf, generation)
        except FileNotFoundError as error:
            raise IndexDamaged(
                f"The search index has lost its {shelf} shelf. {_REBUILD}"
            ) from error

    def new_build(self, lock: ExitStack) -> Build:
        """Make the folders of a new build with two empty shelves.

        Until ``lock`` is closed, nobody takes it for a leftover. Leftovers of those that were
        killed are removed first: a rebuild that filled the disk would find it full again.
        """
        self._prepare()
        self.drop_leftovers()
        build = Build(self.directory / f"build-{secrets.token_hex(8)}")
        lock.enter_context(_locked(self._lock_of(build)))
        try:
            with written():
                build.folder.mkdir(mode=0o700)
                manifest = {"schema": SCHEMA_VERSION, "facets": self._facets}
                (build.folder / _MANIFEST).write_text(json.dumps(manifest), "utf-8")
                for shelf in Shelf:
                    build.shelf(shelf).mkdir()
                    generations.publish(build.shelf(shelf), 0, self.schema, [])
        except BaseException:
            self.drop(build)
            raise
        return build

    def point_to(self, build: Build) -> None:
        """Make ``build`` the current one, for good even if the power fails now."""
        with written():
            for path in [*build.folder.rglob("*"), build.folder]:
                _sync(path)
            fresh = self.directory / f"{_POINTER}.new"
            fresh.write_text(f"{build.name}\n", "ascii")
            _sync(fresh)
            fresh.replace(self.directory / _POINTER)
            _sync(self.directory)

    def drop(self, build: Build) -> None:
        """Remove a build, unless it is the current one."""
        pointer = self.directory / _POINTER
        current = pointer.read_text("ascii", "replace").strip() if pointer.exists() else ""
        if build.name != current:
            shutil.rmtree(build.folder, ignore_errors=True)
            self._lock_of(build).unlink(missing_ok=True)

    def drop_leftovers(self) -> None:
        """Remove builds that are neither current nor in the making, which their locks tell."""
        for folder in self.directory.glob(f"build-{'[0-9a-f]' * 16}"):
            build = Build(folder)
            with suppress(IndexLocked), _locked(self._lock_of(build)):
                self.drop(build)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer lock. Raises IndexLocked at once where another holds it."""
        self._prepare()
        with _locked(self.directory / _WRITE_LOCK):
            yield

    def size(self, build: Build) -> int:
        """Bytes of a build on disk."""
        total = 0
        with suppress(FileNotFoundError):  # a swap may be removing it
            for path in build.folder.rglob("*"):
                with suppress(FileNotFoundError):  # or a commit, this file
                    total += path.stat().st_size
        return total

    def _lock_of(self, build: Build) -> Path:
        return self.directory / f"{build.name}.lock"

    def _prepare(self) -> None:
        self._check_owner()
        with written():
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.directory.chmod(0o700)

    def _check_owner(self) -> None:
        try:
            status = self.directory.stat()
        except (FileNotFoundError, NotADirectoryError):
            return
        if status.st_uid != os.geteuid():
            raise IndexDamaged(
                f"The search index in {self.directory} belongs to another user and is not read. "
                "Give the archive a directory of its own."
            )
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise IndexDamaged(
                f"Other users may write to the search index in {self.directory}, so it is not "
                f"read. Remove it. {_REBUILD}"
            )


def read_stamp(paths: tuple[str, ...]) -> Stamp | None:
    """The same again, from the paths of a stamp."""
    times = []
    now = time.time_ns()
    try:
        for path in paths:
            status = os.stat(path)  # noqa: PTH116 - a third of what a Path takes
            times.append((status.st_ino, status.st_ctime_ns))
    except OSError:
        return None
    last = max(changed for _, changed in times)
    return Stamp(paths, tuple(times)) if last + _SETTLED < now else None


@contextmanager
def written() -> Iterator[None]:
    """Turn an error of the disk into SearchIndexError, for who can make room on it."""
    try:
        yield
    except OSError as error:
        raise SearchIndexError(
            f"The search index cannot be written ({error.strerror or error}). See that the disk "
            "has space, then run manage.py search_index update."
        ) from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file, against other threads as well as other processes."""
    with written():
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexLocked(
                "The search index is being written by another process. Try again in a moment."
            ) from None
        yield
    finally:
        os.close(descriptor)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
