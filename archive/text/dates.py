"""Dates as suppliers write them, read into a first and a last possible day.

ISO 8601 dates and date-times are read here; everything else is EDTF (Extended Date/Time Format,
ISO 8601-2:2019, levels 0 to 2), read by the ``edtf`` library.
"""

from __future__ import annotations

import calendar
import re
import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

from archive.exceptions import DateError

MAX_DATE_LENGTH = 64

_YEAR = re.compile(r"([0-9]{4})")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    r"[ ]?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
# The library keeps winter within its year, as December alone.
_WINTER = re.compile(r"([0-9]{4})-(?:24|28)")
_EDTF_ALPHABET = re.compile(r"[0-9X?~%/.,\[\]{} -]+")
_OPEN_END = re.compile(r"^(?:\.\.)?/|/(?:\.\.)?$|[\[{]\s*\.\.|\.\.\s*[\]}]")
# Digits that are unknown before digits that are known: the library prints and fails.
_SCATTERED_DIGITS = re.compile(r"-X[0-9]|-[0-9]X")

_HOW = (
    "Write a year, a month or a day (2025, 2025-06, 2025-06-02), a time with its zone "
    "(2025-06-02T10:15:00+03:00), or an EDTF date (1998~, 199X, 2004-11/2004-12)."
)
_edtf_lock = threading.Lock()  # the library's grammar keeps state while it parses


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSpan:
    """A date as precise as it is known.

    ``edtf`` is the date as an EDTF string, without a time of day. ``lower`` and ``upper`` are the
    first and the last day that it may mean, taken strictly: ``1998~`` spans 1998 and no more.
    ``at`` is the moment, where a time with its zone was given.
    """

    edtf: str
    lower: date
    upper: date
    at: datetime | None = None


def read_date(text: str) -> DateSpan:
    """Read an ISO 8601 date or date-time, or an EDTF string of at most 64 characters.

    A date-time gives the calendar day of the place it was written in; a time without a zone is
    dropped, as it names no moment. Raises DateError.
    """
    written = _bounded(text)
    span = _read_iso(written)
    return span if span is not None else _read_edtf(written)


def read_period(text: str) -> DateSpan:
    """Read a year, a month or a day, and nothing else: ``2025``, ``2025-06``, ``2025-06-02``.

    Raises DateError.
    """
    written = _bounded(text)
    period = _read_plain(written)
    if period is None:
        raise DateError(
            f"“{_shown(written)}” is not a period. "
            "Write a year, a month or a day: 2025, 2025-06 or 2025-06-02."
        )
    return period


def _bounded(text: str) -> str:
    if len(text) > MAX_DATE_LENGTH:
        raise DateError(f"A date of {len(text)} characters is too long. {_HOW}")
    written = text.strip()
    if not written:
        raise DateError(f"The date is empty. {_HOW}")
    return written


def _shown(text: str) -> str:
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _unreadable(text: str) -> DateError:
    return DateError(f"“{_shown(text)}” is not a date. {_HOW}")


def _calendar_day(year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise DateError(
            f"There is no day {year}-{month}-{day}. Write a day that the calendar has."
        ) from None


def _checked_year(year: str) -> int:
    if int(year) == 0:
        raise DateError("There is no year 0 here. Write a year from 0001 to 9999.")
    return int(year)


def _read_plain(text: str) -> DateSpan | None:
    """A year, a month or a day with hyphens; None where the text is none of them."""
    if match := _YEAR.fullmatch(text):
        year = _checked_year(match[1])
        return DateSpan(edtf=text, lower=date(year, 1, 1), upper=date(year, 12, 31))
    if match := _MONTH.fullmatch(text):
        year, month = _checked_year(match[1]), int(match[2])
        last = calendar.monthrange(year, month)[1]
        return DateSpan(edtf=text, lower=date(year, month, 1), upper=date(year, month, last))
    match = _DAY.fullmatch(text)
    if match is not None and match[1]:
        day = _calendar_day(match[1], match[2], match[3])
        return DateSpan(edtf=day.isoformat(), lower=day, upper=day)
    return None


def _read_iso(text: str) -> DateSpan | None:
    """A date or a date-time of ISO 8601; None where the text is neither."""
    if (plain := _read_plain(text)) is not None:
        return plain
    match = _DAY.match(text)
    if match is None:
        return None
    rest = text[match.end() :]
    if rest and not (rest[0] in "Tt " and rest[1:2].isdigit()):
        return None
    day = _calendar_day(*(part for part in match.groups() if part is not None))
    at = _moment(day, rest[1:], text) if rest else None
    return DateSpan(edtf=day.isoformat(), lower=day, upper=day, at=at)


def _moment(day: date, clock: str, text: str) -> datetime | None:
    match = _TIME.fullmatch(clock)
    if match is None:
        raise _unreadable(text)
    hour, minute, second, fraction, zone = match.groups()
    try:
        moment = datetime.combine(
            day,
            time(
                int(hour),
                int(minute),
                min(int(second or 0), 59),  # a leap second counts with the second before it
                int((fraction or "0")[:6].ljust(6, "0")),
            ),
        )
        if zone is None:
            return None
        zoned = moment.replace(tzinfo=_zone(zone))
        zoned.astimezone(UTC)  # a moment outside the years 1 to 9999 could not be stored
    except (ValueError, OverflowError):
        raise DateError(
            f"“{_shown(text)}” is not a time of day. "
            "Write hours, minutes and zone such as 2025-06-02T10:15:00+03:00."
        ) from None
    return zoned


def _zone(written: str) -> timezone:
    if written in "Zz":
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if minutes > 59:
        raise ValueError(written)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset)


@lru_cache(maxsize=4096)
def _read_edtf(text: str) -> DateSpan:
    if "Y" in text or "E" in text:
        raise DateError("Years beyond 9999 cannot be stored. Write a year from 0001 to 9999.")
    if not _EDTF_ALPHABET.fullmatch(text) or _SCATTERED_DIGITS.search(text):
        raise _unreadable(text)
    if _OPEN_END.search(text):
        raise DateError(
            f"“{text}” has an open end and cannot be placed in time. Write both ends, such as "
            "2004-11/2004-12, or leave the date out."
        )
    if match := _WINTER.fullmatch(text):
        lower, upper = _winter(_checked_year(match[1]))
    else:
        lower, upper = _library_bounds(text)
    if upper < lower:
        raise DateError(f"“{text}” ends before it begins. Write the earlier date first.")
    return DateSpan(edtf=text, lower=lower, upper=upper)


def _winter(year: int) -> tuple[date, date]:
    """December to the end of February, as far as the calendar goes."""
    if year == date.max.year:
        return date(year, 12, 1), date.max
    return date(year, 12, 1), date(year + 1, 3, 1) - timedelta(days=1)


def _library_bounds(text: str) -> tuple[date, date]:
    with _edtf_lock:
        from edtf import parse_edtf  # builds its grammar when imported: 0.2 s

        try:
            parsed = parse_edtf(text)
            lower, upper = tuple(parsed.lower_strict())[:3], tuple(parsed.upper_strict())[:3]
        except Exception:  # the library fails in ways it does not name (TypeError, AttributeError)
            raise _unreadable(text) from None
    try:
        return date(*lower), date(*upper)
    except (ValueError, OverflowError):
        raise DateError(
            f"“{text}” reaches outside the calendar. Write years from 0001 to 9999."
        ) from None


_MONTHS = calendar.month_name
_PARTS_OF_YEAR = {
    **dict(zip(range(21, 25), ("spring", "summer", "autumn", "winter"), strict=True)),
    **dict(
        zip(
            range(25, 33),
            (
                f"{hemisphere} {season}"
                for hemisphere in ("northern", "southern")
                for season in ("spring", "summer", "autumn", "winter")
            ),
            strict=True,
        )
    ),
    **dict(
        zip(
            range(33, 42),
            (
                *(f"{ordinal} quarter of" for ordinal in ("first", "second", "third", "fourth")),
                *(f"{ordinal} third of" for ordinal in ("first", "second", "last")),
                *(f"{ordinal} half of" for ordinal in ("first", "second")),
            ),
            strict=True,
        )
    ),
}
_SIMPLE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2}))?(?:-(?P<day>[0-9]{2}))?")
_UNKNOWN_PARTS = re.compile(r"(?P<known>[0-9]{4}(?:-[0-9]{2})?)(?P<unknown>(?:-XX){1,2})")
_UNKNOWN_YEARS = re.compile(r"([0-9]{1,3})(X{1,3})")


def english(edtf: str) -> str:
    """Say an EDTF date in English: ``2 June 2025``, ``about 1998``, ``1990s``, ``undated``.

    What has no plain English is returned as it stands. Raises nothing.
    """
    text = edtf.strip()
    if not text:
        return "undated"
    if text[0] in "[{" and text[-1] in "]}":
        word = " or " if text[0] == "[" else " and "
        return word.join(english(part.replace("..", "/")) for part in text[1:-1].split(","))
    if "/" in text:
        return _english_interval(text)
    certain = text.translate({ord(mark): None for mark in "?~%"})
    said = _english_date(certain)
    if "%" in text or ("?" in text and "~" in text):
        return f"perhaps about {said}"
    if "?" in text:
        return f"perhaps {said}"
    return f"about {said}" if "~" in text else said


def _english_interval(text: str) -> str:
    first, _, last = text.partition("/")
    if not first or not last or ".." in (first, last):
        return text
    start, end = _SIMPLE.fullmatch(first), _SIMPLE.fullmatch(last)
    beginning = english(first)
    if start and end and start["year"] == end["year"] and start["month"] and end["month"]:
        if start["day"] and end["day"]:
            same_month = start["month"] == end["month"]
            beginning = beginning.rsplit(" ", 2 if same_month else 1)[0]
        elif int(start["month"]) < 33 and not start["day"] and not end["day"]:
            beginning = beginning.rsplit(" ", 1)[0]
    return f"{beginning} to {english(last)}"


def _english_date(text: str) -> str:
    if match := _SIMPLE.fullmatch(text):
        year, month, day = match["year"], int(match["month"] or 0), match["day"]
        if month in _PARTS_OF_YEAR and not day:
            return f"{_PARTS_OF_YEAR[month]} {int(year)}"
        if month > 12:
            return text
        return " ".join(
            part for part in (str(int(day)) if day else "", _MONTHS[month], str(int(year))) if part
        )
    if match := _UNKNOWN_PARTS.fullmatch(text):
        known = _english_date(match["known"])
        if len(match["known"]) == 7:
            return f"{known} (day unknown)"
        return f"{known} (month unknown)"
    if match := _UNKNOWN_YEARS.fullmatch(text):
        known, unknown = match.groups()
        if len(text) == 4:
            if len(unknown) == 1:
                return f"{known}0s"
            return f"{known.ljust(4, '0')} to {known.ljust(4, '9')}"
    return text
