"""Places that were met, and those in doubt, for a person at a terminal."""

from __future__ import annotations

import io

from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.services.geonames import GeoName
from archive.services.reconciling import ReconcilingReport

WIDTH = 120


def report_text(
    report: ReconcilingReport, *, dry_run: bool, tables: bool = True, color: bool = False
) -> str:
    """A table of what was added, one of what is in doubt, and the counts in a sentence."""
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, force_terminal=color, highlight=False)
    if tables and report.met:
        console.print(_met(report))
    if tables and report.doubtful:
        console.print(_doubtful(report))
    console.print(
        f"{'Nothing was written. This would be: ' if dry_run else ''}"
        f"{report.compared:,} places compared in {report.seconds:.1f} s: {report.matched:,} "
        f"completed, {report.ambiguous:,} in doubt and left alone, {report.unknown:,} not found.",
        soft_wrap=True,
    )
    return out.getvalue().rstrip("\n")


def _met(report: ReconcilingReport) -> Table:
    table = Table("Place", "GeoNames", "Country", "Inhabitants", "Added", title="Completed")
    for met in report.met:
        table.add_row(
            _text(f"{met.name} ({met.slug})"),
            _text(f"{met.place.name} ({met.place.id})"),
            met.place.country,
            Text(f"{met.place.population:,}", justify="right"),
            ", ".join(met.added),
        )
    return table


def _doubtful(report: ReconcilingReport) -> Table:
    table = Table("Place", "May be", title="In doubt, left alone")
    for doubtful in report.doubtful:
        may_be = "\n".join(map(_candidate, doubtful.candidates))
        if doubtful.taken_by:
            may_be += f"\nwhich is the place “{doubtful.taken_by}” already"
        table.add_row(_text(f"{doubtful.name} ({doubtful.slug})"), _text(may_be))
    return table


def _candidate(place: GeoName) -> str:
    what = "country" if place.is_country else place.country
    return f"{place.id} {place.name}, {what}, {place.population:,} inhabitants"


def _text(said: str) -> Text:
    return Text("".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in said))
