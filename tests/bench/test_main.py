from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

import bench.__main__ as command
from bench import run
from bench.corpus import Generator
from bench.engines import tantivy
from bench.measure import percentile
from bench.queries import Query

KEYS = {
    *("engine", "docs", "page_cpu_ms_p50", "page_cpu_ms_p95", "page_wall_ms_p50"),
    *("pages_per_cpu_s", "docs_per_cpu_s", "index_bytes", "private_rss_bytes", "cold_ms"),
    *("text_bytes", "visible_ms", "index_wall_s", "versions", "kinds"),
    *("first_page_cpu_ms_p50", "first_page_cpu_ms_p95"),
}


def test_a_small_run(
    generator: Generator,
    queries: tuple[Query, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    engines = ["archive", "sqlite", *(["tantivy"] if tantivy.tantivy else [])]
    monkeypatch.setattr(run, "Generator", lambda: generator)
    monkeypatch.setattr(run, "COLD_STARTS", 1)
    monkeypatch.setattr(run, "make_queries", lambda _: queries)
    figures, chart = tmp_path / "figures.json", tmp_path / "chart.svg"
    arguments = ["--engines", ",".join(engines), "--docs", "300", "--seconds", "0"]
    status = command.main([*arguments, "--json", str(figures), "--chart", str(chart)])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    assert f"All answers agree: totals, counts and years of {len(queries)} queries" in printed.out
    results = json.loads(figures.read_text())
    assert [one["engine"] for one in results] == engines
    for one in results:
        assert set(one) >= KEYS
        assert one["docs"] == 300
        assert all(one[key] > 0 for key in KEYS - {"engine", "versions", "kinds"})
        assert set(one["kinds"]) == {query.kind for query in queries}
        assert one["page_cpu_ms_p95"] >= one["page_cpu_ms_p50"]
    drawing = "".join(ElementTree.fromstring(chart.read_text()).itertext())
    assert "300 articles" in drawing
    assert "python -m bench --engines archive" in drawing
    if len(engines) == 2:
        pytest.skip("archive and sqlite agree; tantivy is not installed (make bench does that)")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--engines", "archive,lucene"], "there is no engine 'lucene'"),
        (["--docs", "many"], "'many' is not a number"),
        (["--docs", "7"], "100 articles at least"),
        (["--queries", "0"], "'0' is not a number of queries"),
    ],
)
def test_mistakes_are_told(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        command.main(arguments)
    assert exit_.value.code == 2
    assert told in capsys.readouterr().err


def test_numbers_may_be_grouped(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def fake(_: object, *, documents: int, **__: object) -> object:
        asked.append(documents)
        raise run.EngineFailed("enough")

    monkeypatch.setattr(command, "run", fake)
    for number in ("100_000", "100,000"):
        assert command.main(["--engines", "archive", "--docs", number]) == 2
    assert asked == [100_000, 100_000]


def test_an_absent_engine_is_left_out_unless_it_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    measured: list[str] = []

    def fake(names: list[str], **_: object) -> object:
        measured.extend(names)
        raise run.EngineFailed("enough")

    monkeypatch.setattr(command, "run", fake)
    monkeypatch.setattr(tantivy, "tantivy", None)
    command.main([])
    assert {"archive", "whoosh", "sqlite"} <= set(measured)
    assert "tantivy" not in measured
    told = "the Python package tantivy is not installed"
    assert f"tantivy is left out: {told}" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        command.main(["--engines", "tantivy"])
    assert told in capsys.readouterr().err


def test_disagreement_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "run", lambda *_, **__: ([], ["one and two disagree."]))
    assert command.main(["--engines", "archive"]) == 1
    assert "one and two disagree." in capsys.readouterr().err


def test_percentiles_lie_between_values() -> None:
    assert percentile([3.0], 0.95) == 3.0
    assert percentile([1.0, 2.0, 3.0, 4.0, 5.0], 0.5) == 3.0
    assert percentile([0.0, 10.0], 0.95) == pytest.approx(9.5)
