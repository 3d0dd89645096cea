"""The parameters of a search as options of a command, by the names they have everywhere."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Mapping
from typing import Any

from archive.exceptions import ArchiveError
from archive.facets.registry import FACETS
from archive.search.request import Sort
from archive.services.questions import SearchQuestion, check_date, check_period, check_range


def add_search_options(parser: ArgumentParser) -> None:
    """Add the query, a filter for each facet, dates, the order and ``--literally``."""
    parser.add_argument(
        "query", nargs="?", default="", type=_text, help="words, phrases and fields"
    )
    for name, facet in FACETS.items():
        parser.add_argument(
            f"--{name}",
            action="append",
            default=[],
            type=_text,
            metavar="NAME",
            help=f"{facet.label.lower()} by slug or name; repeat it to widen the search",
        )
    parser.add_argument(
        "--date",
        action="append",
        default=[],
        type=_checked(check_date),
        metavar="PERIOD",
        help="2025, 2025-06, 2025-06-02 or none (undated); repeat it to widen the search",
    )
    for option, name, edge in (("--from", "date_from", "first"), ("--to", "date_to", "last")):
        parser.add_argument(
            option,
            dest=name,
            type=_checked(check_period),
            metavar="PERIOD",
            help=f"the {edge} year, month or day",
        )
    parser.add_argument("--sort", choices=[order.value for order in Sort])
    parser.add_argument(
        "--literally",
        action="store_true",
        help="search only for what was typed, not for synonyms and other names as well",
    )


def question_of(options: Mapping[str, Any]) -> SearchQuestion:
    """What the options ask. Raises DateError for a range that ends before it begins."""
    first, last = options["date_from"] or "", options["date_to"] or ""
    check_range(first, last)
    return SearchQuestion(
        text=options["query"],
        chosen={name: tuple(options[name]) for name in FACETS if options[name]},
        dates=tuple(dict.fromkeys(options["date"])),
        date_from=first,
        date_to=last,
        sort=Sort(options["sort"]) if options["sort"] else None,
        literally=options["literally"],
    )


def _text(argument: str) -> str:
    """An argument as text: bytes that are no UTF-8 arrive as lone surrogates."""
    return argument.encode(errors="replace").decode()


def _checked(check: Callable[[str], str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            return check(text)
        except ArchiveError as error:
            raise ArgumentTypeError(str(error)) from None

    return read
