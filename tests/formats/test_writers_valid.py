"""What is written is what the standards allow: their schemas, without any network."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from lxml import etree

from archive.formats.base import ArticleRecord, NamedEntity
from archive.formats.write_newsml_g2 import NAMESPACE as NEWSML
from tests.formats.records import SPANS, TIMES, UNSURE, records, written
from tests.formats.test_writers import FULL

RECORDS = (
    FULL,
    ArticleRecord(headline="A"),
    ArticleRecord(body="A\n\nB", published="2025-06", language="und", supplier_id="1"),
    replace(FULL, status="draft", published="1998~", version="2025-06-02T15:00:00+00:00"),
    replace(FULL, status="withdrawn", published="2025", entities={}, bylines=()),
)


class Local(etree.Resolver):  # type: ignore[misc]  # lxml has no types
    """Finds what a schema imports beside it, and nothing anywhere else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def resolve(self, url: str, public_id: str, context: Any) -> Any:
        return self.resolve_filename(str(self._folder / Path(url).name), context)


@cache
def schema(folder: Path, name: str) -> etree.XMLSchema:
    """A schema of XML, or a skip where its file is missing or empty."""
    path = folder / "newsml-g2" / "examples" / name
    if not path.exists() or not path.stat().st_size:
        pytest.skip(f"{name} is not among the real files")
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Local(path.parent))
    return etree.XMLSchema(etree.parse(path, parser))


@cache
def ninjs_schema(folder: Path) -> Draft202012Validator:
    path = folder / "ninjs" / "specification" / "ninjs-schema_3.1.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not among the real files")
    return Draft202012Validator(json.loads(path.read_text()))


@pytest.mark.parametrize("record", RECORDS)
def test_ninjs(sample_data: Path, record: ArticleRecord) -> None:
    check = ninjs_schema(sample_data)
    for item in json.loads(written("ninjs", record)):
        assert [error.message for error in check.iter_errors(item)] == []


@pytest.mark.parametrize("record", RECORDS)
def test_nitf(sample_data: Path, record: ArticleRecord) -> None:
    schema(sample_data, "nitf-3-6.xsd").assertValid(etree.fromstring(written("nitf", record)))


def core(record: ArticleRecord) -> ArticleRecord:
    """A record whose entities have as many identifiers as the core of NewsML-G2 has room for."""
    return replace(
        record,
        entities={
            kind: tuple(
                NamedEntity(
                    name=name.name,
                    identifiers={
                        scheme: value
                        for scheme, value in name.identifiers.items()
                        if scheme in ("wikidata", "p")
                    },
                )
                for name in names
            )
            for kind, names in record.entities.items()
        },
    )


@pytest.mark.parametrize("record", RECORDS)
def test_newsml_g2(sample_data: Path, record: ArticleRecord) -> None:
    check = schema(sample_data, "NewsML-G2_2.24-spec-All-Core.xsd")
    item = etree.fromstring(written("newsml-g2", core(record)))
    assert item.get("conformance") == "core"
    check.assertValid(item)
    check.assertValid(etree.fromstring(written("newsml-g2", core(record), core(record))))


def test_newsml_g2_says_where_it_needs_more_than_the_core(sample_data: Path) -> None:
    item = etree.fromstring(written("newsml-g2", FULL))
    assert item.get("conformance") == "power"
    same = list(item.iter(f"{{{NEWSML}}}sameAs"))
    assert same
    for element in same:
        element.getparent().remove(element)
    schema(sample_data, "NewsML-G2_2.24-spec-All-Core.xsd").assertValid(item)


def test_any_words_are_valid(sample_data: Path) -> None:
    nitf = schema(sample_data, "nitf-3-6.xsd")
    newsml = schema(sample_data, "NewsML-G2_2.24-spec-All-Core.xsd")
    ninjs = ninjs_schema(sample_data)

    @settings(max_examples=40)
    @given(records(published=TIMES | SPANS | UNSURE))
    def check(record: ArticleRecord) -> None:
        nitf.assertValid(etree.fromstring(written("nitf", record)))
        newsml.assertValid(etree.fromstring(written("newsml-g2", core(record))))
        (item,) = json.loads(written("ninjs", record))
        assert ninjs.is_valid(item)

    check()
