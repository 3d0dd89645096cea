"""Values as suppliers write them."""

from __future__ import annotations

import pytest

from archive.formats.values import version_of


@pytest.mark.parametrize(
    ("number", "changed", "version"),
    [
        ("3", "", "3"),
        (" 007 ", "2025-06-02", "7"),
        ("", "2025-06-02T10:15:00+03:00", "2025-06-02T07:15:00+00:00"),
        ("2025-06-02T10:15:00Z", "", "2025-06-02T10:15:00+00:00"),
        ("1.2b", "2025-06-02", "2025-06-02T00:00:00+00:00"),
        ("second", "yesterday", ""),
        ("٣", "", ""),
        ("9" * 19, "", ""),
    ],
)
def test_a_version_is_a_number_or_a_time(number: str, changed: str, version: str) -> None:
    assert version_of(number, changed) == version
