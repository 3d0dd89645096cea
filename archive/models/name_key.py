"""A column by which names are found however they are spelt."""

from __future__ import annotations

from typing import Any

from django.db import models

from archive.text.name_keys import KEY_LENGTH, name_key


class NameKeyField(models.CharField):  # type: ignore[type-arg]  # generic for the checker alone
    """The ``name_key`` of the row's ``name``, written whenever the row is, in bulk as well.

    Databases fold ASCII at best, so that accents and other scripts need a column of their own.
    ``bulk_update`` alone asks no field: whoever changes names by it sets the key himself.
    """

    def __init__(self, **options: Any) -> None:
        usual: dict[str, Any] = {
            "max_length": KEY_LENGTH,
            "editable": False,
            "default": "",
            "blank": True,
        }
        super().__init__(**usual | options)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _, args, options = super().deconstruct()
        return str(name), "django.db.models.CharField", list(args), dict(options)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = name_key(model_instance.name)  # type: ignore[attr-defined]  # what it is the key of
        setattr(model_instance, self.attname, key)
        return key
