"""What the registers of a supplier call a subject, a place, a person: schemes and values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from archive.formats.limits import MAX_NAME
from archive.formats.values import line_of

# The addresses of concepts in registers that the archive knows by a scheme of its own.
_REGISTERS = (
    (re.compile(r"https?://cv\.iptc\.org/newscodes/mediatopic/(\d{8})/?"), "medtop"),
    (re.compile(r"https?://www\.wikidata\.org/(?:entity|wiki)/(Q[1-9]\d*)"), "wikidata"),
    (re.compile(r"https?://(?:www|sws)\.geonames\.org/(\d+)(?:/.*)?"), "geonames"),
    (re.compile(r"https?://(?:www\.)?viaf\.org/viaf/(\d+)/?"), "viaf"),
    (re.compile(r"https?://(?:www\.)?isni\.org/(?:isni/)?(\d{15}[\dX])"), "isni"),
    (re.compile(r"https?://cvx?\.iptc\.org/(?:newscodes/)?iso3166-1a2/([A-Za-z]{2})"), "iso3166"),
)
_QCODE = re.compile(r"(?P<scheme>[A-Za-z][\w.-]{0,39}):(?P<value>[^\s/][^\s]*)")
_NO_SCHEMES = ("http", "https", "tag", "urn")
_ALIASES = {"wd": "wikidata", "iso3166-1a2": "iso3166", "geo": "geonames"}


def identifiers_of(concept: Mapping[str, Any], where: str) -> dict[str, str]:
    """The identifier in the ``uri``, ``qcode`` or ``scheme`` and ``code`` of a concept, if any.

    Addresses of known registers and qcodes (``medtop:20000065``) become a scheme and a value, any
    other address the value of scheme ``uri``. Raises RecordError for what is no text or too long.
    """
    scheme = line_of(concept.get("scheme"), MAX_NAME, f"the scheme of {where}")
    code = line_of(concept.get("code"), MAX_NAME, f"the code of {where}", number=True)
    written = [
        line_of(concept.get("uri"), MAX_NAME, f"the uri of {where}"),
        line_of(concept.get("qcode"), MAX_NAME, f"the qcode of {where}"),
        _joined(scheme, code) if scheme and code else "",
    ]
    return dict(identifier_of(address) for address in filter(None, reversed(written)))


def identifier_of(written: str) -> tuple[str, str]:
    """The scheme and the value of an address or a qcode."""
    for pattern, scheme in _REGISTERS:
        if found := pattern.fullmatch(written):
            return scheme, found[1].upper() if scheme == "iso3166" else found[1]
    qcode = _QCODE.fullmatch(written)
    if qcode and qcode["scheme"].lower() not in _NO_SCHEMES:
        scheme = qcode["scheme"].lower()
        return _ALIASES.get(scheme, scheme), qcode["value"]
    return "uri", written[:MAX_NAME]


def _joined(scheme: str, code: str) -> str:
    if "/" not in scheme:
        return f"{scheme}:{code}"
    return f"{scheme}{code}" if scheme.endswith(("/", "#", ":")) else f"{scheme}/{code}"
