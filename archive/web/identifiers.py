"""What other registers call an entity or a source, with links to those that have pages."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from archive.web.page_models import Fact

# Scheme: its name, and the address of a value's page, if the register has pages.
_REGISTERS = {
    "wikidata": ("Wikidata", "https://www.wikidata.org/wiki/{}"),
    "geonames": ("GeoNames", "https://www.geonames.org/{}"),
    "viaf": ("VIAF", "https://viaf.org/viaf/{}"),
    "isni": ("ISNI", "https://isni.org/isni/{}"),
    "medtop": ("IPTC Media Topics", "https://cv.iptc.org/newscodes/mediatopic/{}"),
    "issn": ("ISSN", "https://portal.issn.org/resource/ISSN/{}"),
    "iso3166": ("ISO 3166", ""),
    "iso3166-1": ("ISO 3166-1", ""),
}


def identifier_facts(identifiers: Iterable[tuple[str, str]]) -> tuple[Fact, ...]:
    """A line for each (scheme, value)."""
    facts = []
    for scheme, value in identifiers:
        name, address = _REGISTERS.get(scheme.lower(), (scheme, ""))
        url = address.format(quote(value, safe="")) if address else ""
        facts.append(Fact(label=name, value=value, url=url, external=bool(url)))
    return tuple(facts)
