"""The geometry of the histogram, drawn as SVG without scripts or styles in the page.

Places across are per cent of the width and places down are pixels, so that a chart fills any
screen while its words keep their size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django import template

register = template.Library()

PLOT_HEIGHT = 112
TOP = 16  # room for the number above the highest bar
BASELINE = TOP + PLOT_HEIGHT
HEIGHT = BASELINE + 26  # room for the words of the axis
WIDEST_BAR = 4.5  # per cent; three bars across a desk would be walls otherwise
LEAST_HEIGHT = 2  # pixels: one article among ten thousand is still seen
LABELS = 16  # at most, on a desk
LABELS_NARROW = 5  # at most, on a phone
DAY_STEPS = (1, 5, 10)
YEAR_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000)


class Counted(Protocol):
    """Whatever has a number of articles."""

    @property
    def count(self) -> int: ...


class Period(Counted, Protocol):
    """A bar: ``value`` is ISO (``2025``, ``2025-06``), ``short_label`` stands under the axis."""

    @property
    def value(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def short_label(self) -> str: ...
    @property
    def selected(self) -> bool: ...
    @property
    def toggle_url(self) -> str: ...


class Histogram(Protocol):
    """What is drawn: bars without gaps, and the undated apart; see the pages' view models."""

    @property
    def zoom(self) -> str: ...
    @property
    def bars(self) -> Sequence[Period]: ...
    @property
    def undated(self) -> Counted | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line of the scale: its count, its distance from the top in pixels, and its words'."""

    count: int
    y: float
    text_y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A bar with its place. ``slot_*`` is the area to click, ``label_class`` hides on phones."""

    bar: Period
    slot_x: str
    slot_width: str
    x: str
    width: str
    middle: str
    y: float
    height: float
    label: str = ""
    label_class: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lone:
    """The bar of the undated. ``cut`` says that it is higher than the scale."""

    choice: Counted
    y: float
    height: float
    text_y: float
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All that the template draws."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    undated: Lone | None
    height: int = HEIGHT
    baseline: int = BASELINE
    plot_height: int = PLOT_HEIGHT
    top: int = TOP
    below: int = BASELINE + 18


@register.filter
def drawn(histogram: Histogram) -> Chart:
    """The histogram with a place for everything in it."""
    largest = max((bar.count for bar in histogram.bars), default=0)
    alone = histogram.undated.count if histogram.undated else 0
    # Many undated articles must not flatten the years: beyond twice the highest bar theirs is cut.
    top = scale_top(max(largest, alone) if alone <= 2 * largest or not largest else largest)
    labels = _labels(histogram)
    slot = 100 / max(len(histogram.bars), 1)
    width = min(slot * 0.8, WIDEST_BAR)
    columns = tuple(
        _column(bar, place=place, slot=slot, width=width, top=top, label=labels.get(place))
        for place, bar in enumerate(histogram.bars)
    )
    return Chart(
        columns=columns,
        ticks=tuple(_tick(count, top) for count in (0, *ticks(top))),
        undated=_lone(histogram.undated, top) if histogram.undated else None,
    )


def scale_top(largest: int) -> int:
    """The end of the scale: the next round number, whose half is whole as well but for 1."""
    power = 1
    while largest > 10 * power:
        power *= 10
    steps = (1, 2, 4, 6, 8, 10) if power == 1 else (1.2, 1.6, 2, 3, 4, 5, 6, 8, 10)
    return next(int(step * power) for step in steps if step * power >= largest)


def ticks(top: int) -> tuple[int, ...]:
    """The counts that the scale names: its middle where that is whole, and its end."""
    return (top // 2, top) if top % 2 == 0 else (top,)


def _height(count: int, top: int) -> float:
    if count <= 0:
        return 0
    return round(max(PLOT_HEIGHT * min(count / top, 1), LEAST_HEIGHT), 1)


def _column(
    bar: Period, *, place: int, slot: float, width: float, top: int, label: str | None
) -> Column:
    height = _height(bar.count, top)
    return Column(
        bar=bar,
        slot_x=_percent(place * slot),
        slot_width=_percent(slot),
        x=_percent((place + 0.5) * slot - width / 2),
        width=_percent(width),
        middle=_percent((place + 0.5) * slot),
        y=BASELINE - height,
        height=height,
        label=bar.short_label if label is not None else "",
        label_class=label or "",
    )


def _lone(choice: Counted, top: int) -> Lone:
    height = _height(choice.count, top)
    y = BASELINE - height
    return Lone(choice=choice, y=y, height=height, text_y=y - 4, cut=choice.count > top)


def _tick(count: int, top: int) -> Tick:
    y = BASELINE - _height(count, top)
    return Tick(count=count, y=y, text_y=y + 4)


def _percent(number: float) -> str:
    return f"{number:.3f}%"


def _labels(histogram: Histogram) -> dict[int, str]:
    """Which bars have words under them, with the class ``minor`` for those that phones leave out.

    Years are named at round numbers, months and days at regular distances, so that the words
    never touch.
    """
    numbers = [_number(bar, histogram.zoom) for bar in histogram.bars]
    wide = _named(numbers, LABELS, histogram.zoom)
    narrow = _named(numbers, LABELS_NARROW, histogram.zoom)
    return {place: "" if place in narrow else "minor" for place in sorted(wide | narrow)}


def _number(bar: Period, zoom: str) -> int:
    part = {"year": 0, "month": 1, "day": 2}[zoom]
    return int(bar.value.split("-")[part])


def _named(numbers: list[int], most: int, zoom: str) -> set[int]:
    if zoom == "month":
        step = 1 if most >= len(numbers) else 3
        return {place for place, number in enumerate(numbers) if (number - 1) % step == 0}
    steps = DAY_STEPS if zoom == "day" else YEAR_STEPS
    for step in steps:
        named = {place for place, number in enumerate(numbers) if number % step == 0}
        if len(named) <= most:
            break
    if zoom == "day" and step > 1:
        named.add(0)
    # A round number may be far away when there are few years: then the ends speak.
    return named or {0, len(numbers) - 1}
