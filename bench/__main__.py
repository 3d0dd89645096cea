"""``python -m bench``: measure this archive's engine beside others.

Each engine indexes the same articles and answers the same queries, one engine after another, in
processes of its own. The exit status is 1 where their answers disagree, 2 where an engine fails.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.chart import chart
from bench.engines import ENGINES, engine_class
from bench.engines.base import Unavailable
from bench.machine import machine
from bench.measure import Figures
from bench.report import table
from bench.run import EngineFailed, run

_SHOWN = 40
_LEAST_DOCUMENTS = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark that the arguments ask for; returns the exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        names = _chosen(options.engines)
    except Unavailable as error:
        parser.error(str(error))
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        # A server that runs as another user has to reach its own folder in it.
        Path(scratch).chmod(0o711)
        try:
            results, problems = run(
                names,
                documents=options.docs,
                work=options.work or Path(scratch),
                seconds=options.seconds,
                most_queries=options.queries,
                tell=_tell,
            )
        except EngineFailed as error:
            _tell(str(error))
            return 2
    command = shlex.join(["python", "-m", "bench", *(arguments or sys.argv[1:])])
    _write(options, results, command)
    print(f"{command}\n{machine()}\n\n{table(results)}")
    for problem in problems[:_SHOWN]:
        _tell(problem)
    if len(problems) > _SHOWN:
        _tell(f"… and {len(problems) - _SHOWN} more disagreements.")
    if problems:
        return 1
    print(f"\nAll answers agree: totals, counts and years of {len(results[0]['queries'])} queries.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--engines",
        nargs="+",
        metavar="NAME",
        help=f"by commas or spaces, of {', '.join(ENGINES)}; without it, all that can run here",
    )
    parser.add_argument("--docs", type=_number, default=100_000, help="articles (100,000)")
    parser.add_argument("--queries", type=_count, help="at most so many queries (all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    parser.add_argument("--chart", type=Path, metavar="FILE.svg", help="draw the figures here")
    parser.add_argument(
        "--seconds", type=float, default=30, help="for rounds of queries, each engine (30)"
    )
    parser.add_argument(
        "--work", type=Path, metavar="FOLDER", help="keep the corpus here (a temporary folder)"
    )
    return parser


def _chosen(given: list[str] | None) -> list[str]:
    """The names of the engines to measure. Raises Unavailable where one was named and cannot."""
    names = [name for part in given or [] for name in part.split(",") if name]
    for name in names:
        if name not in ENGINES:
            raise Unavailable(f"there is no engine {name!r}; there are: {', '.join(ENGINES)}")
    found = []
    for name in dict.fromkeys(names or ENGINES):
        try:
            engine_class(name).check()
        except Unavailable as error:
            if names:
                raise Unavailable(f"{name} cannot run here: {error}") from error
            _tell(f"{name} is left out: {error}.")
        else:
            found.append(name)
    return found


def _number(text: str) -> int:
    try:
        number = int(text.replace(",", "_"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if number < _LEAST_DOCUMENTS:
        raise argparse.ArgumentTypeError(f"{_LEAST_DOCUMENTS} articles at least")
    return number


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of queries")
    return int(text)


def _write(options: argparse.Namespace, results: list[Figures], command: str) -> None:
    if options.json:
        options.json.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")
    if options.chart:
        versions = {name: number for one in results for name, number in one["versions"].items()}
        made_of = ", ".join(f"{name} {number}" for name, number in versions.items())
        today = datetime.now(tz=UTC).date().isoformat()
        caption = f"{machine()}; {made_of}; {today}; {command}"
        options.chart.write_text(chart(results, caption=caption), "utf-8")


def _tell(text: str) -> None:
    clear = "\r\033[K" if sys.stderr.isatty() else ""
    print(f"{clear}{text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
