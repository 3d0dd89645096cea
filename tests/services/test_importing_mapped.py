"""Imports of files whose columns are not ours."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from archive.exceptions import MappingError, UnknownFormat
from archive.models import Article, FileState, ImportProfile, ImportRun, Outcome, RunState
from archive.services.importing import import_paths, resume_import
from archive.services.importing_profiles import columns_of, save_profile
from archive.services.importing_reading import WhatToRead
from archive.services.importing_report import ImportReport
from tests.services.snapshot import row_counts

pytestmark = pytest.mark.django_db

RULES = ["Title=headline", "Nr=id", "Datum=published:%d.%m.%Y", "Tags=topics:,", "source==Quay"]
CSV = "Nr;Title;Text;Datum;Tags\n1;Fog;A.;02.06.2025;War,Sea\n2;Ice;B.;3.6.2025;\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "supplier.csv"
    path.write_text(CSV)
    return path


def take(path: Path, *rules: str, dry_run: bool = False) -> ImportReport:
    columns = columns_of(given=rules)
    return import_paths(paths=[str(path)], columns=columns, index=False, dry_run=dry_run)


def test_what_comes_in_and_comes_again(file: Path) -> None:
    report = take(file, *RULES, "Text=body")
    assert (report.created, report.rejected) == (2, 0)
    article = Article.objects.get(supplier_id="1")
    assert (article.headline, article.body, article.published) == ("Fog", "A.", "2025-06-02")
    assert article.source is not None
    assert article.source.name == "Quay"
    assert sorted(article.tags.values_list("entity__name", flat=True)) == ["Sea", "War"]
    assert article.received is not None
    assert bytes(article.received.content) == b"1;Fog;A.;02.06.2025;War,Sea\n"
    before = row_counts()
    again = take(file, *RULES, "Text=body")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert row_counts()["Article"] == before["Article"]
    assert take(file, *RULES, "Text=summary").updated == 2


def test_a_reader_in_a_process_of_its_own_is_told_the_columns() -> None:
    what = WhatToRead(paths=["a"], mapping=columns_of(given=RULES).mapping)
    assert pickle.loads(pickle.dumps(what)) == what


def test_json_and_xml_of_one_folder(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"title": "A", "no": 1}, {"title": "B", "no": 2}]')
    (tmp_path / "b.xml").write_text("<r><i><title>C</title><no>3</no></i></r>")
    report = take(tmp_path / "a.json", "title=headline", "no=id")
    assert report.created == 2
    report = take(tmp_path / "b.xml", "//i=record", "title=headline", "no=id")
    assert report.created == 1
    assert set(Article.objects.values_list("headline", "supplier_id")) == {
        ("A", "1"),
        ("B", "2"),
        ("C", "3"),
    }


def test_a_column_that_is_missing_stops_its_file_alone(file: Path) -> None:
    (file.parent / "other.csv").write_text("Titel;Nr\nX;9\n")
    report = take(file.parent, *RULES)
    assert (report.created, report.rejected) == (2, 1)
    assert "no column “Title”, but titel, nr" in report.rejects[0].reason
    assert report.read
    assert not take(file.parent / "other.csv", *RULES).read


def test_the_run_keeps_the_columns_and_goes_on_with_them(file: Path) -> None:
    save_profile(name="Quay", columns=columns_of(given=RULES, format="csv"))
    columns = columns_of(profile="Quay", given=["Text=body"])
    run = import_paths(paths=[str(file)], columns=columns, index=False).run
    assert run is not None
    assert run.arguments["map"] == ["Text=body", *RULES]
    assert (run.arguments["profile"], run.arguments["format"]) == ("Quay", "csv")
    # As if it had been killed after the first record.
    last = run.records.order_by("-pk")[0]
    Article.objects.get(supplier_id="2").delete()
    last.delete()
    run.files.update(state=FileState.READING, records=1)
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.RUNNING, arguments=run.arguments)
    ImportProfile.objects.all().delete()
    run.refresh_from_db()
    report = resume_import(run, index=False)
    assert (report.created, report.rejected) == (1, 0)
    assert Article.objects.get(supplier_id="2").headline == "Ice"
    assert run.records.filter(outcome=Outcome.CREATED).count() == 2


def test_a_profile_is_saved_anew_under_its_name() -> None:
    save_profile(name=" Quay ", columns=columns_of(given=RULES))
    save_profile(name="Quay", columns=columns_of(given=["a=headline"], format="json"))
    profile = ImportProfile.objects.get()
    assert (profile.name, profile.format, profile.mapping) == ("Quay", "json", ["a=headline"])
    assert columns_of(profile="Quay").format == "json"
    assert columns_of(profile="Quay", format="csv").format == "csv"


def test_what_is_given_counts_before_the_profile(file: Path) -> None:
    save_profile(name="Quay", columns=columns_of(given=["Title=headline", "source==Quay"]))
    columns = columns_of(profile="Quay", given=["Text=headline", "source==Mole"])
    import_paths(paths=[str(file)], columns=columns, index=False)
    assert set(Article.objects.values_list("headline", "source__name")) == {
        ("A.", "Mole"),
        ("B.", "Mole"),
    }


def test_profiles_that_are_not_there_and_names_that_are_none() -> None:
    with pytest.raises(MappingError, match="--save-profile makes one"):
        columns_of(profile="Quay")
    save_profile(name="Mole", columns=columns_of(given=RULES))
    with pytest.raises(MappingError, match="There are: Mole"):
        columns_of(profile="Quay")
    for name in (" ", "x" * 101):
        with pytest.raises(MappingError, match="1 to 100"):
            save_profile(name=name, columns=columns_of(given=RULES))
    with pytest.raises(MappingError, match="nothing to save"):
        save_profile(name="Quay", columns=columns_of())
    with pytest.raises(UnknownFormat):
        columns_of(given=RULES, format="warc")


def test_a_trial_shows_what_it_makes_of_the_first_records(file: Path) -> None:
    file.write_text(CSV + "".join(f"{n};T;B.;;\n" for n in range(3, 9)))
    before = row_counts()
    report = take(file, *RULES, dry_run=True)
    assert [first.position for first in report.first] == [2, 3, 4]
    assert report.first[0].record.headline == "Fog"
    assert report.created == 8
    assert row_counts() == before
