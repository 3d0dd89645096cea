"""Records that were rejected, as a file that is mended by hand and fed again."""

from __future__ import annotations

import io
import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.formats import rejects_blocks
from archive.formats.base import Received
from archive.formats.registry import FORMATS, reader_for, recognise
from archive.formats.rejects import RejectsReader, inner_reader
from archive.formats.rejects_blocks import FIRST_LINE, read_blocks, write_block, write_unread
from archive.services.rejecting_files import before_first

SAMPLES = Path(__file__).parent / "samples"


def read(content: bytes) -> list[Received]:
    return list(RejectsReader().read(io.BytesIO(content)))


def rejected(content: bytes, *, format: str = "jsonl", before: bytes = b"") -> bytes:
    return FIRST_LINE + write_block(
        {"format": format}, reasons=["Wrong."], before=before, content=content
    )


class TestBytes:
    """Every byte of a record survives."""

    @pytest.mark.parametrize(
        "content",
        [
            b"a",
            b"a\n",
            b"a\n\n",
            b"\na",
            b"a\r\nb\r\n",
            b"a\rb\r",
            b"\0\0a\0",
            b"\xff\xfe\x80a\n",
            "%a\n%%b\n%".encode("utf-16"),
            b"%record\n%%record\n%end\n%end-no-newline\n%content\n%rejects 1\n%unread",
            b"%" * 1000,
            b"a\n%",
            b"a\xe2\x80\xa8%b\x0b%c\x85%d",
            b"x" * 200_000 + b"\n%" + b"y" * 200_000,
        ],
        ids=lambda content: repr(content[:20]),
    )
    def test_whatever_they_are(self, content: bytes) -> None:
        [block] = read_blocks(io.BytesIO(rejected(content, before=content)))
        assert (bytes(block.before), bytes(block.content)) == (content, content)
        assert block.problem is None

    @settings(max_examples=150)
    @given(
        st.lists(
            st.lists(st.sampled_from([b"%", b"\n", b"\r", b"a", b"%end", b"\xff", b"\0"])).map(
                b"".join
            ),
            min_size=1,
            max_size=3,
        )
    )
    def test_of_several_records(self, contents: list[bytes]) -> None:
        written = FIRST_LINE + b"".join(
            write_block({"format": "csv"}, reasons=[], before=content, content=content + b"!")
            for content in contents
        )
        blocks = list(read_blocks(io.BytesIO(written)))
        assert [bytes(block.content) for block in blocks] == [one + b"!" for one in contents]
        assert [bytes(block.before) for block in blocks] == contents

    def test_what_is_said_comes_back(self) -> None:
        said: dict[str, str | int] = {"format": "csv", "path": 'a "b"\\\n%c ü.csv', "line": 17}
        written = write_block(said, reasons=["Two\nlines\u2028of it."], before=b"", content=b"a")
        [block] = read_blocks(io.BytesIO(FIRST_LINE + written))
        assert block.said == {**said, "path": 'a "b"\\\n%c ü.csv'}
        assert written.count(b"\n") == 5

    def test_one_that_is_too_large_costs_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rejects_blocks, "MAX_RECORD_BYTES", 1_000)
        first = rejected(b'{"headline": "' + b"x" * 300_000 + b'"}')
        large, small = read(first + rejected(b'{"headline": "A"}')[len(FIRST_LINE) :])
        assert large.error is not None
        assert len(large.content) == 1_000
        assert small.record is not None

    @pytest.mark.parametrize(("size", "fits"), [(1_000, True), (1_001, False), (1_002, False)])
    @pytest.mark.parametrize("end", [b"", b"\n"])
    def test_the_bound_is_the_records_own(
        self, monkeypatch: pytest.MonkeyPatch, size: int, fits: bool, end: bytes
    ) -> None:
        monkeypatch.setattr(rejects_blocks, "MAX_RECORD_BYTES", 1_000)
        content = b"x" * (size - len(end)) + end
        [block] = read_blocks(io.BytesIO(rejected(content)))
        assert bytes(block.content) == content[:1_000]
        assert (block.problem is None) == fits


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "rejects"])
def test_a_record_of_every_format_is_read_alone(name: str) -> None:
    reader = reader_for(name)
    for sample in sorted(SAMPLES.glob(f"{name}.*")):
        whole = sample.read_bytes()
        expected = list(reader.read(io.BytesIO(whole)))
        before = (before_first(reader, whole) if reader.begun else b"") or b""
        written = FIRST_LINE + b"".join(
            write_block({"format": name}, reasons=[], before=before, content=one.content)
            for one in expected
        )
        found = read(written)
        assert [one.record for one in found] == [one.record for one in expected]
        assert [one.content for one in found] == [one.content for one in expected]
        assert {one.format for one in found} == {name}
        assert [one.position for one in found] == list(range(1, len(expected) + 1))


class TestErrors:
    """What is still wrong is named by its line in the reject file."""

    @pytest.mark.parametrize(
        ("content", "line"),
        [
            (rejected(b'{"headline": 7}\n'), 5),
            (rejected(b"\n\n{\n"), 7),
            (rejected(b"1;2;3\n", format="csv", before=b"headline;body\n"), 8),
            (rejected(b'"a\nb";2;3\n', format="csv", before=b"headline;body\n"), 8),
            (rejected(b"<a>", format="nitf"), 5),
            (rejected(b"A", format="parchment"), 5),
            (rejected(b"A", format=""), 5),
            (rejected(b"A", format="rejects"), 5),
            (b"%rejects 2\n%record\n", 1),
            (FIRST_LINE + b"stray\n", 2),
            (FIRST_LINE + b'%record format="text"\nstray\n%content\nA\n%end\n', 3),
            (FIRST_LINE + b'%record format="text"\n%content\nA\n%of it\n%end\n', 5),
            (FIRST_LINE + b'%record format="text"\n%contents\nA\n%end\n', 3),
            (FIRST_LINE + b"%end\n%content\n", 3),
            (FIRST_LINE + b'%record format="text"\n%content\nA\n%reason of it\n%end\n', 5),
            (FIRST_LINE + b'%record format="text" status="gone"\n%content\nA\n%end\n', 4),
        ],
    )
    def test_line(self, content: bytes, line: int) -> None:
        first = read(content)[0]
        assert first.error is not None
        assert first.error.line == line

    def test_the_bytes_are_kept_as_they_stand(self) -> None:
        [found] = read(rejected(b"1;2;3\n", format="csv", before=b"headline;body\n"))
        assert (found.content, found.format) == (b"1;2;3\n", "csv")

    def test_one_record_costs_no_other(self) -> None:
        broken = FIRST_LINE + b'%record format="jsonl"\n%content\n{\n'  # and no end
        good = write_block(
            {"format": "jsonl"}, reasons=[], before=b"", content=b'{"headline": "A"}'
        )
        found = read(broken + good + broken + good)
        assert [one.record is not None for one in found] == [False, True, False, True]
        assert [one.position for one in found] == [1, 2, 3, 4]

    def test_an_unknown_format_is_said_to_be_one(self) -> None:
        [found] = read(rejected(b"A", format="parchment"))
        assert found.error is not None
        assert "parchment" in found.error.message


@pytest.mark.parametrize("line", [b"a" * 60_000, b'a="' * 20_000, b'a="' + b'\\"' * 30_000])
def test_long_lines_take_no_time(line: bytes) -> None:
    began = process_time()
    written = (
        FIRST_LINE + b'%record format="jsonl" ' + line + b'\n%content\n{"headline": "A"}\n%end\n'
    )
    [found] = read(written)
    assert found.record is not None
    assert process_time() - began < 1


def test_what_was_never_read_and_what_was_emptied_are_left_out() -> None:
    unread = write_unread("lost.zip", "The file cannot be read.")
    assert read(FIRST_LINE + unread + rejected(b"\n \n")) == []


def test_a_record_may_become_two() -> None:
    found = read(rejected(b'{"headline": "A"}\n{"headline": "B"}\n'))
    assert [one.record and one.record.headline for one in found] == ["A", "B"]


def test_what_the_import_was_told_goes_for_records_that_do_not_say() -> None:
    written = FIRST_LINE + write_block(
        {"format": "jsonl", "source": "Courier", "status": "draft"},
        reasons=[],
        before=b"",
        content=b'{"headline": "A"}\n{"headline": "B", "source": "S", "status": "published"}\n',
    )
    first, second = (one.record for one in read(written))
    assert first is not None
    assert second is not None
    assert (first.source, first.status) == ("Courier", "draft")
    assert (second.source, second.status) == ("S", "published")


@pytest.mark.parametrize(
    ("format", "rules", "whole"),
    [
        ("csv", ["Titel=headline", "Text=body"], b"Titel;Text;x\nA;One.;1\nB;Two.;2\n"),
        ("jsonl", ["t=headline", "list=record"], b'{"list": [\n{"t": "A"},\n{"t": "B"}]}'),
        (
            "xml",
            ["//i=record", "t=headline"],
            b"<a xmlns='x'>\n<i><t>A</t></i>\n<i><t>B</t></i></a>",
        ),
    ],
)
def test_columns_that_were_mapped_are_mapped_again(
    format: str, rules: list[str], whole: bytes
) -> None:
    reader = inner_reader(format, rules)
    expected = list(reader.read(io.BytesIO(whole)))
    assert [one.record and one.record.headline for one in expected] == ["A", "B"]
    before = before_first(reader, whole) or b""
    written = FIRST_LINE + b"".join(
        write_block(
            {"format": format, "map": json.dumps(rules)},
            reasons=[],
            before=before,
            content=one.content,
        )
        for one in expected
    )
    assert [one.record for one in read(written)] == [one.record for one in expected]


@pytest.mark.parametrize("rules", ["{}", "[1]", "[", '["nonsense"]', "[" * 50_000])
def test_rules_that_are_none_are_said_to_be_wrong(rules: str) -> None:
    written = write_block(
        {"format": "csv", "map": rules}, reasons=[], before=b"", content=b"a;b\n1;2\n"
    )
    [found] = read(FIRST_LINE + written)
    assert found.error is not None


@pytest.mark.parametrize("beginning", [b"%rejects 1\n", b"\xef\xbb\xbf%rejects 1\r\n"])
def test_it_is_recognised_under_any_name(beginning: bytes) -> None:
    assert recognise("mended.txt", beginning).name == "rejects"
