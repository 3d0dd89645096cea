"""Many small rows at once.

``bulk_create`` makes an object of every row and asks every field about every value. Of the tags of
an import, a dozen rows an article, that was most of the work: writing them plainly takes a fifth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connections, models, router

Plain = str | int | None


def insert_rows(
    model: type[models.Model],
    *,
    names: Sequence[str],
    rows: Iterable[Sequence[Plain]],
    constants: Mapping[str, Any],
) -> None:
    """Insert rows of plain values, in the running transaction and without signals.

    ``names`` are fields, in the order of the values of a row; ``constants`` are fields whose value
    is the same in all rows and may be of any type. Defaults of the model are not applied.
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
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608 - names of models
            [(*row, *same) for row in rows],
        )
