from __future__ import annotations

from pathlib import Path

import pytest

from archive.exceptions import UnknownFormat
from archive.formats.registry import BEGINNING, FORMATS, known_suffixes, reader_for, recognise

SAMPLES = Path(__file__).parent / "samples"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_reads_a_sample(name: str) -> None:
    reader = reader_for(name)
    samples = [SAMPLES / f"{name}{suffix}" for suffix in reader.suffixes]
    found = [sample for sample in samples if sample.exists()]
    assert found, f"put a sample at {samples[0]}"
    for sample in found:
        with sample.open("rb") as stream:
            records = list(reader.read(stream))
        assert records
        assert all(received.record and not received.error for received in records)
        assert recognise(sample.name, sample.read_bytes()[:BEGINNING]).name == name


@pytest.mark.parametrize("name", FORMATS)
def test_a_reader_carries_its_own_name_and_suffixes(name: str) -> None:
    reader = reader_for(name)
    assert reader.name == name
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in reader.suffixes)


def test_no_suffix_belongs_to_two_formats() -> None:
    suffixes = [suffix for name in FORMATS for suffix in reader_for(name).suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert known_suffixes() == set(suffixes)


JSON_LINE = b'{"headline": "A"}\n'


@pytest.mark.parametrize(
    ("name", "beginning", "expected"),
    [
        ("a.txt", b"A headline\n\nA text.", "text"),
        ("a.TXT", b"A headline", "text"),
        ("a.jsonl", JSON_LINE, "jsonl"),
        ("a.jsonl", b"not JSON at all", "jsonl"),
        ("a.jsonl", b"", "jsonl"),
        ("a.txt", JSON_LINE, "jsonl"),
        ("a.txt", b"<DOC>\n<TITLE>A</TITLE>\n</DOC>", "trec"),
        ("a.trec", b"", "trec"),
        ("", b' <doc id="1">\n', "trec"),
        ("a.json", JSON_LINE, "jsonl"),
        ("a.json", b"[]", "ninjs"),
        ("a.txt", b"headline,body\nA,B\n", "csv"),
        ("a.csv", b"name,text\nA,B\n", "csv"),
        ("a.csv", JSON_LINE, "jsonl"),
        ("a.jsonl", b'{"uri": "u", "headline": "A"}', "ninjs"),
        ("a", JSON_LINE, "jsonl"),
        ("", JSON_LINE, "jsonl"),
        ("", b'\xef\xbb\xbf{"headline": "A"}', "jsonl"),
        ("", b'{"body": "' + b"x" * 4086, "jsonl"),
        ("", b"A headline\n\nA text.", "text"),
        ("", "Überschrift\n\nText „zitiert“.".encode("cp1252"), "text"),
        ("", "\ufeffÜberschrift".encode("utf-16"), "text"),
        ("a.txt", b"\0\1\2", "text"),
        ("", b"<html><body>A</body></html>", "html"),
    ],
)
def test_formats_are_recognised(name: str, beginning: bytes, expected: str) -> None:
    assert recognise(name, beginning).name == expected


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("", b""),
        ("", b"\0\1\2"),
        ("", b"<page><body>A</body></page>"),
        ("", b'{\n  "headline": "spread over lines"\n}'),
        ("", b'["a list"]\n'),
        ("a.pdf", b"%PDF-1.7"),
    ],
)
def test_what_no_format_answers_for(name: str, beginning: bytes) -> None:
    with pytest.raises(UnknownFormat, match="--format"):
        recognise(name, beginning)


@pytest.mark.parametrize(
    ("given", "expected"), [("txt", "text"), (".jsonl", "jsonl"), ("NDJSON", "jsonl")]
)
def test_a_suffix_names_a_format(given: str, expected: str) -> None:
    assert reader_for(given).name == expected


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(UnknownFormat, match="ninjs, jsonl, csv"):
        reader_for("parchment")
