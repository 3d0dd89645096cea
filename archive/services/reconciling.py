"""Places of the archive met with those of GeoNames, and what they lack filled in.

A place is met by its name, else by its other names; what is known of it must fit: its ISO 3166
code, the country that it lies in by its parents, its coordinates. Where several places are left and
none is clearly the largest, they are listed and the place is left alone; so is one for which no
more speaks than another name of it, or its own and that of a small town: Mars is no town in
Nigeria. What is set is never changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from archive.models import Entity, EntityAlias, EntityIdentifier, EntityKind
from archive.services import outbox
from archive.services.entities import chunks
from archive.services.following import Followed, enqueue_below, follow_index
from archive.services.geonames import GeoName, GeoNames, clearest

GEONAMES = "geonames"
ISO_3166 = "iso3166"
DEFAULT_POPULATION = 15_000
PLACES_AT_ONCE = 500
MOST_REMEMBERED = 1_000
_CANDIDATES_SHOWN = 5
# A town's coordinates are those of its centre, and an editor's may be those of its region.
_NEAR = 100  # kilometres
_WELL_KNOWN = 100_000  # inhabitants


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A place that was met, by slug, and what it got: identifiers, ``coordinates``, ``parent``."""

    slug: str
    name: str
    place: GeoName
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A place that was left alone: what it may be, or which entity has the identifier already."""

    slug: str
    name: str
    candidates: tuple[GeoName, ...]
    taken_by: str = ""


@dataclass(slots=True, kw_only=True)
class ReconcilingReport:
    """Counts of places, and the first thousand of those met and those in doubt."""

    compared: int = 0
    matched: int = 0
    ambiguous: int = 0
    unknown: int = 0
    met: list[Met] = field(default_factory=list)
    doubtful: list[Doubtful] = field(default_factory=list)
    seconds: float = 0.0
    index: Followed = field(default_factory=Followed)


def reconcile_places(
    *,
    countries: Collection[str] = (),
    minimum_population: int = DEFAULT_POPULATION,
    dry_run: bool = False,
    index: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> ReconcilingReport:
    """Compare the places that have no GeoNames identifier, countries before towns.

    ``countries`` (ISO 3166 codes of two letters) leaves out places that turn out to be elsewhere.
    Towns of fewer inhabitants than ``minimum_population`` are not considered. ``progress`` is told
    how many places are done, and of how many.

    Raises GeoNamesMissing without the package, ValueError for what is no code of a country.
    """
    began = monotonic()
    data = GeoNames(wanted=_wanted_keys(), minimum_population=minimum_population)
    wanted = frozenset(code.upper() for code in countries)
    for code in sorted(wanted - data.countries.keys()):
        raise ValueError(f"“{code}” is no country. Write ISO 3166 codes of two letters: DE FR.")
    work = _Work(data, countries=wanted, dry_run=dry_run)
    total = 2 * _without_identifier().count() if progress else 0
    done = 0
    for towns_too in (False, True):
        last = 0
        while batch := list(
            _without_identifier().filter(pk__gt=last).order_by("pk")[:PLACES_AT_ONCE]
        ):
            last = batch[-1].pk
            work.compare([place.pk for place in batch], towns_too=towns_too)
            done += len(batch)
            if progress is not None:
                progress(min(done, total), total)
    report = work.report
    if index and not dry_run:
        report.index = follow_index()
    report.seconds = monotonic() - began
    return report


def _without_identifier() -> QuerySet[Entity]:
    known = EntityIdentifier.objects.filter(entity=OuterRef("pk"), scheme=GEONAMES)
    return Entity.objects.filter(~Exists(known), kind=EntityKind.PLACE)


def _wanted_keys() -> set[str]:
    """The keys of the names by which places may be met."""
    places = _without_identifier()
    keys = set(places.values_list("name_key", flat=True).iterator())
    keys.update(
        EntityAlias.objects.filter(entity__in=places, metonym=False)
        .values_list("name_key", flat=True)
        .iterator()
    )
    return keys


@dataclass(frozen=True, slots=True)
class _Candidates:
    """What a place may be, the most populous first, and what speaks for it beside a name.

    ``is_own_name``: the place is called so itself, not by one of its other names. ``is_located``:
    its country or its coordinates are known, which towns were compared with.
    """

    places: tuple[GeoName, ...]
    is_own_name: bool = False
    is_located: bool = False

    @property
    def meant(self) -> GeoName | None:
        """The one that the place is, if there is no doubt."""
        place = clearest(self.places)
        if place is None:
            return None
        if place.is_country:
            return place if self.is_own_name else None
        is_well_known = self.is_own_name and place.population >= _WELL_KNOWN
        return place if self.is_located or is_well_known else None


class _Work:
    """One run: what the countries of the archive are, and the tally."""

    def __init__(self, data: GeoNames, *, countries: Collection[str], dry_run: bool) -> None:
        self.report = ReconcilingReport()
        self._data = data
        self._countries = countries
        self._dry_run = dry_run
        self._codes: dict[int, str] = {}
        self._met: set[int] = set()
        for entity, value in EntityIdentifier.objects.filter(
            scheme=ISO_3166, entity__kind=EntityKind.PLACE
        ).values_list("entity_id", "value"):
            if value.upper() in data.countries:
                self._codes[entity] = value.upper()

    def compare(self, keys: Sequence[int], *, towns_too: bool) -> None:
        """Compare a batch and write what was met, in one transaction; countries alone at first."""
        with transaction.atomic():
            batch = _Batch(
                _without_identifier().select_for_update(of=("self",)).filter(pk__in=keys)
            )
            decided = []
            for entity in batch.entities:
                if entity.pk in self._met:
                    continue  # in a dry run, which writes no identifier
                candidates = self._candidates(entity, batch)
                place = candidates.meant
                if towns_too and place is None:
                    self._leave(entity, candidates.places)
                if place is not None and place.is_country != towns_too:
                    decided.append((entity, place))
            self._settle(decided, batch)

    def _leave(self, entity: Entity, candidates: Sequence[GeoName]) -> None:
        """Count a place that is left alone."""
        if not candidates:
            self.report.unknown += 1
            self.report.compared += 1
        elif self._is_wanted(*candidates):
            self.report.compared += 1
            self._doubt(entity, candidates)

    def _doubt(self, entity: Entity, candidates: Sequence[GeoName], taken_by: str = "") -> None:
        self.report.ambiguous += 1
        if len(self.report.doubtful) < MOST_REMEMBERED:
            self.report.doubtful.append(
                Doubtful(
                    slug=entity.slug,
                    name=entity.name,
                    candidates=tuple(candidates[:_CANDIDATES_SHOWN]),
                    taken_by=taken_by,
                )
            )

    def _is_wanted(self, *places: GeoName) -> bool:
        return not self._countries or any(place.country in self._countries for place in places)

    def _candidates(self, entity: Entity, batch: _Batch) -> _Candidates:
        code = self._codes.get(entity.pk)
        if code is not None:
            return _Candidates((self._data.countries[code],), is_own_name=True)
        within = next((c for above in batch.above(entity.pk) if (c := self._codes.get(above))), "")
        for keys in ([entity.name_key], batch.other_keys[entity.pk]):
            found = {place.id: place for key in keys for place in self._data.named(key)}
            fitting = [place for place in found.values() if _fits(entity, place, within)]
            if fitting:
                return _Candidates(
                    tuple(sorted(fitting, key=lambda place: -place.population)),
                    is_own_name=entity.name_key in keys,
                    is_located=bool(within) or entity.latitude is not None,
                )
        return _Candidates(())

    def _settle(self, decided: Sequence[tuple[Entity, GeoName]], batch: _Batch) -> None:
        """Write what was met. One identifier is one place's: the second that claims it waits."""
        decided = [(entity, place) for entity, place in decided if self._is_wanted(place)]
        holders = _holders([place.id for _, place in decided])
        identifiers: list[EntityIdentifier] = []
        changed: list[Entity] = []
        moved: list[int] = []
        for entity, place in decided:
            self.report.compared += 1
            if place.id in holders:
                self._doubt(entity, [place], taken_by=holders[place.id])
                self._met.add(entity.pk)
                continue
            holders[place.id] = entity.slug
            added = [GEONAMES]
            if place.is_country:
                if entity.pk not in self._codes:
                    added.append(ISO_3166)
                self._codes[entity.pk] = place.country
            identifiers += [
                EntityIdentifier(
                    entity=entity,
                    scheme=scheme,
                    value=place.id if scheme == GEONAMES else place.country,
                )
                for scheme in added
            ]
            if entity.latitude is None and place.latitude is not None:
                entity.latitude, entity.longitude = place.latitude, place.longitude
                added.append("coordinates")
            parent = None if place.is_country else self._country_entity(place.country)
            if (
                entity.parent_id is None
                and parent not in (None, entity.pk)
                and entity.pk not in batch.above(parent)
            ):
                entity.parent_id = parent
                moved.append(entity.pk)
                added.append("parent")
            if {"coordinates", "parent"} & set(added):
                changed.append(entity)
            self._count(entity, place, added)
        if self._dry_run or not identifiers:
            return
        EntityIdentifier.objects.bulk_create(identifiers, batch_size=PLACES_AT_ONCE)
        Entity.objects.bulk_update(
            changed, ("latitude", "longitude", "parent"), batch_size=PLACES_AT_ONCE
        )
        enqueue_below(moved)
        outbox.bump_epoch()

    def _count(self, entity: Entity, place: GeoName, added: Sequence[str]) -> None:
        self._met.add(entity.pk)
        self.report.matched += 1
        if len(self.report.met) < MOST_REMEMBERED:
            self.report.met.append(
                Met(slug=entity.slug, name=entity.name, place=place, added=tuple(added))
            )

    def _country_entity(self, code: str) -> int | None:
        """The one place of the archive that is the country; None where there is none, or two."""
        found = [entity for entity, known in self._codes.items() if known == code]
        return found[0] if len(found) == 1 else None


def _fits(entity: Entity, place: GeoName, within: str) -> bool:
    """Whether nothing that is known of an entity speaks against its being a place."""
    if within and (place.is_country or place.country != within):
        return False
    if place.is_country or entity.latitude is None or entity.longitude is None:
        return True
    return place.kilometres_from(entity.latitude, entity.longitude) <= _NEAR


class _Batch:
    """Places with the keys of their other names and what stands above them."""

    def __init__(self, places: QuerySet[Entity]) -> None:
        self.entities = list(places.order_by("pk"))
        self._parents: dict[int, int | None] = {}
        self.other_keys: defaultdict[int, list[str]] = defaultdict(list)
        for entity, key in EntityAlias.objects.filter(
            entity__in=[place.pk for place in self.entities], metonym=False
        ).values_list("entity_id", "name_key"):
            if key not in self.other_keys[entity]:
                self.other_keys[entity].append(key)
        self._parents |= {place.pk: place.parent_id for place in self.entities}
        self._read({place.parent_id for place in self.entities if place.parent_id is not None})

    def above(self, entity: int | None) -> Iterator[int]:
        """The ids of what is above an entity, the nearest first."""
        if entity is None:
            return
        if entity not in self._parents:
            self._read({entity})
        met = {entity}
        while (parent := self._parents.get(entity)) is not None and parent not in met:
            met.add(parent)
            yield parent
            entity = parent

    def _read(self, level: set[int]) -> None:
        """Read the parents of entities and of all above them, a query a level."""
        while level := level - self._parents.keys():
            for chunk in chunks(level):
                self._parents |= dict(
                    Entity.objects.filter(pk__in=chunk).values_list("pk", "parent_id")
                )
            level = {p for pk in level if (p := self._parents.get(pk)) is not None}


def _holders(ids: Sequence[str]) -> dict[str, str]:
    """The slugs of the places that have these GeoNames identifiers."""
    return {
        value: slug
        for chunk in chunks(ids)
        for value, slug in EntityIdentifier.objects.filter(
            scheme=GEONAMES, value__in=chunk, entity__kind=EntityKind.PLACE
        ).values_list("value", "entity__slug")
    }
