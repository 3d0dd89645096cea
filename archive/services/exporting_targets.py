"""Where an export goes: files and folders that are there when they are whole, or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from archive.exceptions import ArchiveError

_FILE_MODES = {True: 0o600, False: 0o666}
_FOLDER_MODES = {True: 0o700, False: 0o777}


class CannotWrite(ArchiveError):
    """Where an export should go nothing can be written, or something is that must stay."""


@contextmanager
def new_file(path: Path, *, replace: bool, private: bool) -> Iterator[IO[bytes]]:
    """A file that appears as ``path`` when the block ends, and not where it raises.

    ``replace`` allows that there is one already; ``private`` keeps other accounts of the machine
    out. Raises CannotWrite.
    """
    with _beside(path, replace=replace) as temporary:
        if path.exists() and not path.is_file():
            raise CannotWrite(f"{path} is no file that could be replaced. Name another.")
        number = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE_MODES[private])
        try:
            with os.fdopen(number, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            _check_free(path, replace=replace)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def new_folder(path: Path, *, replace: bool, private: bool, told_by: str = "") -> Iterator[Path]:
    """An empty folder that takes the name ``path`` when the block ends, as for a file.

    What is replaced must be empty or an earlier export: a folder in which the file ``told_by``
    stands, or that holds nothing but files of that suffix, where it begins with a point.
    """
    with _beside(path, replace=replace) as temporary:
        if path.exists() and not _is_export(path, told_by):
            raise CannotWrite(
                f"{path} holds other things than an export, which --force does not delete. "
                "Name another place."
            )
        temporary.mkdir(mode=_FOLDER_MODES[private])
        try:
            yield temporary
            _check_free(path, replace=replace)
            if path.exists():
                earlier = path.with_name(f".{path.name}.{secrets.token_hex(4)}.old")
                path.rename(earlier)
                temporary.rename(path)
                shutil.rmtree(earlier)
            else:
                temporary.rename(path)
        finally:
            if temporary.exists():
                shutil.rmtree(temporary)


@contextmanager
def _beside(path: Path, *, replace: bool) -> Iterator[Path]:
    """A hidden name beside ``path``; what the system cannot do is said in a sentence."""
    if not path.name:
        raise CannotWrite(f"{path} cannot be written. Name a file or a folder.")
    try:
        if not path.parent.is_dir():
            raise CannotWrite(f"There is no folder {path.parent}. Make it, or name another place.")
        _check_free(path, replace=replace)
        yield path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    except OSError as error:
        raise CannotWrite(f"{path} cannot be written: {error.strerror or error}.") from error


def _check_free(path: Path, *, replace: bool) -> None:
    if not replace and (path.exists() or path.is_symlink()):
        raise CannotWrite(f"{path} is there already. Name another place, or give --force.")


def _is_export(path: Path, told_by: str) -> bool:
    if not path.is_dir() or path.is_symlink():
        return False
    if told_by.startswith("."):
        return all(entry.name.endswith(told_by) and entry.is_file() for entry in path.iterdir())
    return (path / told_by).is_file() or not any(path.iterdir())
