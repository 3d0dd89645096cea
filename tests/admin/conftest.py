"""An editor who has logged in, and the index that follows a commit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.contrib.auth.models import User
from django.test import Client

from archive.search.document import Shelf
from archive.services.engine import get_engine

PASSWORD = "a long enough pass-phrase"

Captured = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


@pytest.fixture
def editor(db: None) -> User:
    """Somebody who may do everything."""
    return User.objects.create_superuser("anna", "anna@example.org", PASSWORD)


@pytest.fixture
def desk(editor: User) -> Client:
    """The editor's browser."""
    client = Client()
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def on_shelf(shelf: Shelf) -> set[str]:
    """The public ids that the index holds on a shelf."""
    return set(get_engine().versions(shelf))
