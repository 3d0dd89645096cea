"""The figures as an SVG picture that can be read on light and on dark pages."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.measure import Figures
from bench.report import OURS

_WIDTH = 760
_LEFT, _RIGHT = 110, 130  # names of the engines, and figures behind the longest bar
_MARGIN, _ROW, _HEAD, _FOOT = 24, 24, 46, 26
_TITLE, _CAPTION_LINE = 44, 18
_CAPTION_CHARACTERS = 108
_SHORTEST_SPAN = 10.0  # a logarithmic axis shows one power of ten at least

_STYLE = """
svg { --paper: #fffefa; --ink: #1f1d19; --quiet: #5a554c; --rule: #ddd7c9; --ours: #1d4f91;
  --peer: #857d6e; font-family: system-ui, -apple-system, "Segoe UI", sans-serif; }
@media (prefers-color-scheme: dark) {
  svg { --paper: #211f1b; --ink: #ece6da; --quiet: #ada596; --rule: #3a362f; --ours: #9dc1f5;
    --peer: #80786a; }
}
.paper { fill: var(--paper); }
text { fill: var(--ink); font-size: 13px; }
.title { font-size: 17px; font-weight: 600; }
.head { font-weight: 600; }
.quiet { fill: var(--quiet); font-size: 12px; }
.name, .own { text-anchor: end; }
.own { font-weight: 600; }
.tick { text-anchor: middle; fill: var(--quiet); font-size: 11px; }
line { stroke: var(--rule); }
.bar { fill: var(--peer); }
.bar.ours { fill: var(--ours); }
.reach { stroke: var(--peer); stroke-width: 2; }
.reach.ours { stroke: var(--ours); }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """One figure of all engines. ``reach`` is a second, larger value, drawn as a line to it."""

    title: str
    better: str
    value: Callable[[Figures], float]
    reach: Callable[[Figures], float] | None = None
    logarithmic: bool = False


_PANELS = (
    _Panel(
        title="A search page, milliseconds of CPU: median, and a line to 95 of 100",
        better="less is better",
        value=lambda one: float(one["page_cpu_ms_p50"]),
        reach=lambda one: float(one["page_cpu_ms_p95"]),
        logarithmic=True,
    ),
    _Panel(
        title="Articles indexed per CPU second",
        better="more is better",
        value=lambda one: float(one["docs_per_cpu_s"]),
        logarithmic=True,
    ),
    _Panel(
        title="Index size, times the text",
        better="less is better",
        value=lambda one: one["index_bytes"] / one["text_bytes"],
    ),
    _Panel(
        title="Private memory of a process that answers, MB",
        better="less is better",
        value=lambda one: one["private_rss_bytes"] / 1e6,
    ),
)


def chart(results: Sequence[Figures], *, caption: str) -> str:
    """The picture of these figures; ``caption`` tells machine, day and command."""
    lines = _wrapped(caption)
    panel_height = _HEAD + _ROW * len(results) + _FOOT
    height = _MARGIN + _TITLE + panel_height * len(_PANELS) + _CAPTION_LINE * len(lines) + _MARGIN
    documents = results[0]["docs"]
    title = f"{documents:,} articles: this archive beside other search engines"
    pieces = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img">',
        f"<title>{html.escape(title)}</title>",
        f"<desc>{html.escape(_described(results))}</desc>",
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{_WIDTH}" height="{height}"/>',
        _text(_MARGIN, _MARGIN + 14, title, "title"),
    ]
    top = _MARGIN + _TITLE
    for panel in _PANELS:
        pieces += _drawn(panel, results, top)
        top += panel_height
    pieces += [
        _text(_MARGIN, top + 10 + _CAPTION_LINE * place, line, "quiet")
        for place, line in enumerate(lines)
    ]
    return "\n".join([*pieces, "</svg>"]) + "\n"


def _drawn(panel: _Panel, results: Sequence[Figures], top: int) -> list[str]:
    values = [panel.value(one) for one in results]
    ends = [panel.reach(one) for one in results] if panel.reach else values
    low, high, ticks = _axis(min(values), max(ends), logarithmic=panel.logarithmic)
    floor, base = top + _HEAD + _ROW * len(results), _MARGIN + _LEFT

    def place(value: float) -> float:
        part = (
            math.log(value / low) / math.log(high / low)
            if panel.logarithmic
            else (value - low) / (high - low)
        )
        return round(base + part * (_WIDTH - base - _RIGHT), 1)

    pieces = [
        _text(_MARGIN, top + 14, panel.title, "head"),
        _text(_MARGIN, top + 31, f"{panel.better}{_scale(panel)}", "quiet"),
    ]
    for tick in ticks:
        x = place(tick)
        pieces.append(f'<line x1="{x}" y1="{top + _HEAD - 6}" x2="{x}" y2="{floor}"/>')
        pieces.append(_text(x, floor + 13, f"{tick:,g}", "tick"))
    for row, (one, value, end) in enumerate(zip(results, values, ends, strict=True)):
        middle = top + _HEAD + _ROW * row + _ROW // 2 - 3
        ours = " ours" if one["engine"] == OURS else ""
        x, last = place(value), place(end)
        pieces += [
            _text(base - 10, middle + 4, one["engine"], "own" if ours else "name"),
            f'<rect class="bar{ours}" x="{base}" y="{middle - 7}" '
            f'width="{max(2.0, round(x - base, 1))}" height="14"/>',
        ]
        shown = _short(value)
        if panel.reach:
            pieces.append(
                f'<path class="reach{ours}" fill="none" '
                f'd="M{x} {middle}H{last}M{last} {middle - 5}v10"/>'
            )
            shown += f" … {_short(end)}"
        pieces.append(_text(last + 7, middle + 4, shown, ""))
    return pieces


def _axis(least: float, most: float, *, logarithmic: bool) -> tuple[float, float, list[float]]:
    """Both ends of an axis and where its marks stand."""
    if logarithmic:
        low = 10.0 ** math.floor(math.log10(least * 0.99))
        high = max(most, low * _SHORTEST_SPAN)
        powers = range(round(math.log10(low)), math.floor(math.log10(high)) + 1)
        return low, high, [10.0**power for power in powers]
    step = 10.0 ** math.floor(math.log10(most))
    step *= next(part for part in (0.2, 0.5, 1.0, 2.0) if most / (step * part) <= 6)
    return 0.0, most, [step * place for place in range(math.floor(most / step) + 1)]


def _short(value: float) -> str:
    """A figure with as many digits as tell something."""
    return f"{value:,.{2 if value < 1 else 1 if value < 100 else 0}f}"


def _scale(panel: _Panel) -> str:
    return "; each mark is ten times the one before" if panel.logarithmic else ""


def _described(results: Sequence[Figures]) -> str:
    """What the picture shows, for those who do not see it."""
    return " ".join(
        f"{panel.title}: "
        + ", ".join(f"{one['engine']} {_short(panel.value(one))}" for one in results)
        + "."
        for panel in _PANELS
    )


def _text(x: float, y: float, text: str, kind: str) -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x}" y="{y}">{html.escape(text)}</text>'


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= _CAPTION_CHARACTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
