"""The figures as a table, with ratios against this archive's engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.measure import Figures

OURS = "archive"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what it is called, how it is written, and its value."""

    label: str
    pattern: str
    value: Callable[[Figures], float]


def _key(name: str, divisor: float = 1) -> Callable[[Figures], float]:
    return lambda figures: float(figures[name]) / divisor


ROWS = (
    Row("page, CPU ms, median", "{:,.2f}", _key("page_cpu_ms_p50")),
    Row("page, CPU ms, 95 of 100", "{:,.2f}", _key("page_cpu_ms_p95")),
    Row("page, wall ms, median", "{:,.2f}", _key("page_wall_ms_p50")),
    Row("page, wall ms, 95 of 100", "{:,.2f}", _key("page_wall_ms_p95")),
    Row("pages per CPU second", "{:,.1f}", _key("pages_per_cpu_s")),
    Row("caches cold: CPU ms, median", "{:,.2f}", _key("first_page_cpu_ms_p50")),
    Row("caches cold: CPU ms, 95 of 100", "{:,.2f}", _key("first_page_cpu_ms_p95")),
    Row("articles indexed per CPU second", "{:,.0f}", _key("docs_per_cpu_s")),
    Row("indexing, wall s", "{:,.1f}", _key("index_wall_s")),
    Row("index, MB", "{:,.1f}", _key("index_bytes", 1e6)),
    Row("index against text", "{:,.2f}", lambda one: one["index_bytes"] / one["text_bytes"]),
    Row("private memory, MB", "{:,.1f}", _key("private_rss_bytes", 1e6)),
    Row("open and first page, cold, ms", "{:,.1f}", _key("cold_ms")),
    Row("an edit is seen after, ms", "{:,.1f}", _key("visible_ms")),
)


def table(results: Sequence[Figures]) -> str:
    """All figures in columns; behind each of a peer, how many times ours it is."""
    ours = next((one for one in results if one["engine"] == OURS), None)
    kinds = list(results[0]["kinds"]) if results else []
    rows = [*ROWS, *(Row(f"CPU ms: {kind}", "{:,.2f}", _kind(kind)) for kind in kinds)]
    lines = [["", *(one["engine"] for one in results)]]
    for row in rows:
        cells = [row.label]
        for one in results:
            cell = row.pattern.format(row.value(one))
            if ours is not None and one is not ours and row.value(ours):
                cell += f" ({_ratio(row.value(one) / row.value(ours))})"
            cells.append(cell)
        lines.append(cells)
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _kind(kind: str) -> Callable[[Figures], float]:
    def value(figures: Figures) -> float:
        kinds: Mapping[str, float] = figures["kinds"]
        return kinds[kind]

    return value


def _ratio(ratio: float) -> str:
    return f"× {ratio:,.0f}" if ratio >= 20 else f"× {ratio:.2f}"
