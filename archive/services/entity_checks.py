"""Whether an entity that a file describes can be stored."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Model

from archive.exceptions import VocabularyError
from archive.models import Entity, EntityKind


def check_row(row: Model, where: str) -> None:
    """Raise VocabularyError, with ``where`` the row stood, for a field that cannot be stored."""
    try:
        row.clean_fields(exclude=["parent"])
        row.clean()
    except ValidationError as error:
        wrong = "; ".join(
            f"`{name}`: {' '.join(said)}" for name, said in error.message_dict.items()
        )
        raise VocabularyError(f"{where}: {wrong}") from None
    if isinstance(row, Entity):
        _check_coordinates(row, where)


def _check_coordinates(entity: Entity, where: str) -> None:
    if entity.latitude is None and entity.longitude is None:
        return
    if entity.latitude is None or entity.longitude is None:
        raise VocabularyError(f"{where}: `latitude` and `longitude` go together.")
    if entity.kind != EntityKind.PLACE:
        raise VocabularyError(f"{where}: only places have coordinates.")
    if not (-90 <= entity.latitude <= 90 and -180 <= entity.longitude <= 180):
        raise VocabularyError(
            f"{where}: a latitude lies between -90 and 90, a longitude between -180 and 180."
        )
