"""What the admin's decisions about many rows share."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest

from archive.models import Tag, TagState
from archive.services.curating import confirm_tags, reject_tags
from archive.text.numbers import spaced

MOST_AT_ONCE = 5_000
"""Rows that one action takes: the database is locked for others while it runs."""

# What the name of a row is made of besides the row; else the log would ask for it row by row.
_NAMED_BY: dict[type[Model], tuple[str, ...]] = {Tag: ("entity",)}


def editor(request: HttpRequest) -> User:
    """Who is at work; pages of the admin are shown to nobody else."""
    return cast("User", request.user)


def judge(*, tags: Collection[int], state: str, by: User) -> list[int]:
    """Confirm or reject tags; what an editor may not say of a tag changes nothing."""
    if state == TagState.CONFIRMED:
        return confirm_tags(tags=tags, by=by)
    if state == TagState.REJECTED:
        return reject_tags(tags=tags, by=by)
    return []


def log_action(
    request: HttpRequest, model: type[Model], keys: Collection[int], message: str
) -> None:
    """Write what an action did into the admin's own log, one entry a row."""
    rows = model._default_manager.select_related(*_NAMED_BY.get(model, ())).in_bulk(list(keys))
    LogEntry.objects.log_actions(
        user_id=editor(request).pk,
        queryset=list(rows.values()),
        action_flag=CHANGE,
        change_message=message,
    )


def counted(number: int, noun: str) -> str:
    """A number with its noun: ``1 tag``, ``2 tags``."""
    return f"{spaced(number)} {noun}{'' if number == 1 else 's'}"


def too_many() -> str:
    """What to say to who chose more than an action takes."""
    return (
        f"At most {spaced(MOST_AT_ONCE)} can be changed at once. Nothing was changed. "
        "Narrow the list with a filter or a search and do it in parts."
    )
