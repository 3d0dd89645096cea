"""Many small rows at once.

``bulk_create`` makes an object of every row and asks every field about every value. Of the tags of
an import, a dozen rows an article, that was most of the work: writing them plainly takes a fifth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connections, models, router

Plain = str | int | bytes | None

# Kinds of fields whose values a database wants in a form of its own.
_ADAPTED = (models.DateField, models.JSONField, models.BinaryField)


def insert_rows(
    model: type[models.Model],
    *,
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    constants: Mapping[str, Any],
) -> None:
    """Insert rows, in the running transaction and without signals.

    ``names`` are fields, in the order of the values of a row: text and numbers as they are, dates,
    bytes and JSON as the model has them. ``constants`` are fields whose value is the same in all
    rows. Defaults of the model are not applied.
    """
    connection = connections[router.db_for_write(model)]
    known = {field.name: field for field in model._meta.concrete_fields}
    fields = [known[name] for name in (*names, *constants)]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    same = tuple(
        known[name].get_db_prep_save(value, connection) for name, value in constants.items()
    )
    table = connection.ops.quote_name(model._meta.db_table)
    places = ", ".join(["%s"] * len(fields))
    adapted = [
        (place, field)
        for place, field in enumerate(fields[: len(names)])
        if isinstance(field, _ADAPTED)
    ]

    def stored(row: Sequence[Any]) -> Sequence[Plain]:
        values = list(row)
        for place, field in adapted:
            values[place] = field.get_db_prep_save(values[place], connection)
        return values

    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608 - names of models
            [(*(stored(row) if adapted else row), *same) for row in rows],
        )


def update_rows(
    model: type[models.Model], *, names: Sequence[str], rows: Iterable[tuple[int, Sequence[Any]]]
) -> None:
    """Set fields of rows by their keys, in the running transaction and without signals.

    ``rows`` are keys with the values of ``names``. ``bulk_update`` writes a CASE with a branch for
    each row into one statement, which takes some thirty times as long.
    """
    connection = connections[router.db_for_write(model)]
    known = {field.name: field for field in model._meta.concrete_fields}
    fields = [known[name] for name in names]
    quote = connection.ops.quote_name
    places = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(model._meta.db_table)} SET {places} "  # noqa: S608 - names of models
            f"WHERE {quote(str(model._meta.pk.column))} = %s",
            [
                (
                    *(
                        field.get_db_prep_save(value, connection)
                        for field, value in zip(fields, values, strict=True)
                    ),
                    key,
                )
                for key, values in rows
            ],
        )
