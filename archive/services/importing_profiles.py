"""How a supplier's columns become fields, as an import is told: rules given, or kept by a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.exceptions import MappingError
from archive.formats.mapped import check_mapping
from archive.formats.mapping import FieldMap
from archive.models import ImportProfile
from archive.text.normalize import clean_text

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What an import makes of a supplier's columns; ``profile`` is where it has that from."""

    mapping: FieldMap
    format: str | None = None
    profile: str = ""


def columns_of(
    *, given: Sequence[str] = (), profile: str = "", format: str | None = None
) -> Columns:
    """Put together the rules that are given, which count first, and those of a profile.

    ``format`` is the one that is given; else it is the profile's, if that has one. Raises
    MappingError and UnknownFormat with a sentence for what is wrong.
    """
    rules = list(given)
    if profile:
        kept = ImportProfile.objects.filter(name=profile).first()
        if kept is None:
            raise MappingError(f"There is no profile “{profile}”. {_known()}")
        rules += kept.mapping
        format = format or kept.format or None
    return Columns(mapping=checked_mapping(rules, format), format=format, profile=profile)


def checked_mapping(rules: Sequence[str], format: str | None) -> FieldMap:
    """Read rules and see whether they can be used. Raises MappingError and UnknownFormat."""
    mapping = FieldMap.read(rules)
    check_mapping(mapping, format)
    return mapping


def save_profile(*, name: str, columns: Columns) -> ImportProfile:
    """Keep rules under a name, in place of those that stood there. Raises MappingError."""
    name = clean_text(name)
    if not name or len(name) > _LONGEST_NAME:
        raise MappingError(f"The name of a profile has 1 to {_LONGEST_NAME} characters.")
    if not columns.mapping:
        raise MappingError(
            "There is nothing to save in a profile. Say what columns are with --map."
        )
    profile, _ = ImportProfile.objects.update_or_create(
        name=name,
        defaults={"format": columns.format or "", "mapping": list(columns.mapping.written)},
    )
    return profile


def _known() -> str:
    names = list(ImportProfile.objects.values_list("name", flat=True)[:20])
    return f"There are: {', '.join(names)}." if names else "--save-profile makes one."
