"""Archives and compressed files: what is read of them, and what is refused with a sentence."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from copy import copy
from pathlib import Path

import pytest

from archive.formats import packed, packed_zip
from archive.models import Article, ImportRecord
from archive.services.importing import import_paths
from archive.services.importing_files import (
    FoundFile,
    FoundRecord,
    Unreadable,
    find_files,
    read_file,
)
from tests.services.reports import counts

LINE = b'{"headline": "A"}\n'


def jsonl(*headlines: str) -> bytes:
    return b"".join(b'{"headline": "%s"}\n' % headline.encode() for headline in headlines)


def zipped(
    *members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return held.getvalue()


def tarred(
    *members: tuple[str, bytes] | tarfile.TarInfo, format: int = tarfile.PAX_FORMAT
) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=format) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    return held.getvalue()


def warc_record(number: int) -> bytes:
    text = f"Page {number} tells of the ferry that sailed again after the storm. " * 8
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>{text}</p>".encode()
    head = f"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: {len(block)}\r\n"
    return f"{head}WARC-Target-URI: https://quay.example/{number}\r\n\r\n".encode() + block


def special(name: str, type: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = type, "/etc/passwd"
    return info


def read(
    content: bytes, name: str = "heap", format: str | None = None
) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[str]]:
    """Records as (path, headline), problems as (path, sentence), and notes."""
    notes: list[str] = []
    path = Path(name)
    path.write_bytes(content)
    records, problems = [], []
    file = FoundFile(path=name, size=len(content), note=notes.append)
    try:
        for found in read_file(file, format=format):
            if isinstance(found, FoundRecord):
                record = found.received.record
                records.append((found.path, record.headline if record else ""))
            else:
                problems.append((found.path, found.message))
    except Unreadable as error:
        problems.append((error.path, error.message))
    return records, problems, notes


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
class TestCompressed:
    """One file, compressed."""

    def test_it_is_read_as_what_it_holds(self, pack: Callable[[bytes], bytes]) -> None:
        for content, name in (
            (LINE, "heap"),
            (b"headline\nA\n", "heap.csv.gz"),
            (b"A", "a.txt.gz"),
        ):
            assert read(pack(content), name) == ([(name, "A")], [], [])

    def test_several_one_after_another_are_one_file(self, pack: Callable[[bytes], bytes]) -> None:
        packed_twice = pack(jsonl("A")) + pack(b"") + pack(jsonl("B")) + bytes(1000)
        assert read(packed_twice)[:2] == ([("heap", "A"), ("heap", "B")], [])

    def test_what_stands_behind_it_is_named(self, pack: Callable[[bytes], bytes]) -> None:
        records, ((path, said),), _ = read(pack(LINE) + b"\0\0something")
        assert (records, path) == ([("heap", "A")], "heap")
        assert "something else" in said

    def test_cut_off(self, pack: Callable[[bytes], bytes]) -> None:
        content = jsonl(*(f"{number * 7919 % 9973:x}" for number in range(9_000)))
        records, ((path, said),), _ = read(pack(content)[:-9])
        assert len(records) > 2_000
        assert path == "heap"
        assert "cut off" in said

    def test_an_article_that_is_cut_off_is_none(self, pack: Callable[[bytes], bytes]) -> None:
        records, ((_, said),), _ = read(pack(b"A headline\n\n" + b"Some text. " * 50)[:-3], "a.txt")
        assert records == []
        assert "cut off" in said

    def test_packed_twice(self, pack: Callable[[bytes], bytes]) -> None:
        records, ((_, said),), _ = read(pack(gzip.compress(LINE)))
        assert records == []
        assert "Unpack it" in said

    def test_a_bomb(self, pack: Callable[[bytes], bytes]) -> None:
        bomb = pack(b"[" * 40_000_000)
        tracemalloc.start()
        records, ((_, said),), _ = read(bomb, format="text")
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
        tracemalloc.stop()
        assert records == []
        assert "100 times its size" in said


def test_damage_costs_what_is_damaged() -> None:
    content = bytearray(gzip.compress(jsonl("A", "B", "C")))
    content[-5] ^= 1  # the checksum
    records, ((_, said),), _ = read(bytes(content))
    assert [headline for _, headline in records] == ["A", "B", "C"]
    assert "damaged" in said


def test_readers_of_pieces_get_all_that_stands_before_damage() -> None:
    items = b",".join(b'{"uri": "u%d", "headline": "A"}' % number for number in range(2_000))
    records, problems, _ = read(gzip.compress(b"[" + items + b"]")[:-9], "heap.json.gz")
    assert len(records) > 1_500
    assert len(problems) == 1


class TestMembers:
    """Archives of many files."""

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(tarred(("in/a.jsonl", LINE), ("./b.txt", b"B")), id="tar"),
            pytest.param(gzip.compress(tarred(("in/a.jsonl", LINE), ("b.txt", b"B"))), id="tar.gz"),
            pytest.param(bz2.compress(tarred(("in/a.jsonl", LINE), ("b.txt", b"B"))), id="tar.bz2"),
            pytest.param(
                tarred(("in/a.jsonl", LINE), ("b.txt", b"B"), format=tarfile.GNU_FORMAT), id="gnu"
            ),
            pytest.param(zipped(("in/a.jsonl", LINE), ("b.txt", b"B")), id="zip"),
            pytest.param(
                zipped(("in/a.jsonl", LINE), ("b.txt", b"B"), method=zipfile.ZIP_STORED),
                id="stored",
            ),
            pytest.param(
                zipped(("in/a.jsonl", LINE), ("b.txt", b"B"), method=zipfile.ZIP_BZIP2), id="bzip2"
            ),
        ],
    )
    def test_they_are_read_in_their_order(self, content: bytes) -> None:
        records, problems, notes = read(content)
        assert records == [("heap/in/a.jsonl", "A"), ("heap/b.txt", "B")]
        assert (problems, notes) == ([], [])

    @pytest.mark.parametrize("pack", [zipped, tarred])
    def test_what_is_passed_over(self, pack: Callable[..., bytes]) -> None:
        names = ("a.jpg", ".b.txt", "__MACOSX/c.txt", ".d/e.txt", "f.txt", "g.txt.gz")
        content = pack(
            *((name, gzip.compress(b"A")) for name in names[-1:]),
            *((name, b"A") for name in names[:-1]),
        )
        records, problems, notes = read(content)
        assert records == [("heap/g.txt.gz", "A"), ("heap/f.txt", "A")]
        assert problems == []
        assert notes == ["heap/a.jpg: passed over, as no format has the suffix “.jpg”."]

    def test_a_named_format_reads_every_file(self) -> None:
        assert read(zipped(("a.jpg", b"A")), format="text")[0] == [("heap/a.jpg", "A")]

    @pytest.mark.parametrize("pack", [zipped, tarred])
    def test_archives_within_archives(self, pack: Callable[..., bytes]) -> None:
        inner = [("b.zip", zipped(("a.txt", b"A"))), ("c.tgz", gzip.compress(tarred(("a", b"A"))))]
        records, problems, _ = read(pack(*inner, ("z.txt", b"Z")))
        assert records == [("heap/z.txt", "Z")]
        assert [path for path, _ in problems] == ["heap/b.zip", "heap/c.tgz"]
        assert all("Unpack it" in said for _, said in problems)

    @pytest.mark.parametrize("pack", [zipped, tarred])
    @pytest.mark.parametrize(
        "name",
        ["../a.txt", "b/../../a.txt", "/etc/a.txt", "c:\\a.txt", "..\\a.txt", "\\\\h\\a.txt"],
    )
    def test_names_that_lead_elsewhere(self, name: str, pack: Callable[..., bytes]) -> None:
        records, ((path, said),), _ = read(pack((name, b"A"), ("z.txt", b"Z")))
        assert records == [("heap/z.txt", "Z")]
        assert path.startswith("heap/")
        assert "Its name" in said

    @pytest.mark.parametrize("name", ["Straße.txt", "новости.txt", "n" * 300 + ".txt"])
    @pytest.mark.parametrize(
        "pack", [zipped, tarred, lambda *m: tarred(*m, format=tarfile.GNU_FORMAT)]
    )
    def test_names(self, name: str, pack: Callable[..., bytes]) -> None:
        assert read(pack((name, b"A")))[0] == [(f"heap/{name}", "A")]

    def test_a_name_gives_the_terminal_no_orders(self) -> None:
        assert read(zipped(("\x1b[31m.txt", b"A")))[0] == [("heap/\ufffd[31m.txt", "A")]

    def test_the_same_name_twice(self) -> None:
        records, problems, _ = read(tarred(("a.txt", b"A"), ("a.txt", b"B")))
        assert [headline for _, headline in records] == ["A", "B"]
        assert problems == []

    def test_an_empty_file_and_no_file(self) -> None:
        assert read(zipped()) == ([], [], [])
        assert read(zipped(("a.txt", b"")))[0] == [("heap/a.txt", "")]

    def test_too_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packed, "MAX_MEMBERS", 2)
        records, ((_, said),), _ = read(tarred(*((f"{number}.txt", b"A") for number in range(4))))
        assert len(records) == 2
        assert "more than 2 files" in said

    def test_too_much(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packed.Allowance.__init__, "__defaults__", (300,))
        records, problems, _ = read(zipped(*((f"{number}.txt", b"A" * 100) for number in range(4))))
        assert len(records) == 3
        assert "more than" in problems[0][1]


class TestTar:
    """What tar has beside files."""

    @pytest.mark.parametrize(
        ("type", "said"),
        [
            (tarfile.SYMTYPE, "link"),
            (tarfile.LNKTYPE, "link"),
            (tarfile.CHRTYPE, "device"),
            (tarfile.BLKTYPE, "device"),
            (tarfile.FIFOTYPE, "pipe"),
            (tarfile.GNUTYPE_SPARSE, "holes"),
            (b"Q", "no ordinary file"),
        ],
    )
    def test_links_and_devices_are_refused(self, type: bytes, said: str) -> None:
        records, ((path, problem),), _ = read(tarred(special("a.txt", type), ("z.txt", b"Z")))
        assert records == [("heap/z.txt", "Z")]
        assert path == "heap/a.txt"
        assert said in problem

    def test_folders_are_nothing_to_tell(self) -> None:
        folder = special("in", tarfile.DIRTYPE)
        assert read(tarred(folder, ("in/z.txt", b"Z"))) == ([("heap/in/z.txt", "Z")], [], [])

    def test_cut_off(self) -> None:
        content = tarred(("a.txt", b"A"), ("b.txt", b"B" * 2000))
        for end in (512 * 2, 512 * 2 + 100, 512 * 3 + 100):
            records, problems, _ = read(content[:end])
            assert records == [("heap/a.txt", "A")]
            assert "cut off" in problems[-1][1]
            assert problems[-1][0] == "heap"

    def test_a_damaged_header(self) -> None:
        content = bytearray(tarred(("a.txt", b"A"), ("b.txt", b"B"), ("c.txt", b"C")))
        content[1024 + 5] ^= 1
        records, ((path, said),), _ = read(bytes(content))
        assert records == [("heap/a.txt", "A")]
        assert path == "heap"
        assert "damaged" in said

    def test_a_name_as_long_as_the_disk(self) -> None:
        info = tarfile.TarInfo("x")
        info.type, info.size = tarfile.GNUTYPE_LONGNAME, 8**10
        _, ((_, said),), _ = read(info.tobuf(tarfile.GNU_FORMAT) + bytes(2000))
        assert "damaged" in said


class TestZip:
    """What zip alone has."""

    def test_links_devices_encryption_and_unknown_compression(self) -> None:
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        device = zipfile.ZipInfo("device.txt")
        device.create_system, device.external_attr = 3, (stat.S_IFCHR | 0o777) << 16
        content = bytearray(
            zipped(
                (link, b"/etc/passwd"),
                (device, b""),
                ("e.txt", b"E"),
                ("m.txt", b"M"),
                ("z.txt", b"Z"),
            )
        )
        for name, offset, value in ((b"e.txt", 8, 1), (b"m.txt", 10, 93)):
            listed = content.rindex(name) - 46
            struct.pack_into("<H", content, listed + offset, value)
        records, problems, _ = read(bytes(content))
        assert records == [("heap/z.txt", "Z")]
        wanted = ["link", "device", "encrypted", "method 93"]
        assert [word in said for word, (_, said) in zip(wanted, problems, strict=True)] == [
            True
        ] * 4

    def test_files_that_share_their_bytes(self) -> None:
        """Else a small archive would unpack to thousands of times its size."""
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("a.txt", b"A" * 100)
            again = copy(archive.infolist()[0])
            again.filename = again.orig_filename = "b.txt"
            archive.filelist.append(again)
            archive.writestr("z.txt", b"Z")
        records, problems, _ = read(held.getvalue())
        assert records == [("heap/z.txt", "Z")]
        assert [path for path, said in problems if "shares" in said] == ["heap/a.txt", "heap/b.txt"]

    def test_damage_to_one_file_costs_that_one(self) -> None:
        content = bytearray(zipped(("a.txt", b"AAAA"), ("z.txt", b"Z"), method=zipfile.ZIP_STORED))
        content[content.index(b"AAAA")] ^= 1
        records, ((path, said),), _ = read(bytes(content))
        assert records == [("heap/z.txt", "Z")]
        assert path == "heap/a.txt"
        assert "checksum" in said

    def test_cut_off(self) -> None:
        content = zipped(("a.txt", b"A"), ("b.txt", b"B"), ("c.txt", b"C"))
        records, problems, _ = read(content[: content.index(b"c.txt") + 6])
        assert records == [("heap/a.txt", "A"), ("heap/b.txt", "B")]
        assert [path for path, _ in problems] == ["heap/c.txt", "heap"]
        assert "list of contents" in problems[-1][1]

    def test_a_file_without_a_name(self) -> None:
        head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 1, 1, 0, 0)
        _, problems, _ = read(head + b"A")
        assert ["name" in said for _, said in problems] == [True, False]

    def test_the_bytes_before_an_archive_do_not_matter(self) -> None:
        content = zipped(("a.txt", b"A"))
        assert read(content + bytes(10))[0] == [("heap/a.txt", "A")]

    def test_a_list_of_contents_beyond_memory(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packed_zip, "MAX_LISTING", 100)
        records, ((path, said),), _ = read(zipped(*((f"{n}.txt", b"A") for n in range(10))))
        assert (records, path) == ([], "heap")
        assert "list of contents" in said

    def test_names_in_utf_8_that_do_not_say_so(self) -> None:
        content = bytearray(zipped(("я.txt", b"A")))
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            struct.pack_into("<H", content, content.index(mark) + offset, 0)
        assert read(bytes(content))[0] == [("heap/я.txt", "A")]


@pytest.mark.django_db
class TestImport:
    """An import of what is packed."""

    def test_a_folder(self, tmp_path: Path) -> None:
        inbox = tmp_path / "inbox"
        inbox.mkdir()
        (inbox / "a.zip").write_bytes(zipped(("x.jsonl", jsonl("A", "B")), ("y.doc", b"Y")))
        (inbox / "b.tgz").write_bytes(gzip.compress(tarred(("c.txt", b"C"))))
        (inbox / "d.jsonl.gz").write_bytes(gzip.compress(jsonl("D")))
        (inbox / "e.jpg.gz").write_bytes(gzip.compress(b"E"))
        report = import_paths(paths=[str(inbox)], index=False)
        assert counts(report) == (4, 0, 0, 0)
        assert list(ImportRecord.objects.values_list("path", flat=True)) == [
            f"{inbox}/a.zip/x.jsonl",
            f"{inbox}/a.zip/x.jsonl",
            f"{inbox}/b.tgz/c.txt",
            f"{inbox}/d.jsonl.gz",
        ]
        assert [("y.doc" in note, "e.jpg.gz" in note) for note in sorted(report.notes)] == [
            (True, False),
            (False, True),
        ]
        assert counts(import_paths(paths=[str(inbox)], index=False)) == (0, 0, 4, 0)

    def test_standard_input(self) -> None:
        for content in (gzip.compress(jsonl("A")), tarred(("b.jsonl", jsonl("B")))):
            import_paths(paths=["-"], standard_input=io.BytesIO(content), index=False)
        assert sorted(Article.objects.values_list("headline", flat=True)) == ["A", "B"]

    def test_a_zip_from_standard_input(self) -> None:
        stream = io.BytesIO(zipped(("a.txt", b"A")))
        report = import_paths(paths=["-"], standard_input=stream, index=False)
        assert not report.read
        assert "Name the file" in report.rejects[0].reason

    def test_part_of_an_archive_is_something_read(self, tmp_path: Path) -> None:
        path = tmp_path / "a.jsonl.gz"
        path.write_bytes(gzip.compress(jsonl("A"))[:-2])
        report = import_paths(paths=[str(path)], index=False)
        assert (counts(report), report.read) == ((1, 0, 0, 1), True)

    def test_a_web_archive_goes_on_behind_a_damaged_record(self, tmp_path: Path) -> None:
        streams = [gzip.compress(warc_record(number)) for number in range(4)]
        broken = bytearray(streams[1])
        broken[len(broken) // 2] ^= 0xFF
        path = tmp_path / "a.warc.gz"
        path.write_bytes(b"".join([streams[0], bytes(broken), *streams[2:]]))
        report = import_paths(paths=[str(path)], index=False)
        assert counts(report) == (3, 0, 0, 1)
        assert "gzip data are damaged" in report.rejects[0].reason
        assert report.rejects[0].path == str(path)

    def test_progress_is_that_of_the_file_itself(self, tmp_path: Path) -> None:
        content = jsonl(*(f"{number * 7919 % 9973:x}" for number in range(3_000)))
        path = tmp_path / "a.jsonl.gz"
        path.write_bytes(gzip.compress(content))
        seen: list[tuple[int, int]] = []
        import_paths(
            paths=[str(path)],
            index=False,
            dry_run=True,
            progress=lambda state: seen.append((state.bytes_read, state.bytes_total)),
        )
        size = path.stat().st_size
        assert seen
        assert all(0 < done <= total == size for done, total in seen)


def test_a_folder_walk_finds_what_is_packed(tmp_path: Path) -> None:
    names = ["a.tar.gz", "b.zip", "c.xml.bz2", "d.gz", "e.tar", "f.txz", "g.jpg.xz", "h.zip.jpg"]
    for name in names:
        (tmp_path / name).touch()
    notes: list[str] = []
    found = [file.path for file in find_files([str(tmp_path)], note=notes.append)]
    assert [Path(path).name for path in found] == names[:-2]
    assert len(notes) == 2
