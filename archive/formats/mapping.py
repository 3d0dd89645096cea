"""How the columns of a supplier become fields of ours, as ``--map`` and profiles say it.

``Title=headline`` names a column and the field that it becomes. A colon adds how lists are split
(``Tags=topics:,``) or how dates are written (``Datum=published:%d.%m.%Y``); ``source==The Quay`` is
what a field says where no column does, ``Notes=-`` passes a column over, ``//item=record`` says
what a record is. docs/importing.md describes all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.exceptions import MappingError, RecordError
from archive.formats.jsonl import FIELDS, LISTS, read_object
from archive.formats.limits import MAX_LIST_ITEMS
from archive.formats.values import shown

MAX_RULES = 200
MAX_RULE = 500
RECORD = "record"
EMPTY = "(empty)"
_PASSED = "-"
_DATES = frozenset({"published", "embargo", "version"})
_PARAGRAPHS = frozenset({"body", "summary", "usage_terms"})
_RULE = re.compile(r"(?P<column>.*\S)\s*=\s*(?P<field>[A-Za-z_]+|-)\s*(?::(?P<how>.*))?", re.DOTALL)
_CONSTANT = re.compile(r"(?P<field>[A-Za-z_]+)\s*==(?P<value>.*)", re.DOTALL)
_DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)
_DIRECTIVES = frozenset("YymbBdjHIpMSfzaA%")
_LINK = re.compile(r"(?:^|\s)(https?://\S+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A column, the field that it becomes, and how its items are split or its dates written."""

    column: str
    field: str
    separator: str = ""
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """Rules in the order in which they count, as read from ``written``.

    ``constants`` are what fields say where no column does, ``passed`` columns that are no field
    although they are called like one, ``record`` leads to the records; empty where a file is a row
    of them anyway.
    """

    written: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    passed: frozenset[str] = frozenset()
    record: str = ""

    @classmethod
    def read(cls, given: Iterable[str]) -> FieldMap:
        """Read rules as they are written. Raises MappingError with a sentence for the first fault.

        Where two say the same of a field, the first one counts.
        """
        written = tuple(dict.fromkeys(rule.strip() for rule in given if rule.strip()))
        if len(written) > MAX_RULES:
            raise MappingError(f"There are more than {MAX_RULES} rules. Leave some out.")
        rules: list[Rule] = []
        constants: dict[str, str] = {}
        passed: set[str] = set()
        record = ""
        for rule in written:
            column, field, how = _parts(rule)
            if not column:
                constants.setdefault(field, how or "")
            elif field == _PASSED:
                passed.add(column)
            elif field == RECORD:
                record = record or column
            else:
                rules.append(_rule(rule, column, field, how))
        _check_constants(constants)
        return cls(
            written=written,
            rules=tuple(rules),
            constants=tuple(constants.items()),
            passed=frozenset(passed),
            record=record,
        )

    def __bool__(self) -> bool:
        return bool(self.written)

    @property
    def columns(self) -> list[str]:
        """All columns that rules name, those that are passed over included."""
        return [*(rule.column for rule in self.rules), *self.passed]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that rules speak of."""
        return frozenset({*(rule.field for rule in self.rules), *dict(self.constants)})

    def missing(self, columns: Callable[[str], bool]) -> list[str]:
        """The columns of fields none of whose columns is there, as ``columns`` tells."""
        there = {rule.field for rule in self.rules if columns(rule.column)}
        return [rule.column for rule in self.rules if rule.field not in there]

    def object_of(
        self,
        values: Callable[[str], Sequence[Any]],
        own: Mapping[str, Any],
        *,
        separator: str = "",
    ) -> dict[str, Any]:
        """A record as the fields of JSON Lines.

        ``values`` are those of a column, ``own`` the columns that are called like fields, which
        count after those that rules name. Items of lists are split at ``separator`` where a rule
        has none of its own. Raises RecordError.
        """
        found: dict[str, Any] = {}
        for rule in self.rules:
            given = [value for value in values(rule.column) if value not in ("", None)]
            if not given:
                continue
            if rule.field in LISTS:
                items = _items(rule, given, rule.separator or separator)
                found.setdefault(rule.field, []).extend(items)
            elif rule.field not in found:
                found[rule.field] = _value(rule, given)
        for name, value in own.items():
            if value not in ("", None):
                found.setdefault(name, value)
        for name, constant in self.constants:
            found.setdefault(name, items_of(name, constant) if name in LISTS else constant)
        return found


def emptied(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same with nothing where a field is to be emptied."""
    marks = (EMPTY, [EMPTY], [{"label": EMPTY}])
    return {
        name: ([] if name in LISTS else "") if value in marks else value
        for name, value in data.items()
    }


def _parts(rule: str) -> tuple[str, str, str | None]:
    """The column (empty for a constant), the field and what follows it. Raises MappingError."""
    if len(rule) > MAX_RULE:
        raise MappingError(f"A rule has more than {MAX_RULE} characters: “{shown(rule)}…”.")
    constant = _CONSTANT.fullmatch(rule)
    match = constant or _RULE.fullmatch(rule)
    if match is None:
        raise MappingError(
            f"“{shown(rule)}” does not say which field a column is. Write COLUMN=FIELD, such as "
            "Title=headline, or FIELD==TEXT for a text that is always the same."
        )
    field = match["field"].lower()
    if field not in FIELDS and (constant or field not in (RECORD, _PASSED)):
        raise MappingError(
            f"There is no field “{shown(field)}” (in “{shown(rule)}”). "
            f"The fields are {', '.join(sorted(FIELDS))}."
        )
    if constant:
        if not constant["value"].strip():
            raise MappingError(f"“{shown(rule)}” says nothing after the signs ==. Add the text.")
        return "", field, constant["value"].strip()
    return match["column"].strip(), field, match["how"]


def _rule(rule: str, column: str, field: str, how: str | None) -> Rule:
    if how is None:
        return Rule(column=column, field=field)
    if field in LISTS and how:
        separator = how.replace("\\n", "\n").replace("\\t", "\t")
        return Rule(column=column, field=field, separator=separator)
    if field in _DATES and how.strip():
        formats = tuple(form.strip() for form in how.split("|") if form.strip())
        for form in formats:
            _check_format(form, rule)
        return Rule(column=column, field=field, formats=formats)
    raise MappingError(
        f"“{shown(rule)}” cannot be read after the colon. What separates the items of a list "
        f"stands there ({', '.join(sorted(LISTS))}), or how a date is written "
        f"({', '.join(sorted(_DATES))})."
    )


def _check_format(form: str, rule: str) -> None:
    directives = _DIRECTIVE.findall(form)
    unknown = [sign for sign in directives if sign not in _DIRECTIVES]
    if unknown:
        raise MappingError(
            f"“{shown(rule)}”: there is no %{shown(unknown[0])} here. Write dates with %d, %m, %b, "
            "%B, %Y, %y, %H, %I, %p, %M, %S, %f, %z, %j, %a and %A, such as %d.%m.%Y %H:%M."
        )
    if not {"Y", "y"} & set(directives):
        raise MappingError(f"“{shown(rule)}” reads no year. Write %Y, or %y for two digits.")
    try:
        datetime.strptime("", form)  # noqa: DTZ007 - only to see whether it can be used
    except re.error:
        raise MappingError(f"“{shown(rule)}” says a part of the date twice.") from None
    except ValueError:
        pass  # an empty text is no date


def _check_constants(constants: Mapping[str, str]) -> None:
    said: dict[str, Any] = {
        name: items_of(name, value) if name in LISTS else value for name, value in constants.items()
    }
    try:
        read_object({"headline": "-", **said})
    except RecordError as error:
        raise MappingError(error.message) from None


def items_of(name: str, text: str, separator: str = "|") -> list[Any]:
    """The items of a list that stands in one text. A reference may end in its address."""
    items = [item.strip() for item in text.split(separator) if item.strip()]
    return [_reference(item) for item in items] if name == "references" else list(items)


def _reference(item: str) -> dict[str, str]:
    link = _LINK.search(item)
    if link is None:
        return {"label": item}
    return {"label": item[: link.start()].strip(" ,;:") or link[1], "url": link[1]}


def _items(rule: Rule, given: Sequence[Any], separator: str) -> list[Any]:
    if len(given) > MAX_LIST_ITEMS:
        raise RecordError(
            f"“{shown(rule.column)}” has more than {MAX_LIST_ITEMS:,} items. Leave some out."
        )
    found: list[Any] = []
    for value in given:
        text = _plain(value)
        if isinstance(text, str) and separator:
            found += items_of(rule.field, text, separator)
        elif isinstance(text, str) and rule.field == "references":
            found.append(_reference(text.strip()))
        else:
            found.append(text)
    return found


def _value(rule: Rule, given: Sequence[Any]) -> Any:
    if rule.field in _PARAGRAPHS and len(given) > 1:
        return "\n\n".join(str(_plain(value)) for value in given)
    value = _plain(given[0])
    dated = rule.formats and isinstance(value, str) and value.strip() != EMPTY
    return _date(rule, value) if dated else value


def _plain(value: Any) -> Any:
    """Numbers as they would be written; what else is no text is for the field to refuse."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _date(rule: Rule, written: str) -> str:
    """A date as ISO 8601, as precise as its format."""
    for form in rule.formats:
        try:
            found = datetime.strptime(written.strip(), form)  # noqa: DTZ007 - many name no zone
        except ValueError:
            continue
        directives = set(_DIRECTIVE.findall(form))
        if directives & {"H", "I"}:
            return found.isoformat()
        if directives & {"d", "j"}:
            return found.date().isoformat()
        return f"{found:%Y-%m}" if directives & {"m", "b", "B"} else f"{found.year:04d}"
    raise RecordError(
        f"“{shown(rule.column)}” is “{shown(written)}”, which is not written as "
        f"{' or '.join(rule.formats)}. Mend it, or add another format after |."
    )
