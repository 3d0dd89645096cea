"""The benchmark of the site: its visitors ask real questions, and it measures what it says."""

from __future__ import annotations

import json
import sys
from itertools import islice
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bench.site import main
from bench.visitors import kind_of, questions

DOCUMENTS = 50


def test_questions_are_all_different_and_always_the_same() -> None:
    asked = list(islice(questions(), 500))
    assert len(set(asked)) == len(asked)
    assert asked == list(islice(questions(), 500))
    kinds = {frozenset(parse_qs(urlsplit(address).query)) - {"page"} for address in asked}
    assert {frozenset({"q"}), frozenset({"q", "date_from", "date_to"})} < kinds
    assert any('"' in parse_qs(urlsplit(address).query).get("q", [""])[0] for address in asked)


def test_kinds_of_questions() -> None:
    assert kind_of("/search/?q=truce&page=2") == "word"
    assert kind_of("/search/?q=%22the+truce%22") == "phrase"
    assert kind_of("/search/?q=truce+holds&party=aland") == "words + facet"
    assert kind_of("/search/?place=port&date=2025&sort=newest") == "facet + date"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_small_site_is_measured(tmp_path: Path) -> None:
    report = tmp_path / "figures.json"
    arguments = ["--docs", str(DOCUMENTS), "--var", str(tmp_path / "var"), "--json", str(report)]
    arguments += ["--seconds", "1", "--warm-up", "0", "--visitors", "2", "--workers", "1"]
    assert main(arguments) == 0
    figures = json.loads(report.read_text())
    assert figures["docs"] == DOCUMENTS
    assert figures["pages"] > 0
    assert figures["errors"] == 0
    assert figures["asked_again"] == figures["pages"]
    assert figures["not_modified_share"] == 1
    assert 0 < figures["page_ms_p50"] <= figures["page_ms_p95"] <= figures["page_ms_p99"]
    assert all(figures["page_ms_p95_by_kind"].values())
    assert figures["site_cpu_ms_a_page"] > 0
