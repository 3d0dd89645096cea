"""Values as suppliers write them, read strictly: what is wrong is said with the field's name.

`where` names the field in the sentence: “item 2 of `places`”.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, NoReturn

from archive.exceptions import DateError, RecordError
from archive.text.dates import read_date
from archive.text.languages import normalise_tag
from archive.text.normalize import clean_text

_KINDS: dict[type, str] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
}
_SHOWN = 60
_DIGITS_OF_VERSION = 18


def parse_json(content: bytes, *, hint: str = "Write one JSON object a line.") -> Any:
    """Return the value that ``content`` holds. Raises RecordError; ``hint`` ends its sentence."""
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_not_json)
    except UnicodeDecodeError as error:
        raise RecordError(
            f"Byte {error.start + 1} is not UTF-8. Save the file in UTF-8 and import it again."
        ) from None
    except RecordError:  # a ValueError too: said already
        raise
    except RecursionError:
        raise RecordError("The JSON is nested too deeply. Send plain fields.") from None
    except json.JSONDecodeError as error:
        said = error.msg.removesuffix(" at")
        raise RecordError(
            f"This is not JSON: {said} at character {error.pos + 1}. {hint}"
        ) from None
    except ValueError:  # more digits than Python turns into a number
        raise RecordError("A number is too long to be read. Write it in quotes.") from None


def _not_json(constant: str) -> NoReturn:
    raise RecordError(f"{constant} is not JSON. Write a number, or leave the field out.")


def text_of(value: Any, where: str, *, number: bool = False) -> str:
    """A text, or nothing where ``value`` is null; a whole number too, if ``number``."""
    if value is None:
        return ""
    if number and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise RecordError(f"{begin(where)} is {kind_of(value)}. Write a text in quotes.")
    if "\0" in value:
        raise RecordError(f"{begin(where)} holds a NUL character. Take it out.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise RecordError(
            f"{begin(where)} holds half of a surrogate pair (\\ud800 to \\udfff). "
            "Write the whole character."
        ) from None
    return value


def line_of(value: Any, limit: int, where: str, *, number: bool = False) -> str:
    """A text as one line of at most ``limit`` characters."""
    return bounded(clean_text(text_of(value, where, number=number)), limit, where)


def bounded(value: str, limit: int, where: str) -> str:
    """Return ``value``. Raises RecordError where it is longer than ``limit`` characters."""
    if len(value) > limit:
        raise RecordError(
            f"{begin(where)} is {len(value):,} characters long. Keep it to {limit:,}."
        )
    return value


def language_of(written: str, where: str) -> str:
    """A BCP 47 tag in its usual spelling, or nothing."""
    try:
        return normalise_tag(written) if written.strip() else ""
    except RecordError as error:
        raise RecordError(f"{begin(where)}: {error.message}") from None


def date_of(written: str, where: str) -> str:
    """``written`` if it can be read as EDTF or ISO 8601, or nothing."""
    written = written.strip()
    if written:
        try:
            read_date(written)
        except DateError as error:
            raise RecordError(
                f"{begin(where)} is not a date that can be read: {error} "
                "Leave it out where the date is not known."
            ) from None
    return written


def moment_of(written: str, where: str) -> str:
    """An ISO 8601 time in UTC, or nothing; without a zone it is taken to be in UTC."""
    written = written.strip()
    if not written:
        return ""
    try:
        moment = datetime.fromisoformat(written)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return zoned.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise RecordError(
            f"{begin(where)} is not a time that can be read: “{shown(written)}”. "
            "Write an ISO 8601 time with its zone, such as 2025-06-02T18:00:00+03:00."
        ) from None


def version_of(number: str, changed: str) -> str:
    """A supplier's version: its number, else the time of its change in UTC, else nothing.

    What is neither is no version that could be told from an older one, and no reason to reject.
    """
    number = number.strip()
    if number.isascii() and number.isdigit() and len(number) <= _DIGITS_OF_VERSION:
        return str(int(number))
    for written in (number, changed):
        try:
            if moment := moment_of(written, "the version"):
                return moment
        except RecordError:
            continue
    return ""


def begin(where: str) -> str:
    """``where`` as it begins a sentence."""
    return where[:1].upper() + where[1:]


def kind_of(value: Any) -> str:
    """What a JSON value is, in words: ``a list``, ``null``."""
    return _KINDS.get(type(value), "null")


def shown(text: str) -> str:
    """The beginning of a text, safe to print."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:_SHOWN])
