"""BagIt 1.0 (RFC 8493): a folder of files with a digest of each, to be kept for long.

::

    bagit.txt  bag-info.txt  manifest-sha256.txt  tagmanifest-sha256.txt  data/…
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_MANIFEST = "manifest-sha256.txt"
_LINE_ENDS = str.maketrans({"\n": " ", "\r": " "})


class Bag:
    """A bag that is being filled, in an empty folder; whole when the block ends.

    ``info`` is what ``bag-info.txt`` says, beside the size of the payload.
    """

    def __init__(self, folder: Path, *, info: Mapping[str, str]) -> None:
        self._folder = folder
        self._info = info
        self._bytes = 0
        self._files = 0

    def __enter__(self) -> Self:
        (self._folder / "data").mkdir()
        self._manifest = (self._folder / _MANIFEST).open("w", encoding="utf-8", newline="\n")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._manifest.close()
        if error is None:
            self._finish()

    @contextmanager
    def file(self, name: str) -> Iterator[IO[bytes]]:
        """A new file under ``data/``; several can be written beside one another.

        ``name`` has no percent sign and no line end, which a manifest would have to encode.
        """
        path = self._folder / "data" / name
        path.parent.mkdir(exist_ok=True)
        with path.open("xb") as target:
            measured = _Measured(target)
            with io.BufferedWriter(measured) as stream:
                yield cast("IO[bytes]", stream)
        self._manifest.write(f"{measured.digest.hexdigest()}  data/{name}\n")
        self._bytes += measured.size
        self._files += 1

    def holds(self, name: str) -> bool:
        """Whether there is a file of this name under ``data/``."""
        return (self._folder / "data" / name).exists()

    def _finish(self) -> None:
        info = {**self._info, "Payload-Oxum": f"{self._bytes}.{self._files}"}
        said = "".join(f"{name}: {text.translate(_LINE_ENDS)}\n" for name, text in info.items())
        (self._folder / "bagit.txt").write_text(_DECLARATION, encoding="utf-8", newline="\n")
        (self._folder / "bag-info.txt").write_text(said, encoding="utf-8", newline="\n")
        lines = []
        for name in ("bagit.txt", "bag-info.txt", _MANIFEST):
            with (self._folder / name).open("rb") as stream:
                digest = sha256()
                while piece := stream.read(1024 * 1024):
                    digest.update(piece)
            lines.append(f"{digest.hexdigest()}  {name}\n")
        tags = self._folder / "tagmanifest-sha256.txt"
        tags.write_text("".join(lines), encoding="utf-8", newline="\n")


class _Measured(io.RawIOBase):
    """Passes bytes on and keeps their digest and number."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.digest = sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        self._target.write(data)
        self.digest.update(data)
        size = memoryview(data).nbytes
        self.size += size
        return size
