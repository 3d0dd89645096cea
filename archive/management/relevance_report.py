"""The comparison of rankings for a person at a terminal."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.search.measures import MEASURES, Measures, mean
from archive.services.relevance import Comparison, QueryComparison, relative_change
from archive.text.numbers import spaced

TITLES = {"map": "MAP", "ndcg_10": "nDCG@10", "p_10": "P@10", "recall_100": "recall@100"}
WIDTH = 100


def report_text(comparisons: Sequence[Comparison], *, lost: int, color: bool = False) -> str:
    """A table for each collection, the means of several, and the ``lost`` greatest losses."""
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, force_terminal=color, highlight=False)
    for comparison in comparisons:
        _print_collection(console, comparison, lost)
    if len(comparisons) > 1:
        table = _table(f"Means of {len(comparisons)} collections")
        _add_rows(
            table,
            mean([each.archive for each in comparisons]),
            mean([each.bm25 for each in comparisons]),
        )
        console.print(table)
    return out.getvalue().rstrip("\n")


def _print_collection(console: Console, comparison: Comparison, lost: int) -> None:
    queries = len(comparison.queries)
    table = _table(
        f"{_printable(comparison.collection)}: {spaced(comparison.documents)} documents, "
        f"{spaced(queries)} queries"
    )
    _add_rows(table, comparison.archive, comparison.bm25)
    table.add_row("p", *map(_p_text, map(comparison.p_value, MEASURES)))
    console.print(table)
    losses = comparison.lost
    console.print(
        f"By nDCG@10, {spaced(comparison.won)} queries are better than with BM25, "
        f"{spaced(len(losses))} worse, {spaced(queries - comparison.won - len(losses))} the same."
    )
    if comparison.unanswered:
        console.print(
            f"{spaced(comparison.unanswered)} queries are left out: no document answers them."
        )
    if shown := losses[: max(lost, 0)]:
        console.print(_losses(shown))
    console.print()


def _p_text(p: float) -> str:
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def _table(title: str) -> Table:
    table = Table(title=Text(title), title_justify="left")
    table.add_column("")
    for name in MEASURES:
        table.add_column(TITLES[name], justify="right")
    return table


def _add_rows(table: Table, archive: Measures, bm25: Measures) -> None:
    for label, measures in (("archive", archive), ("bm25", bm25)):
        table.add_row(label, *(f"{getattr(measures, name):.4f}" for name in MEASURES))
    changes = (relative_change(archive, bm25, name) for name in MEASURES)
    table.add_row(
        "change", *("" if change is None else f"{change * 100:+.1f} %" for change in changes)
    )


def _losses(losses: Sequence[QueryComparison]) -> Table:
    table = Table(title="Lost most by nDCG@10", title_justify="left")
    for heading in ("query", "words"):
        table.add_column(heading, overflow="fold")
    for heading in ("archive", "bm25"):
        table.add_column(heading, justify="right")
    for query in losses:
        table.add_row(
            Text(_printable(query.id)),
            Text(_printable(query.text)),
            f"{query.archive.ndcg_10:.4f}",
            f"{query.bm25.ndcg_10:.4f}",
        )
    return table


def _printable(text: str) -> str:
    """Without characters that would steer the terminal."""
    return "".join(character if character.isprintable() else " " for character in text)
