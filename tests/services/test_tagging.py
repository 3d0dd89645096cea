from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest

from archive.models import Article, EntityAlias, EntityKind, Origin, Tag, TagState
from archive.services.importing import import_paths
from archive.services.seeds import load_seeds, seeds_folder
from archive.services.tagging import NamedEntity, Tagger, tags_wanted, text_of
from tests.factories import make_entity

PLACE, PARTY, TOPIC = EntityKind.PLACE, EntityKind.PARTY, EntityKind.TOPIC


def article(headline: str = "", body: str = "", summary: str = "", language: str = "en") -> Article:
    return Article(headline=headline, summary=summary, body=body, language=language)


@pytest.mark.django_db
class TestTagger:
    """Which entities a text names."""

    def test_headline_summary_and_body_are_searched(self) -> None:
        velmora = make_entity(name="Velmora")
        (found,) = Tagger().named(article("In Velmora", "Velmora met.", "Velmora and more."))
        assert found == NamedEntity(
            entity=velmora.pk, certain=True, surface="Velmora", count=3, first_position=3
        )

    def test_positions_count_characters_of_the_whole_text(self) -> None:
        make_entity(name="Velmora")
        one = article("Über", "Der Staat Velmora.", language="de")
        (found,) = Tagger().named(one)
        assert text_of(one)[found.first_position :].startswith("Velmora")

    def test_aliases_are_found_in_their_language(self) -> None:
        velmora = make_entity(name="Velmora")
        EntityAlias.objects.create(entity=velmora, name="Welmoren", language="de")
        assert Tagger().named(article(body="Welmoren tagt.", language="de"))
        assert not Tagger().named(article(body="Welmoren met.", language="en"))

    def test_an_entity_that_is_not_looked_for(self) -> None:
        make_entity(name="Velmora", in_texts=False)
        assert not Tagger().named(article(body="Velmora met."))

    def test_the_longest_name_counts(self) -> None:
        make_entity(name="Velmora")
        south = make_entity(name="South Velmora")
        assert [found.entity for found in Tagger().named(article(body="South Velmora met."))] == [
            south.pk
        ]

    def test_a_name_in_doubt_is_not_certain(self) -> None:
        make_entity(PLACE, name="Tarsk")
        velmora = make_entity(PARTY, name="Velmora")
        EntityAlias.objects.create(entity=velmora, name="Tarsk", metonym=True)
        named = Tagger().named(article(body="Much was written of Tarsk."))
        assert {found.certain for found in named} == {False}

    def test_one_certain_mention_is_enough_and_doubtful_ones_are_not_counted(self) -> None:
        place = make_entity(PLACE, name="Tarsk")
        velmora = make_entity(PARTY, name="Velmora")
        EntityAlias.objects.create(entity=velmora, name="Tarsk", metonym=True)
        named = Tagger().named(article(body="Much was written of Tarsk. They met in Tarsk."))
        by_entity = {found.entity: found for found in named}
        assert by_entity[place.pk].certain
        assert by_entity[place.pk].count == 1
        assert not by_entity[velmora.pk].certain

    def test_a_topic_is_only_suggested(self) -> None:
        make_entity(TOPIC, name="Tides")
        (found,) = Tagger().named(article(body="Tides were high."))
        assert not found.certain

    def test_nothing_is_found_in_nothing(self) -> None:
        assert Tagger().named(article("A")) == ()


FOUND = NamedEntity(entity=1, certain=True, surface="Velmora", count=2, first_position=5)
DOUBTFUL = NamedEntity(entity=1, certain=False, surface="Tarsk", count=1, first_position=9)


@pytest.mark.parametrize(
    ("given", "named", "state", "origin", "count", "position"),
    [
        ([(1, "Velmora")], [], "automatic", "import", 0, None),
        ([], [FOUND], "automatic", "gazetteer", 2, 5),
        ([], [DOUBTFUL], "suggested", "gazetteer", 1, 9),
        ([(1, "Velmora")], [FOUND], "automatic", "import", 2, 5),
        ([(1, "Velmora")], [DOUBTFUL], "automatic", "import", 1, 9),
        ([(1, "Velmora"), (1, "VELMORA")], [], "automatic", "import", 0, None),
    ],
)
def test_given_and_found_are_one_tag(
    given: list[tuple[int, str]],
    named: list[NamedEntity],
    state: str,
    origin: str,
    count: int,
    position: int | None,
) -> None:
    (tag,) = tags_wanted(given=given, named=named).values()
    assert (tag.state, tag.origin, tag.count, tag.first_position) == (
        state,
        origin,
        count,
        position,
    )
    assert len(tag.evidence) == bool(given) + bool(named)


@pytest.mark.django_db
def test_one_tag_with_a_row_of_evidence_for_each_origin(tmp_path: Path) -> None:
    make_entity(name="Velmora", slug="velmora")
    path = tmp_path / "a.jsonl"
    path.write_text('{"headline": "Velmora met", "parties": ["VELMORA"], "language": "en"}')
    import_paths(paths=[str(path)], index=False)
    tag = Tag.objects.get()
    assert (tag.origin, tag.state, tag.count) == (Origin.IMPORT, TagState.AUTOMATIC, 1)
    assert set(tag.evidence.values_list("origin", "surface", "count")) == {
        ("import", "VELMORA", 0),
        ("gazetteer", "Velmora", 1),
    }


@pytest.mark.django_db
@pytest.mark.skipif(not seeds_folder().is_dir(), reason="the seeds are not in this checkout")
def test_names_are_quickly_found_and_told_apart() -> None:
    """At least 1,000 texts of 250 words a second, a fifth of what an idle machine does."""
    load_seeds(vocabulary_only=True)
    tagger = Tagger()
    said = (
        "Russia and Ukraine agreed in Istanbul that Kyiv would receive what Moscow had promised. "
    )
    text = said * 4 + "And then the people of the town went on with what they had been about. " * 13
    started = process_time()
    for _ in range(100):
        named = tagger.named_in(text, "en")
    assert process_time() - started < 0.1
    assert sum(found.count for found in named if found.certain) == 16


@pytest.mark.django_db
@pytest.mark.skipif(not seeds_folder().is_dir(), reason="the seeds are not in this checkout")
def test_the_received_document_with_the_vocabulary_of_the_seeds(sample_data: Path) -> None:
    load_seeds(vocabulary_only=True)
    import_paths(paths=[str(sample_data / "received")], index=False)
    counted = set(
        Tag.objects.filter(state=TagState.AUTOMATIC).values_list("entity__kind", "entity__name")
    )
    assert counted >= {
        ("party", "Russia"),
        ("party", "Ukraine"),
        ("place", "Istanbul"),
        ("place", "Belarus"),
        ("place", "Mariupol"),
        ("person", "Volodymyr Zelensky"),
    }
    assert ("party", "Belarus") not in counted
    assert ("place", "Moscow") not in counted
