"""A bag holds what its manifests say, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.formats.bagit import Bag
from tests.formats.bags import problems_of


def fill(folder: Path) -> None:
    with Bag(folder, info={"External-Description": "Two\nfiles"}) as bag:
        with bag.file("a.jsonl") as first, bag.file("received/ab") as second:
            first.write(b"{}\n" * 1000)
            second.write(b"\0\xff" * 100_000)
            first.write(b"{}\n")
        assert bag.holds("received/ab")
        assert not bag.holds("received/cd")


def test_a_bag_is_whole(tmp_path: Path) -> None:
    fill(tmp_path)
    assert problems_of(tmp_path) == []
    info = (tmp_path / "bag-info.txt").read_text()
    assert "External-Description: Two files\n" in info
    assert "Payload-Oxum: 203003.2\n" in info


@pytest.mark.parametrize("name", ["data/a.jsonl", "bag-info.txt", "manifest-sha256.txt"])
def test_damage_is_found(tmp_path: Path, name: str) -> None:
    fill(tmp_path)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert problems_of(tmp_path)


def test_a_file_too_many_or_too_few_is_found(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "data" / "b").write_bytes(b"")
    assert "data/b is in no manifest" in problems_of(tmp_path)
    (tmp_path / "data" / "a.jsonl").unlink()
    assert "data/a.jsonl is missing" in problems_of(tmp_path)


def test_what_fails_makes_no_bag(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Bag(tmp_path, info={}) as bag, bag.file("a"):
        raise ZeroDivisionError
    assert not (tmp_path / "bagit.txt").exists()
