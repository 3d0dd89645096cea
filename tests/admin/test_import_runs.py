"""The page of an import run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from archive.admin import import_run
from archive.models import ImportRun
from archive.services.importing import import_paths

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported(tmp_path: Path) -> ImportRun:
    for name in ("a", "<b>b"):
        (tmp_path / f"{name}.jsonl").write_text('{"headline": "A"}\n{"headline": 7}\n')
    report = import_paths(paths=[str(tmp_path)], index=False)
    assert report.run is not None
    return report.run


def page_of(client: Client, run: ImportRun) -> str:
    response = client.get(reverse("admin:archive_importrun_change", args=[run.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_files_and_what_can_be_done(desk: Client, imported: ImportRun) -> None:
    page = page_of(desk, imported)
    for file in imported.files.all():
        assert file.sha256 in page
    assert "&lt;b&gt;b.jsonl" in page
    assert f"import_runs rejects {imported.pk}" in page
    assert f"import_runs undo {imported.pk}" in page
    assert re.search(r"outcome__exact=rejected", page)


def test_not_all_of_many_files_are_listed(
    desk: Client, imported: ImportRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "_FILES_SHOWN", 1)
    page = page_of(desk, imported)
    assert "The first 1 files." in page
    assert page.count(".jsonl</td>") == 1


def test_what_is_over_is_said(desk: Client, imported: ImportRun) -> None:
    ImportRun.objects.update(state="undone", rejected=0)
    page = page_of(desk, imported)
    assert "It was undone" in page
    assert "nothing was rejected" in page
    assert "import_runs rejects" not in page


def test_the_line_of_a_reject_is_shown(desk: Client, imported: ImportRun) -> None:
    record = imported.records.filter(outcome="rejected").first()
    assert record is not None
    address = reverse("admin:archive_importrecord_change", args=[record.pk])
    assert "field-line" in desk.get(address).content.decode()
