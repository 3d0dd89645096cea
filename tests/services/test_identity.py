"""Public ids are in addresses and in other people's notes: they must never change."""

from __future__ import annotations

from itertools import combinations

import pytest

from archive.formats.base import ArticleRecord, NamedEntity, Reference
from archive.services.identity import public_id, record_hash

NOTHING = {
    "source": "",
    "supplier_id": "",
    "url": "",
    "published": "",
    "headline": "",
    "body": "",
}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ({"source": "quay", "supplier_id": "1"}, "n6tkpmz4sioc4a3h"),
        ({"url": "https://quay.example/1"}, "msanwzbiqftbeyyq"),
        (
            {"source": "quay", "published": "2025-06", "headline": "Ü", "body": "B"},
            "pk632wrnq75z4mjl",
        ),
    ],
)
def test_the_same_key_gives_the_same_id_for_ever(key: dict[str, str], expected: str) -> None:
    assert public_id(**{**NOTHING, **key}) == expected


def test_what_counts_first() -> None:
    every = {**NOTHING, "supplier_id": "1", "url": "https://a.example/", "headline": "A"}
    assert public_id(**every) == public_id(**{**every, "url": "", "headline": "B"})
    linked = {**every, "supplier_id": ""}
    assert public_id(**linked) == public_id(**{**linked, "source": "quay", "headline": "B"})


def test_no_two_keys_read_the_same() -> None:
    keys = [
        {"source": "a", "supplier_id": "b"},
        {"source": "ab", "supplier_id": ""},
        {"source": "", "supplier_id": "ab"},
        {"source": 'a","b', "supplier_id": "c"},
        {"source": "a", "supplier_id": 'b","c'},
        {"url": "ab"},
        {"headline": "ab"},
        {"body": "ab"},
        {"headline": "a", "body": "b"},
    ]
    ids = [public_id(**{**NOTHING, **key}) for key in keys]
    assert len(set(ids)) == len(keys)
    assert all(len(found) == 16 and found.islower() for found in ids)


def test_everything_that_a_record_says_is_in_its_hash() -> None:
    records = [
        ArticleRecord(headline="A"),
        ArticleRecord(body="A"),
        ArticleRecord(headline="A", bylines=("A",)),
        ArticleRecord(headline="A", references=(Reference(label="R"),)),
        ArticleRecord(headline="A", references=(Reference(label="R", url="u"),)),
        ArticleRecord(headline="A", entities={"party": (NamedEntity(name="P"),)}),
        ArticleRecord(headline="A", entities={"place": (NamedEntity(name="P"),)}),
        ArticleRecord(
            headline="A",
            entities={"party": (NamedEntity(name="P", identifiers={"wikidata": "Q1"}),)},
        ),
    ]
    hashes = [record_hash(record, source="") for record in records]
    assert all(one != other for one, other in combinations(hashes, 2))
    assert record_hash(records[0], source="quay") != hashes[0]
