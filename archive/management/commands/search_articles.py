"""Search from a terminal what the public search page finds."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable
from html import unescape
from typing import Any

from django.core.management.base import CommandError

from archive.exceptions import ArchiveError, QueryError
from archive.facets.registry import FACETS
from archive.management.base import ArchiveCommand
from archive.management.reasons_report import reasons_lines
from archive.search.request import Sort
from archive.services.answers import SearchAnswer
from archive.services.explaining import explain
from archive.services.found import FoundArticle, shown_title
from archive.services.presenting import answer_data
from archive.services.presenting_reasons import reasons_data
from archive.services.questions import (
    SearchQuestion,
    check_date,
    check_page_size,
    check_period,
    check_range,
    check_reach,
)
from archive.services.searching import search
from archive.text.numbers import spaced

VALUES_SHOWN = 6
_TAG = re.compile(r"</?mark>")


class Command(ArchiveCommand):
    """``search_articles "prisoner exchange" --party russia --from 2025``."""

    help = "Search published articles, as the search page does."

    def add_arguments(self, parser: ArgumentParser) -> None:
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
        parser.add_argument("--page", type=_positive, default=1, metavar="NUMBER")
        parser.add_argument("--page-size", type=_positive, metavar="NUMBER")
        parser.add_argument(
            "--literally",
            action="store_true",
            help="search only for what was typed, not for synonyms and other names as well",
        )
        parser.add_argument(
            "--ungrouped",
            action="store_true",
            help="list every article by itself, though several on a page tell one story",
        )
        parser.add_argument(
            "--explain",
            metavar="ID",
            help="say why the search finds the article with this id, and what it scores",
        )
        parser.add_argument("--json", action="store_true", help="print what the API answers")

    def handle(
        self,
        *,
        query: str,
        date: list[str],
        date_from: str | None,
        date_to: str | None,
        sort: str | None,
        page: int,
        page_size: int | None,
        literally: bool,
        ungrouped: bool,
        explain: str | None,
        json: bool,
        **options: Any,
    ) -> None:
        try:
            check_range(date_from or "", date_to or "")
            check_page_size(page_size or 1)
            check_reach(page=page, page_size=page_size)
            question = SearchQuestion(
                text=query,
                chosen={name: tuple(options[name]) for name in FACETS if options[name]},
                dates=tuple(dict.fromkeys(date)),
                date_from=date_from or "",
                date_to=date_to or "",
                sort=Sort(sort) if sort else None,
                page=page,
                page_size=page_size,
                literally=literally,
                ungrouped=ungrouped,
            )
            if explain is not None:
                self._explain(question, explain, as_json=json)
                return
            answer = search(question)
        except ArchiveError as error:
            raise CommandError(str(error)) from error
        _refuse(answer.problem)
        self._print(lines_of(answer) if not json else [_as_json(answer_data(answer))])

    def _explain(self, question: SearchQuestion, public_id: str, *, as_json: bool) -> None:
        reasons = explain(question, public_id)
        if reasons is None:
            raise CommandError(f"There is no published article with the id {public_id}.")
        _refuse(reasons.problem)
        if reasons.explanation is None:
            raise CommandError("The article does not meet the query, or is not in the index yet.")
        if as_json:
            self._print([_as_json(reasons_data(reasons))])
        else:
            self._print(map(_printable, reasons_lines(reasons)))

    def _print(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)


def _refuse(problem: QueryError | None) -> None:
    if problem is not None:
        raise CommandError(f"{problem} (at character {problem.position + 1})")


def lines_of(answer: SearchAnswer) -> list[str]:
    """An answer for a person at a terminal."""
    lines = [f"{spaced(answer.total)} article{'' if answer.total == 1 else 's'}"]
    widened = (expansion.sentence for expansion in answer.expansions)
    lines += [line for line in (answer.read_as, *widened, *answer.notes) if line]
    first = (answer.question.page - 1) * answer.question.size + 1
    for number, found in enumerate(answer.found, start=first):
        lines += ["", *_result_lines(number, found)]
    counted = [
        f"{facet.label}: "
        + ", ".join(
            f"{'*' if choice.selected else ''}{choice.label} ({spaced(choice.count)})"
            for choice in facet.choices[:VALUES_SHOWN]
        )
        for facet in answer.facets
        if facet.choices
    ]
    if counted:
        lines += ["", *counted]
    if answer.suggestions:
        lines.append("")
    lines += [
        f"{other.reason}: {other.text} ({spaced(other.count)})" for other in answer.suggestions
    ]
    return [_printable(line) for line in lines]


def _result_lines(number: int, found: FoundArticle) -> list[str]:
    article = found.article
    source = f" · {article.source.name}" if article.source else ""
    snippet = unescape(_TAG.sub("", found.snippet_html))
    lines = [
        f"{number:>3}. {shown_title(article)}",
        f"     {article.published_english}{source} · {article.public_id}",
    ]
    if snippet:
        lines.append(f"     {' '.join(snippet.split())}")
    if found.reports:
        number, what = (found.outlets, "outlet") if found.outlets else (found.reports, "report")
        lines.append(f"     Also from {spaced(number)} more {what}{'' if number == 1 else 's'}")
    return [*lines, *map(_line_beneath, found.also)]


def _line_beneath(hit: FoundArticle) -> str:
    """A further hit that tells the same story."""
    article = hit.article
    source = f" · {article.source.name}" if article.source else ""
    return (
        f"       + {shown_title(article)} · {article.published_english}{source}"
        f" · {article.public_id}"
    )


def _printable(line: str) -> str:
    """Without characters that would steer the terminal."""
    return "".join(character if character.isprintable() else " " for character in line)


def _as_json(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)


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


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"“{text}” is not a number from 1 on.")
    return int(text)
